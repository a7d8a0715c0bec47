/**
 * What one version of a policy may lend, for every cell that two versions name: without a clock, without a cluster, and
 * with conditions as they are written. Two versions that say the same here lend the same.
 */
import { covers, coversNamespace, type Labels, type Spot } from "../workflows/cover.ts";
import { limitOf, sayingsOf } from "../workflows/deciding.ts";
import { isNamed, isOnCall } from "../workflows/membership.ts";
import type { PersonId, PersonRecord } from "../workflows/person.ts";
import { groupsOf } from "../workflows/place.ts";
import type { Policy } from "../workflows/policy.ts";
import type { Rule, Tier } from "../workflows/policy-schema.ts";
import { canBeDecided } from "../workflows/quorum.ts";

/** What it takes at one tier of risk; null: nobody could say yes. */
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

/** Before every contract's end: what time makes of a policy is no change of it. */
const NO_TIME = Number.NEGATIVE_INFINITY;

/** Takes a person and the Slack user groups they are taken to be in; returns a record of an account as it should be. */
export function recordFor(person: PersonId, slackGroups: readonly string[]): PersonRecord {
  return {
    ...{ person, slackKey: "", active: true, guest: false, external: false, slackGroups },
    ...{ expiresAt: null, readAt: 0 },
  };
}

/** Takes a version of the policy, a person's record and a place; returns what may be lent there. */
export function possibleAccess(policy: Policy, by: PersonRecord, spot: Spot): Possible {
  const denials = policy.denials.filter(
    ({ who, ...coverage }) => covers(coverage, spot, false) && (who === undefined || isNamed(policy, who, by)),
  );
  const unless = denials.map(({ when }) => when ?? null);
  if (unless.includes(null)) return { ways: [], unless: [] };
  const rules = sayingsOf(policy, by, spot).rules.filter((rule) => coversNamespace(rule, spot, false));
  const certain = rules.findIndex(({ when }) => when === undefined);
  const ways = (certain < 0 ? rules : rules.slice(0, certain + 1)).map((rule) => wayBy(policy, rule, by, spot));
  const decidable = ways.filter(({ demands }) => Object.values(demands).some((demand) => demand !== null));
  return {
    ways: decidable,
    unless: decidable.length > 0 ? [...new Set(unless.filter((when) => when !== null))].sort() : [],
  };
}

function wayBy(policy: Policy, rule: Rule, by: PersonRecord, spot: Spot): Way {
  const { when, differentGroups, notSameCompany } = rule;
  const groups = groupsOf(rule);
  const demand = (tier: Tier) => demandAt(policy, { rule, by, spot, tier });
  return {
    ...{
      when: when?.trim() ?? null,
      groups,
      differentGroups,
      notSameCompany,
    },
    demands: { low: demand("low"), medium: demand("medium"), high: demand("high") },
  };
}

interface At {
  readonly rule: Rule;
  readonly by: PersonRecord;
  readonly spot: Spot;
  readonly tier: Tier;
}

function demandAt(policy: Policy, { rule, by, spot, tier }: At): Demand | null {
  const asks = policy.risk.tiers[tier];
  const quorum = Math.max(rule.quorum, asks?.quorum ?? 1);
  const auto = rule.autoApprove && tier === "low" && isOnCall(policy, by);
  const { differentGroups, notSameCompany } = rule;
  const wanted = { asker: by.person, approvers: groupsOf(rule), quorum, differentGroups, notSameCompany };
  if (!auto && !canBeDecided(policy, wanted, NO_TIME)) return null;
  return {
    maxSeconds: Math.min(limitOf(policy, rule, spot.profile), asks?.maxDuration ?? Number.POSITIVE_INFINITY),
    ...{ quorum: auto ? 0 : quorum, ticket: rule.ticket || (asks?.ticket ?? false), auto },
    stepUp: !auto && (asks?.stepUp ?? false),
  };
}

/** Takes a version of the policy, a person's record and a place; returns how many seconds they may lend themselves, or null. */
export function possibleGlass(policy: Policy, by: PersonRecord, spot: Spot): number | null {
  const { breakGlass } = policy;
  if (breakGlass === undefined || !isOnCall(policy, by)) return null;
  if (!breakGlass.rules.some((rule) => covers(rule, spot, false))) return null;
  const isDenied = policy.denials.some(
    ({ who, when, ...coverage }) =>
      when === undefined && covers(coverage, spot, false) && (who === undefined || isNamed(policy, who, by)),
  );
  return isDenied ? null : limitOf(policy, breakGlass, spot.profile);
}

/** A place that stands for all of its kind. */
export interface Witness {
  readonly namespace: string;
  readonly labels: Labels;
  /** The name, glob or label that it stands for. */
  readonly words: string;
}

/** Takes both versions and a cluster; returns a place for each name, glob and label that either of them says anything of. */
export function witnessesOf(versions: readonly Policy[], cluster: string): readonly Witness[] {
  const entries = versions.flatMap((policy) =>
    [...policy.rules, ...policy.denials, ...(policy.breakGlass?.rules ?? [])]
      .filter((entry) => entry.cluster === undefined || entry.cluster === cluster)
      .flatMap(({ namespaces }) => namespaces ?? []),
  );
  const texts = entries.filter((entry) => typeof entry === "string").toSorted();
  // A name that is written out stands for itself, whatever glob it may stand for too.
  const byName = new Map([...texts.flatMap(namesBy), ...texts.filter(isName).map((name) => [name, name] as const)]);
  const names = [...byName, [ANY_NAME, "any other"] as const];
  const labels = entries.flatMap((entry) => (typeof entry === "string" ? [] : entry));
  const byLabel = new Map(labels.map((one) => [`${one.label}=${one.value}`, { [one.label]: one.value }]));
  return names.flatMap(([namespace, words]) => [
    { namespace, words, labels: {} },
    ...[...byLabel].map(([label, set]) => ({ namespace, words: `${words} labelled ${label}`, labels: set })),
  ]);
}

/** What no policy is likely to name. */
const ANY_NAME = "any-other-namespace";

function isName(glob: string): boolean {
  return !/[*?]/.test(glob);
}

/** Names that a glob matches, each with the glob. */
function namesBy(glob: string): readonly (readonly [string, string])[] {
  const filled = ["", "x", "xyz"].map((run) => glob.replaceAll("?", "x").replaceAll("*", run));
  const names = filled.filter((name) => /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(name));
  return names.map((name) => [name, glob] as const);
}
