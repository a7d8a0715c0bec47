/** What somebody may ask for, as far as that is known before they fill the form. */
import { byName } from "./by-name.ts";
import { covers, type Spot } from "./cover.ts";
import { byStrictness, limitOf, whyDenied } from "./deciding.ts";
import { capOf } from "./limits.ts";
import { isNamed, isOnCall, isOver } from "./membership.ts";
import type { Millis, PersonRecord } from "./person.ts";
import { groupsOf } from "./place.ts";
import { own, type Policy } from "./policy.ts";
import type { Rule } from "./policy-schema.ts";
import type { ClusterFacts, PolicyInForce } from "./ports.ts";
import { canBeDecided } from "./quorum.ts";
import type { Refusal } from "./refusal.ts";
import { spotsOf } from "./separation.ts";
import type { OfferedPass } from "./wish.ts";

/** What the tier of a cell is while nobody has asked: an offer hangs on no condition and no tier. */
const NO_RISK = { tier: "low", words: [] } as const;

/**
 * Takes the policy in force, a person's record, the facts by cluster, and the time; returns all that the person may ask
 * for: nothing for somebody no rule names or whose contract is over. In order of the rules' names.
 */
export function offer(
  force: PolicyInForce,
  by: PersonRecord,
  factsOf: (cluster: string) => ClusterFacts | null,
  now: Millis,
): readonly OfferedPass[] {
  const { policy } = force;
  if (!by.active || !Object.hasOwn(policy.people, by.person) || isOver(capOf(policy, by), now)) return [];
  const rules = policy.rules.filter((rule) => isNamed(policy, rule.who, by) && isDecidable(force, by, rule, now));
  const clusters = new Map(rules.map(({ cluster }) => [cluster, factsOf(cluster)]));
  return rules
    .toSorted(byName)
    .flatMap((rule) =>
      [...new Set(rule.profiles)].flatMap((profile) =>
        passOf(force, { rule, profile, by, facts: clusters.get(rule.cluster) ?? null, now }),
      ),
    );
}

function isDecidable({ policy }: PolicyInForce, by: PersonRecord, rule: Rule, now: Millis): boolean {
  if (rule.autoApprove && isOnCall(policy, by)) return true;
  return canBeDecided(policy, { ...rule, asker: by.person, approvers: groupsOf(rule) }, now);
}

interface Offering {
  readonly rule: Rule;
  readonly profile: string;
  readonly by: PersonRecord;
  readonly facts: ClusterFacts | null;
  readonly now: Millis;
}

function passOf(force: PolicyInForce, offering: Offering): readonly OfferedPass[] {
  const { rule, profile, facts } = offering;
  const found = own(force.policy.profiles, profile);
  const namespaces = facts === null ? [] : namespacesOf(force, offering, facts);
  if (found === undefined || (facts !== null && namespaces.length === 0)) return [];
  const { words, can, cannot } = found;
  return [
    {
      ...{ cluster: rule.cluster, namespaces, profile, words, can, cannot },
      maxDurationSeconds: limitOf(force.policy, rule, profile),
      ...{ approvers: groupsOf(rule), quorum: rule.quorum, ticket: rule.ticket },
      ...{ rule: rule.name, whenWords: rule.whenWords ?? null },
    },
  ];
}

/** Of a rule's open namespaces, those that no denial covers and about which this rule may turn out to decide. */
function namespacesOf(force: PolicyInForce, { rule, profile, by, now }: Offering, facts: ClusterFacts) {
  const spots = spotsOf({ cluster: rule.cluster, namespaces: facts.namespaces, profile }, facts);
  const stricter = certainBefore(force.policy, by, rule, profile);
  const isCovered = (one: Rule, spot: Spot) => covers(one, spot, false);
  const offered = spots.filter(
    (spot) =>
      isCovered(rule, spot) &&
      !stricter.some((one) => isCovered(one, spot)) &&
      !isForbidden(whyDenied(force, { by, facts, spot, risk: NO_RISK, seconds: null, now })),
  );
  return offered.map((spot) => spot.namespace).toSorted();
}

/** What hangs on a group that Slack would not show is refused when it is asked for: only that says why. */
function isForbidden(no: Refusal | null): boolean {
  return no !== null && no.refused !== "groupUnread";
}

/** Rules without a condition decide before all that are laxer, wherever they cover a cell. */
function certainBefore(policy: Policy, by: PersonRecord, rule: Rule, profile: string): readonly Rule[] {
  const compare = byStrictness(policy, profile);
  return policy.rules.filter(
    (other) => other.when === undefined && compare(other, rule) < 0 && isNamed(policy, other.who, by),
  );
}
