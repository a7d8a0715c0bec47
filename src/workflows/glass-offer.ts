import { covers } from "./cover.ts";
import { limitOf } from "./deciding.ts";
import { capOf } from "./limits.ts";
import { isOnCall, isOver } from "./membership.ts";
import type { Millis, PersonRecord } from "./person.ts";
import { own, type Policy } from "./policy.ts";
import type { ClusterFacts, PolicyInForce } from "./ports.ts";
import { spotsOf } from "./separation.ts";
import type { OfferedPass } from "./wish.ts";

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
  const clusters = [...new Set(glass.rules.map(({ cluster }) => cluster))];
  return clusters.flatMap((cluster) => {
    const rules = glass.rules.filter((rule) => rule.cluster === cluster);
    const facts = factsOf(cluster);
    return [...new Set(rules.flatMap(({ profiles }) => profiles))].flatMap((profile) => {
      const open = spotsOf({ cluster, namespaces: facts?.namespaces ?? [], profile }, facts);
      const namespaces = open.filter((spot) => rules.some((rule) => covers(rule, spot, false)));
      return passOf(policy, cluster, profile, namespaces.map((spot) => spot.namespace).toSorted());
    });
  });
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
