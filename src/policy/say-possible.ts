/** What may be lent, in words that two versions of a policy are compared by. */
import { sayDuration } from "../workflows/duration.ts";
import { own, type Policy } from "../workflows/policy.ts";
import { TIERS, type Tier } from "../workflows/policy-schema.ts";
import type { Demand, Possible, Way } from "./possible-access.ts";

export const NOT_AT_ALL = "not at all";

/** Takes a version of the policy, what it may lend in a cell, and the tiers to speak of; returns that in words. */
export function sayPossible(policy: Policy, { ways, unless }: Possible, tiers: readonly Tier[]): string {
  if (ways.length === 0) return NOT_AT_ALL;
  const words = ways.map((way) => `${way.when === null ? "" : `where ${way.when}, `}${sayWay(policy, way, tiers)}`);
  return [words.join("; else "), ...unless.map((when) => `never where ${when}`)].join("; ");
}

/** Takes what two versions may lend; returns the tiers at which they differ, the lowest alone where one lends nothing. */
export function tiersToSay(one: Possible, other: Possible): readonly Tier[] {
  if (one.ways.length === 0 || other.ways.length === 0) return ["low"];
  const at = ({ ways, unless }: Possible, tier: Tier) =>
    JSON.stringify([ways.map(({ demands, ...way }) => [way, demands[tier]]), unless]);
  return TIERS.filter((tier) => at(one, tier) !== at(other, tier));
}

function sayWay(policy: Policy, way: Way, tiers: readonly Tier[]): string {
  const said = tiers.map((tier) => ({ tier, words: sayDemand(policy, way, way.demands[tier]) }));
  // A tier is said where it asks for something else than the one before.
  const changing = said.filter(({ words }, i) => words !== said[i - 1]?.words);
  return changing.map(({ tier, words }) => (tier === "low" ? words : `at ${tier} risk ${words}`)).join(", ");
}

function sayDemand(policy: Policy, way: Way, demand: Demand | null): string {
  if (demand === null) return NOT_AT_ALL;
  const { maxSeconds, quorum, ticket, stepUp, auto } = demand;
  const groups = way.groups.map((id) => own(policy.groups, id)?.name ?? id).join(" or ");
  const limits = [
    auto ? "nobody's yes" : `${quorum === 1 ? "one yes" : `${quorum} yeses`} of ${groups}`,
    way.differentGroups && !auto ? "of different groups" : "",
    way.notSameCompany && !auto ? "nobody of the same company" : "",
    ticket ? "a ticket" : "",
    stepUp ? "a second look" : "",
  ].filter((words) => words !== "");
  return `for up to ${sayDuration(maxSeconds)} with ${limits.join(", ")}`;
}
