/** What may be lent, in words that two versions of a policy are compared by. */
import { own, type Policy } from "../workflows/policy.ts";
import { TIERS, type Tier } from "../workflows/policy-schema.ts";
import type { Demand, Possible, PossibleGlass, Way } from "./possible-access.ts";
import { sayExactly } from "./say-exactly.ts";

export const NOT_AT_ALL = "not at all";

/** Of what to speak: tiers, and whether groups are told by their ids too. */
interface Speaking {
  readonly tiers: readonly Tier[];
  readonly withIds: boolean;
}

/** Takes a version of the policy, what it may lend in a cell, and of what to speak; returns that in words. */
export function sayPossible(policy: Policy, { ways, unless }: Possible, speaking: Speaking): string {
  if (ways.length === 0) return NOT_AT_ALL;
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

/** Takes what two versions may lend; returns the tiers at which they differ, the lowest alone where one lends nothing. */
export function tiersToSay(one: Possible, other: Possible): readonly Tier[] {
  if (one.ways.length === 0 || other.ways.length === 0) return ["low"];
  const at = ({ ways, unless }: Possible, tier: Tier) =>
    JSON.stringify([ways.map(({ demands, ...way }) => [way, demands[tier]]), unless]);
  return TIERS.filter((tier) => at(one, tier) !== at(other, tier));
}

function sayWay(policy: Policy, way: Way, { tiers, withIds }: Speaking): string {
  const nameOf = (id: string) => [own(policy.groups, id)?.name ?? id, ...(withIds ? [`(${id})`] : [])].join(" ");
  const groups = way.groups.map(nameOf).join(" or ");
  const said = tiers.map((tier) => ({ tier, words: sayDemand(groups, way, way.demands[tier]) }));
  // A tier is said where it asks for something else than the one before.
  const changing = said.filter(({ words }, i) => words !== said[i - 1]?.words);
  return changing.map(({ tier, words }) => (tier === "low" ? words : `at ${tier} risk ${words}`)).join(", ");
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
