import { type Gate, openGate } from "../fakes/gate.ts";
import { createMemoryKubernetes, type MemoryKubernetes } from "../fakes/kubernetes/memory-kubernetes.ts";
import type { Wanted } from "../fakes/kubernetes/stored-object.ts";
import { type Admin, describeKubernetesApi, type KubernetesUnderTest } from "./kubernetes-api.contract.ts";
import { describeOwners } from "./kubernetes-owners.contract.ts";
import { describeTokens } from "./kubernetes-tokens.contract.ts";

async function setup(): Promise<KubernetesUnderTest> {
  let aheadMs = 0;
  const now = () => Date.now() + aheadMs;
  const server = createMemoryKubernetes({ id: "prod", now, open: ["payments"], closed: ["web"] });
  server.store.create({ plural: "clusterroles", name: "cluster-admin" }, { rules: [] });
  // The controllers come a little later than the answer.
  const gate: Gate = async (call, effect) => {
    setImmediate(() => server.controllers.run());
    return openGate(call, effect);
  };
  return {
    ...{ worker: server.connect(gate), admin: createMemoryAdmin(server), open: "payments", closed: "web" },
    async access(token, namespace) {
      // Whoever is to wait for the ten seconds of the authenticator's cache waits for some tries.
      aheadMs += 3_000;
      return server.access(token, { namespace, verb: "get", resource: "pods" });
    },
  };
}

function createMemoryAdmin({ store, controllers, openNamespace }: MemoryKubernetes): Admin {
  let made = 0;
  return {
    read: async (ref) => store.get(ref),
    patch: async (ref, patch) => store.edit(ref, (found) => merged(found, patch) as Wanted),
    async remove(ref, options) {
      store.remove(ref, options);
      controllers.run();
    },
    async openNamespace() {
      made += 1;
      openNamespace(`doomed-${made}`);
      return `doomed-${made}`;
    },
  };
}

/** RFC 7386. */
function merged(found: unknown, patch: unknown): unknown {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return patch;
  const result: Record<string, unknown> = { ...(found as object) };
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = merged(result[name], value);
  }
  return result;
}

describeKubernetesApi("Kubernetes in memory", setup);
describeOwners("Kubernetes in memory", setup);
describeTokens("Kubernetes in memory", setup);
