import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { objectName } from "../../src/provisioner/objects.ts";
import type { AttachedKubernetes } from "../workbench/kubernetes/attached-kubernetes.ts";
import type { Hand } from "./clusters-inspecting.contract.ts";
import type { RealClusters } from "./real-clusters.ts";

const CATALOGUE = join(import.meta.dirname, "../../deploy/cluster/catalogue.yaml");
const OTHER = { kind: "User", apiGroup: "rbac.authorization.k8s.io", name: "somebody-else" };
const MORE = { apiGroups: [""], resources: ["configmaps"], verbs: ["get"] };

/** Takes the run's control plane; returns what its admin does there by hand. */
export function createRealHand(kubernetes: AttachedKubernetes, { admin }: Pick<RealClusters, "admin">): Hand {
  const remove = async (...what: readonly string[]) => void (await admin("delete", ...what, "--wait=false"));
  const append = async (what: readonly string[], path: string, value: object) => {
    const patch = JSON.stringify([{ op: "add", path: `${path}/-`, value }]);
    await admin("patch", ...what, "--type=json", "-p", patch);
  };
  return {
    async openNamespace() {
      const namespace = `doomed-${randomUUID().slice(0, 8)}`;
      await kubernetes.createNamespace(namespace, { grantable: true });
      return namespace;
    },
    deleteNamespace: (namespace) => remove("namespace", namespace),
    editBinding: (grant, namespace) => append(["rolebinding", objectName(grant), "-n", namespace], "/subjects", OTHER),
    removeBinding: (grant, namespace) => remove("rolebinding", objectName(grant), "-n", namespace),
    removeAccount: (grant) => remove("serviceaccount", objectName(grant), "-n", "daypass-grants"),
    removeTimer: (grant) => remove("job", objectName(grant), "-n", "daypass-grants"),
    removeAccessGrant: (grant) => remove("accessgrant", objectName(grant)),
    changeRole: (role) => append(["clusterrole", role], "/rules", MORE),
    removeRole: (role) => remove("clusterrole", role),
    restoreRoles: async () => void (await admin("apply", "-f", CATALOGUE)),
  };
}
