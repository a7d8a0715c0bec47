/** What may be lent, in words that two versions of a policy are compared by. */
import { own, type Policy } from "../workflows/policy.ts";
import { TIERS, type Tier } from "../workflows/policy-schema.ts";
import type { Demand, Possible, PossibleGlass, Way } from "./possible-access.ts";
import { sayExactly } from "./say-exactly.ts";

export const NOT_AT_ALL = "not at all";

/** The tiers to speak of, and whether what is said of the first holds wherever nothing else is said. */
interface Tiers {
  readonly tiers: readonly Tier[];
  readonly isAnyRisk: boolean;
}

/** Of what to speak: tiers, and whether groups are told by their ids too. */
interface Speaking extends Tiers {
  readonly withIds: boolean;
}

/** Takes a version of the policy, what it may lend in a cell, and of what to speak; returns that in words. */
export function sayPossible(policy: Policy, { ways, unless }: Possible, speaking: Speaking): string {
  const { tiers } = speaking;
  if (ways.length === 0) return NOT_AT_ALL;
  if (!isLentAt({ ways }, tiers)) return `${NOT_AT_ALL} ${sayTiers(tiers)}`;
  const words = ways.map((way) => `${way.when === null ? "" : `where ${way.when}, `}${sayWay(policy, way, speaking)}`);
  return [words.join("; else "), ...unless.map(sayUnless)].join("; ");
}

/** Takes what somebody on call may lend themselves, or null; returns that in words. */
export function sayGlass(glass: PossibleGlass | null): string {
  if (glass === null) return NOT_AT_ALL;
  return [`for up to ${sayExactly(glass.maxSeconds)}`, ...glass.unless.map(sayUnless)].join("; ");
}

function sayUnless(when: string): string {
  return `never where ${when}`;
}

/**
 * Takes both versions and what each may lend; returns whether the groups that decide are the same in all but their ids.
 * Two groups of one name may be of different people.
 */
export function groupsAlike(before: Policy, one: Possible, after: Policy, other: Possible): boolean {
  const identity = (policy: Policy, { ways }: Possible) =>
    JSON.stringify(
      ways.map(({ groups }) =>
        groups
          .map((id) => {
            const { name, channel, people = [], slackGroups = [] } = own(policy.groups, id) ?? {};
            return JSON.stringify([name, channel, people.toSorted(), slackGroups.toSorted()]);
          })
          .sort(),
      ),
    );
  const ids = ({ ways }: Possible) => JSON.stringify(ways.map(({ groups }) => groups));
  // What becomes of the people in a group of the same id is said of the group.
  return ids(one) === ids(other) || identity(before, one) === identity(after, other);
}

/**
 * Takes what two versions may lend; returns the tiers at which they differ. Where one lends nothing and the other something
 * at each tier, the lowest speaks for all.
 */
export function tiersToSay(one: Possible, other: Possible): Tiers {
  const at = ({ ways, unless }: Possible, tier: Tier) =>
    JSON.stringify([ways.map(({ demands, ...way }) => [way, demands[tier]]), unless]);
  const isOneNothing = one.ways.length === 0 || other.ways.length === 0;
  const tiers = TIERS.filter((tier) =>
    isOneNothing ? isLentAt(one, [tier]) || isLentAt(other, [tier]) : at(one, tier) !== at(other, tier),
  );
  const isAnyRisk = tiers.length === TIERS.length;
  return { tiers: isOneNothing && isAnyRisk ? ["low"] : tiers, isAnyRisk };
}

function isLentAt({ ways }: Pick<Possible, "ways">, tiers: readonly Tier[]): boolean {
  return ways.some(({ demands }) => tiers.some((tier) => demands[tier] !== null));
}

function sayTiers(tiers: readonly Tier[]): string {
  return `at ${tiers.join(" and ")} risk`;
}

/** Tiers at which the same is asked for are said together. */
function sayWay(policy: Policy, way: Way, { tiers, isAnyRisk, withIds }: Speaking): string {
  const nameOf = (id: string) => [own(policy.groups, id)?.name ?? id, ...(withIds ? [`(${id})`] : [])].join(" ");
  const groups = way.groups.map(nameOf).join(" or ");
  const said: { readonly words: string; readonly tiers: Tier[] }[] = [];
  for (const tier of tiers) {
    const words = sayDemand(groups, way, way.demands[tier]);
    const last = said.at(-1);
    if (last?.words === words) last.tiers.push(tier);
    else said.push({ words, tiers: [tier] });
  }
  return said
    .map(({ words, tiers }, i) =>
      isAnyRisk && i === 0 && words !== NOT_AT_ALL ? words : `${sayTiers(tiers)} ${words}`,
    )
    .join(", ");
}

function sayDemand(groups: string, way: Way, demand: Demand | null): string {
  if (demand === null) return NOT_AT_ALL;
  const { maxSeconds, quorum, ticket, stepUp, auto } = demand;
  const limits = [
    auto ? "nobody's yes" : `${quorum === 1 ? "one yes" : `${quorum} yeses`} of ${groups}`,
    way.differentGroups && !auto ? "of different groups" : "",
    way.notSameCompany && !auto ? "nobody of the same company" : "",
    ticket ? "a ticket" : "",
    stepUp ? "a second look" : "",
  ].filter((words) => words !== "");
  return `for up to ${sayExactly(maxSeconds)} with ${limits.join(", ")}`;
}
