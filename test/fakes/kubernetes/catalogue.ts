/** The roles of deploy/cluster, as far as grants need them: shorter, so that a proof asks less. */
export const CATALOGUE: Readonly<Record<string, readonly object[]>> = {
  "daypass-profile-view": [rule(["get", "list", "watch"], ["pods", "services", "events"])],
  "daypass-profile-logs": [rule(["get"], ["pods/log"]), rule(["get", "list", "watch"], ["pods"])],
  "daypass-profile-restart": [
    rule(["delete"], ["pods"]),
    rule(["get"], ["pods/log"]),
    rule(["get", "list", "watch"], ["pods"]),
  ],
};

const RBAC = "rbac.authorization.k8s.io";

/** What the worker may do in a namespace that is open to it: deploy/cluster/worker-target.yaml. */
export function targetRules(roles: readonly string[]): readonly object[] {
  return [
    { apiGroups: [RBAC], resources: ["rolebindings"], verbs: ["create", "get", "delete"] },
    { apiGroups: [RBAC], resources: ["clusterroles"], verbs: ["bind"], resourceNames: roles },
  ];
}

function rule(verbs: readonly string[], resources: readonly string[]): object {
  return { apiGroups: [""], resources, verbs };
}
