import { expect, test } from "vitest";
import { objectName } from "../../src/provisioner/objects.ts";
import type { Lent } from "../../src/workflows/grant.ts";
import { createFakeClusters } from "../fakes/fake-clusters.ts";
import { NOON, sampleGrant } from "../fakes/samples.ts";
import { describeFollowing } from "./clusters-following.contract.ts";
import { describeInspecting, type Hand, type HandledUnderTest } from "./clusters-inspecting.contract.ts";

const ROLES = Object.fromEntries(
  ["view", "logs", "restart"].map((name) => [`daypass-profile-${name}`, `sha256:${name}`]),
);

async function setup(): Promise<HandledUnderTest> {
  const open = ["payments", "ledger"] as const;
  const clusters = createFakeClusters({ ids: ["prod", "silent"], open, roles: ROLES, now: () => NOON });
  clusters.cluster("silent").silent = true;
  const prod = clusters.cluster("prod");
  function objectsOf(grant: Lent) {
    const found = prod.grants.get(objectName(grant));
    if (found === undefined) throw new Error(`no ${objectName(grant)}`);
    return found;
  }
  const hand: Hand = {
    async openNamespace() {
      prod.open.add("doomed");
      return "doomed";
    },
    deleteNamespace: async (namespace) => prod.deleteNamespace(namespace),
    editBinding: async (grant, namespace) => void objectsOf(grant).edited.add(namespace),
    removeBinding: async (grant, namespace) => void objectsOf(grant).bindings.delete(namespace),
    removeAccount: async (grant) => objectsOf(grant).removeAccount(),
    removeTimer: async (grant) => objectsOf(grant).removeTimer(),
    removeAccessGrant: async (grant) => void prod.grants.delete(objectName(grant)),
    changeRole: async (role) => void prod.roles.set(role, "sha256:other"),
    removeRole: async (role) => void prod.roles.delete(role),
    async restoreRoles() {
      for (const [role, hash] of Object.entries(ROLES)) prod.roles.set(role, hash);
    },
  };
  return {
    ...{ clusters, cluster: "prod", silent: "silent", open, closed: "web", hand },
    now: () => NOON,
    ask: async (kubeconfig, namespace) => clusters.ask("prod", kubeconfig, namespace),
  };
}

describeInspecting("clusters in memory", setup);
describeFollowing("clusters in memory", setup);

test("who follows a cluster that falls silent hears what was missed when it answers again, and no list", async () => {
  const clusters = createFakeClusters({ ids: ["prod"], open: ["payments"], roles: ROLES, now: () => NOON });
  const prod = clusters.cluster("prod");
  const heard: string[] = [];
  clusters.follow("prod", ({ what }) => heard.push(what));

  prod.silent = true;
  prod.grantFor(sampleGrant());
  expect(heard).toEqual(["list"]);
  prod.silent = false;

  expect(heard).toEqual(["list", "made"]);
});
