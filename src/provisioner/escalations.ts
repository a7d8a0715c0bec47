/**
 * The ways in which access inside a namespace grows or outlives its end (Kubernetes' "RBAC good practices", KubiScan,
 * kubescape, rbac-police). What is of cluster scope is not here: a profile is bound by RoleBindings, which lend none of it.
 */
import type { Tier } from "../workflows/policy-schema.ts";

/** One way: whoever may do one of these verbs to one of these resources has it. */
export interface Escalation {
  readonly tier: Tier;
  readonly words: string;
  /** One of them is enough; one that ends in `*` stands for all that begin so. */
  readonly verbs: readonly string[];
  /** `group:resource`; the core group has no name. One of them is enough. */
  readonly of: readonly string[];
}

const READ = ["get", "list", "watch"];
const CHANGE = ["create", "update", "patch"];
export const WRITE = [...CHANGE, "delete", "deletecollection"];
/** Before Kubernetes 1.35 `get` alone opened these over a WebSocket (kubernetes/kubernetes#78741). */
const CONNECT = ["create", "get"];
const RBAC = "rbac.authorization.k8s.io";
const NETWORKING = "networking.k8s.io";
const AS_ANYBODY = "run code under every ServiceAccount of the namespace, also after the end";
const CONTROLLERS = ["deployments", "statefulsets", "replicasets", "daemonsets"].map((name) => `apps:${name}`);

export const ESCALATIONS: readonly Escalation[] = [
  {
    tier: "high",
    words: "act as somebody else",
    verbs: ["impersonate*"],
    of: [":serviceaccounts", ":users", ":groups"],
  },
  {
    ...{ tier: "high", words: "grant rights to anybody, also beyond the end" },
    ...{
      verbs: ["escalate", "bind", ...CHANGE],
      of: [`${RBAC}:roles`, `${RBAC}:clusterroles`, `${RBAC}:rolebindings`],
    },
  },
  {
    ...{ tier: "high", words: "make tokens of any ServiceAccount of the namespace, which live on after the end" },
    ...{ verbs: ["create"], of: [":serviceaccounts/token"] },
  },
  { tier: "high", words: "read every Secret of the namespace", verbs: READ, of: [":secrets"] },
  { tier: "high", words: "write Secrets, and so make lasting tokens", verbs: CHANGE, of: [":secrets"] },
  {
    tier: "high",
    words: "change what workloads read as their settings",
    verbs: ["update", "patch"],
    of: [":configmaps"],
  },
  {
    ...{ tier: "high", words: AS_ANYBODY, verbs: CHANGE },
    of: [":pods", ":replicationcontrollers", ...CONTROLLERS, "batch:jobs", "batch:cronjobs"],
  },
  {
    tier: "high",
    words: "put a container into a running pod",
    verbs: ["update", "patch"],
    of: [":pods/ephemeralcontainers"],
  },
  { tier: "high", words: "run commands in pods", verbs: CONNECT, of: [":pods/exec", ":pods/attach"] },
  { tier: "high", words: "make new identities", verbs: ["create", "update", "patch"], of: [":serviceaccounts"] },
  {
    ...{ tier: "high", words: "call pods and services from inside the control plane" },
    ...{ verbs: [...READ, ...WRITE], of: [":pods/proxy", ":services/proxy"] },
  },
  { tier: "high", words: "loosen what guards the namespace", verbs: ["update", "patch"], of: [":namespaces"] },
  { tier: "high", words: "change what may talk to what", verbs: WRITE, of: [`${NETWORKING}:networkpolicies`] },
  {
    ...{ tier: "high", words: "send traffic of services elsewhere", verbs: CHANGE },
    of: [":endpoints", "discovery.k8s.io:endpointslices"],
  },
  { tier: "high", words: "delete everything of a kind at once", verbs: ["deletecollection"], of: [":*"] },
  { tier: "medium", words: "open tunnels to ports of pods", verbs: CONNECT, of: [":pods/portforward"] },
  {
    ...{ tier: "medium", words: "delete pods, which interrupts what they do" },
    ...{ verbs: ["create"], of: [":pods/eviction"] },
  },
  { tier: "medium", words: "delete pods, which interrupts what they do", verbs: ["delete"], of: [":pods"] },
  { tier: "medium", words: "delete or scale workloads", verbs: ["delete"], of: CONTROLLERS },
  {
    ...{ tier: "medium", words: "delete or scale workloads", verbs: ["update", "patch"] },
    of: [":replicationcontrollers/scale", ...CONTROLLERS.map((name) => `${name}/scale`)],
  },
  {
    ...{ tier: "medium", words: "mount the data of other workloads", verbs: ["create", "patch", "update"] },
    of: [":persistentvolumeclaims", "snapshot.storage.k8s.io:volumesnapshots"],
  },
  {
    tier: "high",
    words: "delete stored data",
    verbs: ["delete"],
    of: [":persistentvolumeclaims", ":secrets", ":configmaps"],
  },
  {
    ...{ tier: "medium", words: "publish services, or take over their traffic", verbs: WRITE },
    of: [":services", ":services/status", `${NETWORKING}:ingresses`, "gateway.networking.k8s.io:httproutes"],
  },
  {
    ...{ tier: "medium", words: "loosen limits and budgets", verbs: WRITE },
    of: [":resourcequotas", ":limitranges", "policy:poddisruptionbudgets", "autoscaling:horizontalpodautoscalers"],
  },
  {
    ...{ tier: "medium", words: "read settings of workloads, which may hold credentials", verbs: READ },
    of: [":configmaps"],
  },
  { tier: "low", words: "read logs, which may hold credentials", verbs: ["get"], of: [":pods/log"] },
  { tier: "low", words: "hide traces in events", verbs: WRITE, of: [":events", "events.k8s.io:events"] },
];

/** Groups whose kinds these rows know. A controller of any other one may do more for whoever writes its objects. */
export const KNOWN_GROUPS = new Set([
  ...["", "apps", "batch", "autoscaling", "policy", "events.k8s.io", "coordination.k8s.io", "discovery.k8s.io"],
  ...[RBAC, NETWORKING, "gateway.networking.k8s.io", "snapshot.storage.k8s.io", "metrics.k8s.io"],
  ...["authorization.k8s.io", "authentication.k8s.io", "storage.k8s.io"],
]);
