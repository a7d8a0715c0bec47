/** RBAC's own rules (pkg/apis/rbac/v1/evaluation_helpers.go), written apart from those under test. */
import type { ObjectStore } from "./object-store.ts";

/** Who asks, as the API server knows them. */
export interface User {
  readonly name: string;
  readonly groups: readonly string[];
}

/** What is asked: may this be done in that namespace? */
export interface Question {
  readonly namespace: string;
  readonly verb: string;
  readonly group?: string | undefined;
  readonly resource: string;
  readonly subresource?: string | undefined;
  readonly name?: string | undefined;
}

interface Rule {
  readonly verbs?: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
}

interface Subject {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** Takes a namespace and a name; returns the ServiceAccount as a user, with the groups that it is in by itself. */
export function accountUser(namespace: string, name: string): User {
  return {
    name: `system:serviceaccount:${namespace}:${name}`,
    groups: ["system:serviceaccounts", `system:serviceaccounts:${namespace}`, "system:authenticated"],
  };
}

/** Takes what is stored, who asks and what; returns whether some RoleBinding of that namespace allows it. */
export function isAllowed(store: ObjectStore, user: User, question: Question): boolean {
  return store.list("rolebindings", question.namespace).some((binding) => {
    const subjects = (binding.subjects ?? []) as readonly Subject[];
    if (!subjects.some((subject) => isMeant(subject, user))) return false;
    const { kind, name } = binding.roleRef as { kind: string; name: string };
    if (kind !== "ClusterRole") return false;
    const role = store.find({ plural: "clusterroles", name });
    return ((role?.rules ?? []) as readonly Rule[]).some((rule) => covers(rule, question));
  });
}

function isMeant({ kind, namespace, name }: Subject, user: User): boolean {
  if (kind === "ServiceAccount") return user.name === `system:serviceaccount:${namespace}:${name}`;
  return kind === "Group" ? user.groups.includes(name) : kind === "User" && user.name === name;
}

function covers(rule: Rule, { verb, group = "", resource, subresource, name }: Question): boolean {
  const { verbs = [], apiGroups = [], resources = [], resourceNames = [] } = rule;
  const whole = subresource === undefined ? resource : `${resource}/${subresource}`;
  return (
    (verbs.includes(verb) || verbs.includes("*")) &&
    (apiGroups.includes(group) || apiGroups.includes("*")) &&
    (resources.includes(whole) ||
      resources.includes("*") ||
      (subresource !== undefined && resources.includes(`*/${subresource}`))) &&
    (resourceNames.length === 0 || (name !== undefined && resourceNames.includes(name)))
  );
}
