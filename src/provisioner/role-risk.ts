/** How dangerous a role is, from its rules alone. */
import type { V1PolicyRule } from "@kubernetes/client-node";
import type { Tier } from "../workflows/policy-schema.ts";
import type { RoleRisk } from "../workflows/ports.ts";
import { ESCALATIONS, type Escalation, KNOWN_GROUPS, WRITE } from "./escalations.ts";
import type { RoleRules } from "./role-rules.ts";

const ORDER: readonly Tier[] = ["low", "medium", "high"];

/** Takes a role's rules; returns its tier and, the worst first, what is dangerous about it in words for approvers. */
export function riskOf(rules: RoleRules): RoleRisk {
  if (rules.some(isEverything)) return { tier: "high", words: ["do anything in the namespace"] };
  const hits = [...ESCALATIONS.filter((way) => rules.some((rule) => matches(rule, way))), ...foreign(rules)];
  const sorted = hits.toSorted((a, b) => ORDER.indexOf(b.tier) - ORDER.indexOf(a.tier));
  return { tier: sorted[0]?.tier ?? "low", words: [...new Set(sorted.map(({ words }) => words))] };
}

function isEverything({ verbs, apiGroups, resources }: V1PolicyRule): boolean {
  return verbs.includes("*") && apiGroups?.includes("*") === true && resources?.includes("*") === true;
}

function matches(rule: V1PolicyRule, { verbs, of }: Escalation): boolean {
  return hasVerb(rule, verbs) && of.some((name) => hasResource(rule, name));
}

function hasVerb({ verbs }: V1PolicyRule, wanted: readonly string[]): boolean {
  return verbs.some(
    (verb) =>
      verb === "*" || wanted.some((one) => (one.endsWith("*") ? verb.startsWith(one.slice(0, -1)) : verb === one)),
  );
}

/**
 * As RBAC reads it (pkg/apis/rbac/v1/evaluation_helpers.go): a resource is named exactly, or by `*`, or by
 * `*` with its subresource; `pods/*` is no wildcard. Names of single objects are left aside: which ones hold what is not known here.
 */
function hasResource({ apiGroups = [], resources = [] }: V1PolicyRule, name: string): boolean {
  const colon = name.indexOf(":");
  const [group, resource] = [name.slice(0, colon), name.slice(colon + 1)];
  if (resource === "*") return resources.length > 0;
  const [, subresource] = resource.split("/");
  return (
    (apiGroups.includes("*") || apiGroups.includes(group)) &&
    (resources.includes("*") ||
      resources.includes(resource) ||
      (subresource !== undefined && resources.includes(`*/${subresource}`)))
  );
}

function foreign(rules: RoleRules): Pick<Escalation, "tier" | "words">[] {
  const groups = rules
    .filter((rule) => hasVerb(rule, WRITE))
    .flatMap((rule) => rule.apiGroups ?? [])
    .filter((group) => !KNOWN_GROUPS.has(group));
  return [...new Set(groups)].sort().map((group) => ({
    tier: "high",
    words: group === "*" ? "write objects of every kind" : `write objects of ${group}, whose controllers may do more`,
  }));
}
