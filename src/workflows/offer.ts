/** What somebody may ask for, as far as that is known before they fill the form. */
import { byName } from "./by-name.ts";
import { coversNamespace, type Open, openIn } from "./cover.ts";
import { byStrictness, limitOf } from "./deciding.ts";
import { capOf } from "./limits.ts";
import { isNamed, isOnCall, isOver } from "./membership.ts";
import type { Millis, PersonRecord } from "./person.ts";
import { groupsOf } from "./place.ts";
import { own, type Policy } from "./policy.ts";
import type { Rule } from "./policy-schema.ts";
import type { ClusterFacts, PolicyInForce } from "./ports.ts";
import { decidability } from "./quorum.ts";
import type { OfferedPass } from "./wish.ts";

/**
 * Takes the policy in force, a person's record, the facts by cluster, and the time; returns all that the person may ask
 * for: nothing for somebody no rule names or whose contract is over. In order of the rules' names.
 */
export function offer(
  { policy }: PolicyInForce,
  by: PersonRecord,
  factsOf: (cluster: string) => ClusterFacts | null,
  now: Millis,
): readonly OfferedPass[] {
  if (!by.active || !Object.hasOwn(policy.people, by.person) || isOver(capOf(policy, by), now)) return [];
  const rules = policy.rules.filter((rule) => isNamed(policy, rule.who, by));
  const canBeDecided = decidability(policy, by.person, now);
  const isOnOffer = new Map(
    rules.map((rule) => {
      const needsNobody = rule.autoApprove && isOnCall(policy, by);
      return [rule, needsNobody || canBeDecided({ ...rule, approvers: groupsOf(rule) })];
    }),
  );
  return [...Map.groupBy(rules, ({ cluster }) => cluster)]
    .flatMap(([cluster, there]) => waysIn(policy, by, there, factsOf(cluster)))
    .filter(({ rule }) => isOnOffer.get(rule))
    .toSorted((one, other) => byName(one.rule, other.rule) || one.at - other.at)
    .flatMap((way) => passOf(policy, way));
}

/** A rule with one of its profiles, the `at`th, and the namespaces about which it may turn out to decide. */
interface Way {
  readonly rule: Rule;
  readonly profile: string;
  readonly at: number;
  readonly namespaces: readonly string[];
}

function passOf(policy: Policy, { rule, profile, namespaces }: Way): readonly OfferedPass[] {
  const found = own(policy.profiles, profile);
  if (found === undefined) return [];
  const { words, can, cannot } = found;
  return [
    {
      ...{ cluster: rule.cluster, namespaces, profile, words, can, cannot },
      maxDurationSeconds: limitOf(policy, rule, profile),
      ...{ approvers: groupsOf(rule), quorum: rule.quorum, ticket: rule.ticket },
      ...{ rule: rule.name, whenWords: rule.whenWords ?? null },
    },
  ];
}

/**
 * Takes the policy, a person, the rules of one cluster that name them, and what is known of it; returns those with what
 * is open, that no denial covers and that no stricter rule is sure to decide: with no namespace while nothing is known.
 * Each rule and each denial is held against the namespaces once, however many profiles it has.
 */
function waysIn(policy: Policy, by: PersonRecord, rules: readonly Rule[], facts: ClusterFacts | null): readonly Way[] {
  const open = facts === null ? [] : openIn(facts);
  const all = rules.flatMap((rule) => {
    const namespaces = open.filter((one) => coversNamespace(rule, one, false)).map(({ namespace }) => namespace);
    return [...new Set(rule.profiles)].map((profile, at): Way => ({ rule, profile, at, namespaces }));
  });
  if (facts === null) return all;
  const isDenied = deniedIn(policy, by, facts.cluster, open);
  return [...Map.groupBy(all, ({ profile }) => profile)].flatMap(([profile, ways]) => {
    const compare = byStrictness(policy, profile);
    const decided = new Set<string>();
    return ways
      .toSorted((one, other) => compare(one.rule, other.rule))
      .map((way) => {
        const namespaces = way.namespaces.filter((name) => !decided.has(name) && !isDenied(profile, name));
        // Without a condition it decides before all that are laxer.
        if (way.rule.when === undefined) for (const name of way.namespaces) decided.add(name);
        return { ...way, namespaces };
      })
      .filter(({ namespaces }) => namespaces.length > 0);
  });
}

/**
 * Takes the policy, a person, a cluster and what is open there; returns what tells whether a denial is sure to cover one of them
 * with a profile. What hangs on a condition, or on a group that Slack would not show, is refused when it is asked for:
 * only that says why.
 */
function deniedIn(
  policy: Policy,
  by: PersonRecord,
  cluster: string,
  open: readonly Open[],
): (profile: string, namespace: string) => boolean {
  const denied = new Map<string | undefined, Set<string>>();
  for (const { who, when, ...denial } of policy.denials) {
    if (when !== undefined || (who !== undefined && !isNamed(policy, who, by))) continue;
    if (denial.cluster !== undefined && denial.cluster !== cluster) continue;
    const covered = open.filter((one) => coversNamespace(denial, one, true));
    for (const profile of denial.profiles ?? [undefined]) {
      const names = denied.get(profile) ?? new Set();
      for (const { namespace } of covered) names.add(namespace);
      denied.set(profile, names);
    }
  }
  return (profile, namespace) => [undefined, profile].some((one) => denied.get(one)?.has(namespace));
}
