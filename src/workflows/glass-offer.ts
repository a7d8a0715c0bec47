import { coversNamespace, type Open, openIn } from "./cover.ts";
import { limitOf } from "./deciding.ts";
import { capOf } from "./limits.ts";
import { isOnCall, isOver } from "./membership.ts";
import type { Millis, PersonRecord } from "./person.ts";
import { own, type Policy } from "./policy.ts";
import type { ClusterFacts, PolicyInForce } from "./ports.ts";
import type { OfferedPass } from "./wish.ts";

type Glass = NonNullable<Policy["breakGlass"]>;
type Place = Pick<OfferedPass, "cluster" | "profile" | "namespaces">;

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
    const open = facts === null ? [] : openIn(facts);
    return [...namespacesByProfile(rules, open)].flatMap(([profile, namespaces]) =>
      passOf(policy, glass, { cluster, profile, namespaces: [...namespaces].sort() }),
    );
  });
}

/** Each rule is held against the namespaces once, however many profiles it has. */
function namespacesByProfile(rules: Glass["rules"], open: readonly Open[]): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const rule of rules) {
    const covered = open.filter((spot) => coversNamespace(rule, spot, false));
    for (const profile of rule.profiles) {
      const names = found.get(profile) ?? new Set();
      for (const { namespace } of covered) names.add(namespace);
      found.set(profile, names);
    }
  }
  return found;
}

function passOf(policy: Policy, glass: Glass, { cluster, profile, namespaces }: Place): OfferedPass[] {
  const found = own(policy.profiles, profile);
  if (found === undefined) return [];
  const { words, can, cannot } = found;
  return [
    {
      ...{ cluster, namespaces, profile, words, can, cannot },
      maxDurationSeconds: limitOf(policy, glass, profile),
      ...{ approvers: [glass.reviewers], quorum: 0, ticket: false, rule: "breakGlass", whenWords: null },
    },
  ];
}
