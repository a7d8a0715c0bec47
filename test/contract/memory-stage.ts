import { afterEach } from "vitest";
import { createClusters } from "../../src/provisioner/clusters.ts";
import type { Lent } from "../../src/workflows/grant.ts";
import type { Call, Gate } from "../fakes/gate.ts";
import { type ConnectOptions, createMemoryKubernetes } from "../fakes/kubernetes/memory-kubernetes.ts";
import { refusal } from "../fakes/kubernetes/refusals.ts";
import { NOON } from "../fakes/samples.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** What becomes of a call; null: nothing bad. */
type Fate = (call: Call) => "lost before" | "lost after" | "never" | "too many" | null;

/** Returns a cluster at noon, whose calls a test decides on and whose controllers wait to be told. */
export async function setStage(options: ConnectOptions = {}) {
  const time = { now: NOON };
  const server = createMemoryKubernetes({ id: "prod", now: () => time.now, open: ["payments", "ledger"] });
  const [calls, fates, trouble]: [string[], { next: Fate }, unknown[]] = [[], { next: () => null }, []];
  const gate: Gate = async (call, effect) => {
    calls.push(call.what);
    const fate = fates.next(call);
    if (fate === "lost before") throw call.broken();
    if (fate === "too many") throw refusal(429, "TooManyRequests", "slow down", { "retry-after": "1" });
    if (fate === "never") return new Promise(() => {});
    const answer = await effect();
    if (fate === "lost after") throw call.broken();
    return answer;
  };
  const clusters = createClusters({
    ...{ clusters: [{ id: "prod" }], now: () => time.now, connect: () => server.connect(gate, options) },
    seal: async ({ kubeconfig }) => kubeconfig,
    events: { happened() {}, failed: (_, __, cause) => void trouble.push(cause) },
  });
  closing.push(() => clusters.close());
  const { roles } = await clusters.facts("prod");
  calls.length = 0;
  const grant: Lent = {
    ...{ id: "abcdefghija", version: 1, request: "abcdefghij", grantee: "mia", decidedAt: NOON, end: NOON + 3_600_000 },
    ...{
      decidedBy: { kind: "approval", people: ["ada"] },
      extends: null,
      startsAt: null,
      cluster: "prod",
      namespaces: ["payments"],
    },
    ...{ profile: "logs", role: "daypass-profile-logs" },
    roleHash: roles["daypass-profile-logs"]?.hash ?? "",
  };
  return { server, clusters, grant, calls, fates, trouble, time };
}
