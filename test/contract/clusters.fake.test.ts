import { createFakeClusters } from "../fakes/fake-clusters.ts";
import { NOON } from "../fakes/samples.ts";
import { describeClusters } from "./clusters.contract.ts";

describeClusters("clusters in memory", async () => {
  const clusters = createFakeClusters({
    ids: ["prod", "silent"],
    open: ["payments", "ledger"],
    roles: Object.fromEntries(["view", "logs", "restart"].map((name) => [`daypass-profile-${name}`, `sha256:${name}`])),
    now: () => NOON,
  });
  clusters.cluster("silent").silent = true;
  clusters.cluster("prod").labels.set("env", "test");
  clusters.cluster("prod").risks.set("daypass-profile-restart", { tier: "medium", words: ["delete pods"] });
  return {
    ...{ clusters, cluster: "prod", silent: "silent", open: ["payments", "ledger"], closed: "web" },
    now: () => NOON,
    ask: async (kubeconfig, namespace) => clusters.ask("prod", kubeconfig, namespace),
  };
});
