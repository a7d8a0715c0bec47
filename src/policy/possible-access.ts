/**
 * What one version of a policy may lend in a cell: without a clock, without a cluster, and with conditions as they are
 * written. Two versions that say the same here lend the same.
 */
import { byStrictness, limitOf } from "../workflows/deciding.ts";
import { externalPeople } from "../workflows/home-team.ts";
import { SHORTEST_SECONDS } from "../workflows/limits.ts";
import { isOnCall } from "../workflows/membership.ts";
import type { PersonId, PersonRecord } from "../workflows/person.ts";
import { groupsOf } from "../workflows/place.ts";
import { own, type Policy } from "../workflows/policy.ts";
import type { Denial, GlassRule, Rule, Tier } from "../workflows/policy-schema.ts";
import { canBeDecided, type Decidable } from "../workflows/quorum.ts";

/** What it takes at one tier of risk; null: nobody could say yes, or it is too short to be used. */
export interface Demand {
  readonly maxSeconds: number;
  readonly quorum: number;
  readonly ticket: boolean;
  readonly stepUp: boolean;
  /** Nobody has to say yes. */
  readonly auto: boolean;
}

/** One way to be lent something. */
export interface Way {
  /** The condition as written; null: always. */
  readonly when: string | null;
  readonly groups: readonly string[];
  readonly differentGroups: boolean;
  readonly notSameCompany: boolean;
  readonly demands: Readonly<Record<Tier, Demand | null>>;
}

/** All that may be lent in a cell: the first way whose condition holds. */
export interface Possible {
  readonly ways: readonly Way[];
  /** Conditions under which it is denied all the same. */
  readonly unless: readonly string[];
}

/** What somebody on call may lend themselves. */
export interface PossibleGlass {
  readonly maxSeconds: number;
  /** Conditions under which it is denied all the same. */
  readonly unless: readonly string[];
}

/** Before every contract's end: what time makes of a policy is no change of it. */
const NO_TIME = Number.NEGATIVE_INFINITY;

/** Takes a person and the Slack user groups they are taken to be in; returns a record of an account as it should be. */
export function recordFor(person: PersonId, slackGroups: readonly string[]): PersonRecord {
  return {
    ...{ person, slackKey: "", active: true, guest: false, external: false, slackGroups },
    ...{ expiresAt: null, readAt: 0 },
  };
}

/** What was found out of one version, to be asked once: of most people it is all the same who asks. */
export type Known = Map<string, boolean>;

/** What there is for one person, cluster and profile: entries of one version that name and cover them. */
export interface Entries {
  readonly rules: readonly Rule[];
  readonly denials: readonly Denial[];
  readonly glass: readonly GlassRule[];
}

/** Whose cell it is, of which profile, and what is known. */
export interface Cell {
  readonly by: PersonRecord;
  readonly profile: string;
  readonly known: Known;
}

/** Takes a version of the policy, a cell, and the entries that cover it but for their conditions; returns what may be lent. */
export function possibleAccess(policy: Policy, cell: Cell, { rules, denials }: Entries): Possible {
  const unless = conditionsOf(denials);
  if (unless === null) return { ways: [], unless: [] };
  const sorted = rules.toSorted(byStrictness(policy, cell.profile));
  const certain = sorted.findIndex(({ when }) => when === undefined);
  const ways = (certain < 0 ? sorted : sorted.slice(0, certain + 1)).map((rule) => wayBy(policy, { ...cell, rule }));
  const isDecidable = ({ demands }: Way) => Object.values(demands).some((demand) => demand !== null);
  // One that nobody could decide is refused all the same where its condition holds, in place of those after it.
  const last = ways.findLastIndex(isDecidable);
  return { ways: ways.slice(0, last + 1), unless: last < 0 ? [] : unless };
}

/** Returns the conditions of all denials, null where one of them has none. */
function conditionsOf(denials: readonly Denial[]): readonly string[] | null {
  const found = denials.flatMap(({ when }) => (when === undefined ? [] : [when.trim()]));
  return found.length < denials.length ? null : [...new Set(found)].sort();
}

interface Asked extends Cell {
  readonly rule: Rule;
}

function wayBy(policy: Policy, asked: Asked): Way {
  const { when, differentGroups, notSameCompany } = asked.rule;
  const demand = (tier: Tier) => demandAt(policy, asked, tier);
  return {
    ...{ when: when?.trim() ?? null, groups: groupsOf(asked.rule), differentGroups, notSameCompany },
    demands: { low: demand("low"), medium: demand("medium"), high: demand("high") },
  };
}

function demandAt(policy: Policy, { rule, by, profile, known }: Asked, tier: Tier): Demand | null {
  const asks = policy.risk.tiers[tier];
  const quorum = Math.max(rule.quorum, asks?.quorum ?? 1);
  const auto = rule.autoApprove && tier === "low" && isOnCall(policy, by);
  const { differentGroups, notSameCompany } = rule;
  const wanted = { asker: by.person, approvers: groupsOf(rule), quorum, differentGroups, notSameCompany };
  if (!auto && !isDecidable(policy, known, wanted)) return null;
  const maxSeconds = Math.min(limitOf(policy, rule, profile), asks?.maxDuration ?? Number.POSITIVE_INFINITY);
  if (maxSeconds < SHORTEST_SECONDS) return null;
  return {
    ...{ maxSeconds, quorum: auto ? 0 : quorum, ticket: rule.ticket || (asks?.ticket ?? false), auto },
    stepUp: !auto && (asks?.stepUp ?? false),
  };
}

/** The same for all of one company who say yes in the same of these groups. */
function isDecidable(policy: Policy, known: Known, wanted: Decidable): boolean {
  const { asker, ...demand } = wanted;
  const company = demand.notSameCompany ? own(policy.people, asker)?.company : undefined;
  const isExternal = externalPeople(policy).has(asker);
  const inGroups = demand.approvers.map((id) => !isExternal && own(policy.groups, id)?.people.includes(asker) === true);
  const key = JSON.stringify([demand, company, inGroups]);
  const answer = known.get(key) ?? canBeDecided(policy, wanted, NO_TIME);
  known.set(key, answer);
  return answer;
}

/** Takes the same; returns what somebody may lend themselves, or null. */
export function possibleGlass(
  policy: Policy,
  { by, profile }: Cell,
  { glass, denials }: Entries,
): PossibleGlass | null {
  const { breakGlass } = policy;
  if (breakGlass === undefined || glass.length === 0 || !isOnCall(policy, by)) return null;
  const unless = conditionsOf(denials);
  const maxSeconds = limitOf(policy, breakGlass, profile);
  return unless === null || maxSeconds < SHORTEST_SECONDS ? null : { maxSeconds, unless };
}
