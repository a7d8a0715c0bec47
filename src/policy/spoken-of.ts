/** Of which clusters and namespaces a policy speaks: of any other it says nothing, whatever is asked. */
import { type Coverage, covers, coversNamespace, type Labels } from "../workflows/cover.ts";
import { isNamed, type Member } from "../workflows/membership.ts";
import type { Policy } from "../workflows/policy.ts";

/** Takes a policy; returns all in it that says something of places. */
export function entriesOf({ rules, denials, separation, breakGlass }: Policy): readonly Coverage[] {
  const sides = separation.flatMap(({ first, second }) => [first, second]);
  return [...rules, ...denials, ...sides, ...(breakGlass?.rules ?? [])];
}

/** A namespace, what is assumed of its labels, and who asks for what there. */
export interface Asked {
  readonly member: Member;
  readonly profile: string;
  readonly cluster: string;
  readonly namespace: string;
  readonly labels: Labels;
}

const MOST_TOLD = 12;
/** A glob of all names is about those alone for whom it is written. */
const OF_ALL = /^[*?]+$/;

/**
 * Takes a policy and what is asked for; returns that no entry names the namespace, by name, glob or label, and what to
 * write; else null. What is said of all namespaces names one only to the people and for the profile that it is about.
 */
export function sayUnnamed(policy: Policy, asked: Asked): string | null {
  return sayNaming(policy, asked, new Set(entriesFor(policy, asked)));
}

/** Takes the same of a pass that is held, which may have been lent in an emergency too; returns the same. */
export function sayUnnamedPass(policy: Policy, held: Asked): string | null {
  const glass = isNamed(policy, [policy.onCall], held.member) ? (policy.breakGlass?.rules ?? []) : [];
  const lent = glass.filter(({ profiles }) => profiles.includes(held.profile));
  return sayNaming(policy, held, new Set([...entriesFor(policy, held), ...lent]));
}

/** Takes a policy and a namespace of a cluster; returns whether an entry names it by name, or by a glob of not all names. */
export function isSpokenOf(policy: Policy, cluster: string, namespace: string): boolean {
  return entriesOf(policy).some((entry) => {
    if ((entry.cluster ?? cluster) !== cluster) return false;
    const namespaces = (entry.namespaces ?? []).filter((one) => typeof one === "string" && !OF_ALL.test(one));
    return coversNamespace({ namespaces }, { namespace, labels: {} }, false);
  });
}

/** Of what is said of all namespaces, what is about somebody and a profile. */
function entriesFor(policy: Policy, { profile, member }: Asked): readonly Coverage[] {
  return [...policy.rules, ...policy.denials].filter(
    ({ who, profiles }) => (profiles?.includes(profile) ?? true) && (who === undefined || isNamed(policy, who, member)),
  );
}

function sayNaming(policy: Policy, asked: Asked, theirs: ReadonlySet<Coverage>): string | null {
  const { cluster, namespace } = asked;
  const here = entriesOf(policy).filter((entry) => (entry.cluster ?? cluster) === cluster);
  const naming = (entry: Coverage) =>
    (entry.namespaces ?? []).filter((one) => typeof one !== "string" || !OF_ALL.test(one) || theirs.has(entry));
  if (here.some((entry) => covers({ namespaces: naming(entry) }, asked, false))) return null;
  const names = new Set(
    here.flatMap(naming).map((one) => (typeof one === "string" ? one : `${one.label}=${one.value} as its label`)),
  );
  const hint = names.size > 0 && names.size <= MOST_TOLD ? `: write one of ${[...names].sort().join(", ")}` : "";
  return `no entry of the policy names "${namespace}" on ${cluster}, by name, glob or label${hint}`;
}
