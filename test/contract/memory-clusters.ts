import { parse } from "yaml";
import { createClusters } from "../../src/provisioner/clusters.ts";
import { objectName } from "../../src/provisioner/objects.ts";
import type { Lent } from "../../src/workflows/grant.ts";
import type { Gate } from "../fakes/gate.ts";
import { CATALOGUE } from "../fakes/kubernetes/catalogue.ts";
import { brokenLine } from "../fakes/kubernetes/connection.ts";
import { createMemoryKubernetes, type MemoryKubernetes } from "../fakes/kubernetes/memory-kubernetes.ts";
import type { Plural } from "../fakes/kubernetes/stored-object.ts";
import type { Hand, HandledUnderTest } from "./clusters-inspecting.contract.ts";

const GRANTS = "daypass-grants";
const OTHER = { kind: "User", apiGroup: "rbac.authorization.k8s.io", name: "somebody-else" };
const silence: Gate = async () => {
  throw brokenLine();
};

/** A cluster in memory whose controllers act at once, one that is silent, and the real code that talks to them. */
export function createMemoryClusters(): HandledUnderTest & { readonly server: MemoryKubernetes } {
  const [open, closed] = [["payments", "ledger"] as const, "web"];
  let aheadMs = 0;
  const now = () => Date.now() + aheadMs;
  const server = createMemoryKubernetes({ id: "prod", now, open, closed: [closed] });
  const silent = createMemoryKubernetes({ id: "silent", now, open });
  const gate: Gate = async (_, effect) => {
    const answer = await effect();
    server.controllers.run();
    return answer;
  };
  const clusters = createClusters({
    ...{
      clusters: [{ id: "prod", labels: { env: "test" } }, { id: "silent" }],
      now,
      events: { happened() {}, failed() {} },
    },
    connect: ({ id, labels = {} }) => (id === "prod" ? server.connect(gate, { labels }) : silent.connect(silence)),
  });
  return {
    ...{ server, clusters, cluster: "prod", silent: "silent", open, closed, now, hand: createMemoryHand(server) },
    async ask(kubeconfig, namespace) {
      // Whoever is to wait for ten seconds of the authenticator's cache waits for five tries.
      aheadMs += 2_000;
      const token: string = parse(kubeconfig).users[0].user.token;
      return server.access(token, { namespace, verb: "get", resource: "pods" });
    },
  };
}

/** Takes a server in memory; returns what its admin does there by hand, which its controllers follow at once. */
function createMemoryHand({ store, controllers, openNamespace }: MemoryKubernetes): Hand {
  let doomed = 0;
  async function remove(plural: Plural, name: string, namespace?: string): Promise<void> {
    store.remove({ plural, namespace, name }, { propagationPolicy: "Background" });
    controllers.run();
  }
  const editRole = (role: string, rules: readonly unknown[]) =>
    void store.edit({ plural: "clusterroles", name: role }, (found) => ({ ...found, rules }));
  return {
    async openNamespace() {
      doomed += 1;
      openNamespace(`doomed-${doomed}`);
      return `doomed-${doomed}`;
    },
    deleteNamespace: (namespace) => remove("namespaces", namespace),
    async editBinding(grant: Lent, namespace) {
      const ref = { plural: "rolebindings", namespace, name: objectName(grant) } as const;
      store.edit(ref, (found) => ({ ...found, subjects: [...(found.subjects as object[]), OTHER] }));
    },
    removeBinding: (grant, namespace) => remove("rolebindings", objectName(grant), namespace),
    removeAccount: (grant) => remove("serviceaccounts", objectName(grant), GRANTS),
    removeTimer: (grant) => remove("jobs", objectName(grant), GRANTS),
    removeAccessGrant: (grant) => remove("accessgrants", objectName(grant)),
    changeRole: async (role) => editRole(role, [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get"] }]),
    removeRole: (role) => remove("clusterroles", role),
    async restoreRoles() {
      for (const [name, rules] of Object.entries(CATALOGUE)) {
        if (store.find({ plural: "clusterroles", name }) === undefined)
          store.create({ plural: "clusterroles", name }, { rules });
        else editRole(name, rules);
      }
    },
  };
}
