import { coversNamespace, type Spot } from "./cover.ts";
import { limitOf } from "./deciding.ts";
import { capOf } from "./limits.ts";
import { isOnCall, isOver } from "./membership.ts";
import type { Millis, PersonRecord } from "./person.ts";
import { own, type Policy } from "./policy.ts";
import type { ClusterFacts, PolicyInForce } from "./ports.ts";
import { spotsOf } from "./separation.ts";
import type { OfferedPass } from "./wish.ts";

type GlassRule = NonNullable<Policy["breakGlass"]>["rules"][number];

/**
 * Takes the policy in force, a person's record, the facts by cluster, and the time; returns what they may lend themselves
 * in an emergency, as far as that is known before they fill the form: nothing for whoever is not on call.
 */
export function glassOffer(
  { policy }: PolicyInForce,
  by: PersonRecord,
  factsOf: (cluster: string) => ClusterFacts | null,
  now: Millis,
): readonly OfferedPass[] {
  const glass = policy.breakGlass;
  if (glass === undefined || !isOnCall(policy, by) || isOver(capOf(policy, by), now)) return [];
  return [...Map.groupBy(glass.rules, ({ cluster }) => cluster)].flatMap(([cluster, rules]) => {
    const facts = factsOf(cluster);
    const spots = spotsOf({ cluster, namespaces: facts?.namespaces ?? [], profile: "" }, facts);
    return [...namespacesByProfile(rules, spots)].flatMap(([profile, namespaces]) =>
      passOf(policy, cluster, profile, [...namespaces].sort()),
    );
  });
}

/** Each rule is held against the namespaces once, however many profiles it has. */
function namespacesByProfile(
  rules: readonly GlassRule[],
  spots: readonly Spot[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const rule of rules) {
    const covered = spots.filter((spot) => coversNamespace(rule, spot, false));
    for (const profile of rule.profiles) {
      const names = found.get(profile) ?? new Set();
      for (const { namespace } of covered) names.add(namespace);
      found.set(profile, names);
    }
  }
  return found;
}

function passOf(policy: Policy, cluster: string, profile: string, namespaces: readonly string[]): OfferedPass[] {
  const found = own(policy.profiles, profile);
  const glass = policy.breakGlass;
  if (found === undefined || glass === undefined) return [];
  const { words, can, cannot } = found;
  return [
    {
      ...{ cluster, namespaces, profile, words, can, cannot },
      maxDurationSeconds: limitOf(policy, glass, profile),
      ...{ approvers: [glass.reviewers], quorum: 0, ticket: false, rule: "breakGlass", whenWords: null },
    },
  ];
}
