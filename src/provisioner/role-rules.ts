/** What a role allows: its hash, RBAC's own matching, and the few questions that show whether a grant of it works. */
import { hash } from "node:crypto";
import type { V1ClusterRole, V1PolicyRule } from "@kubernetes/client-node";

export type RoleRules = readonly V1PolicyRule[];

/** One question to the API server: may this verb be done to this resource? */
export interface Cell {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly name?: string;
}

/** What nobody gets by a profile unless its rules say so. */
export const CANARIES: readonly Cell[] = [
  { verb: "get", group: "", resource: "secrets" },
  { verb: "create", group: "rbac.authorization.k8s.io", resource: "rolebindings" },
];

/** What is asked where a role's rules are not known any more. */
export const COMMON_CELLS: readonly Cell[] = [
  { verb: "get", group: "", resource: "pods" },
  { verb: "get", group: "", resource: "pods", subresource: "log" },
  { verb: "delete", group: "", resource: "pods" },
];

const READING = new Set(["get", "list", "watch"]);
/** One question a rule, three rules: each question is a call per namespace. */
const MOST_CELLS = 3;

/**
 * Takes a ClusterRole; returns `sha256:…` of its rules, the same for any order in which RBAC reads them alike. Null
 * for a role that aggregates others: its rules can grow after somebody approved them.
 */
export function hashRole(role: V1ClusterRole): string | null {
  if (role.aggregationRule !== undefined && role.aggregationRule !== null) return null;
  const rules = (role.rules ?? []).map((rule) =>
    JSON.stringify([
      ordered(rule.apiGroups),
      ordered(rule.resources),
      ordered(rule.resourceNames),
      ordered(rule.nonResourceURLs),
      ordered(rule.verbs),
    ]),
  );
  return `sha256:${hash("sha256", JSON.stringify(ordered(rules)))}`;
}

function ordered(values: readonly string[] | undefined): string[] {
  return [...new Set(values ?? [])].sort();
}

/**
 * Takes a role's rules; returns up to three questions that they answer with yes, one a rule, writing before reading
 * (a grant that reads but cannot do what it was asked for is no grant). Rules of wildcards alone give none.
 */
export function cellsOf(rules: RoleRules): readonly Cell[] {
  const cells = rules.map(concreteCell).filter((cell) => cell !== null);
  const writing = cells.filter((cell) => !READING.has(cell.verb));
  const reading = cells.filter((cell) => READING.has(cell.verb));
  return [...writing, ...reading].slice(0, MOST_CELLS);
}

function concreteCell(rule: V1PolicyRule): Cell | null {
  const group = rule.apiGroups?.find((one) => one !== "*");
  const resource = rule.resources?.find((one) => !one.includes("*"));
  const verb = rule.verbs.find((one) => one !== "*" && !READING.has(one)) ?? rule.verbs.find((one) => one !== "*");
  if (group === undefined || resource === undefined || verb === undefined) return null;
  const [plain = resource, subresource] = resource.split("/");
  const name = rule.resourceNames?.[0];
  return {
    verb,
    group,
    resource: plain,
    ...(subresource === undefined ? {} : { subresource }),
    ...(name === undefined ? {} : { name }),
  };
}

/** Takes a role's rules and a question; returns RBAC's answer (pkg/apis/rbac/v1/evaluation_helpers.go). */
export function allows(rules: RoleRules, cell: Cell): boolean {
  return rules.some(
    (rule) =>
      has(rule.verbs, cell.verb) &&
      has(rule.apiGroups, cell.group) &&
      matchesResource(rule.resources ?? [], cell) &&
      (rule.resourceNames === undefined ||
        rule.resourceNames.length === 0 ||
        (cell.name !== undefined && rule.resourceNames.includes(cell.name))),
  );
}

function has(values: readonly string[] | undefined, wanted: string): boolean {
  return values?.some((value) => value === "*" || value === wanted) ?? false;
}

function matchesResource(resources: readonly string[], { resource, subresource }: Cell): boolean {
  if (subresource === undefined) return has(resources, resource);
  return has(resources, `${resource}/${subresource}`) || resources.includes(`*/${subresource}`);
}

/** Takes a question; returns it in kubectl's words, such as `get pods/log`. */
export function sayCell(cell: Cell): string {
  return `${cell.verb} ${cell.resource}${cell.subresource === undefined ? "" : `/${cell.subresource}`}`;
}
