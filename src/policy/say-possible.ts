/** What may be lent, in words that two versions of a policy are compared by. */
import { sayDuration } from "../workflows/duration.ts";
import { own, type Policy } from "../workflows/policy.ts";
import { TIERS } from "../workflows/policy-schema.ts";
import type { Demand, Possible, Way } from "./possible-access.ts";

export const NOT_AT_ALL = "not at all";

/** Takes a version of the policy and what it may lend in a cell; returns that in words, the same for what is the same. */
export function sayPossible(policy: Policy, { ways, unless }: Possible): string {
  if (ways.length === 0) return NOT_AT_ALL;
  const words = ways.map((way) => `${way.when === null ? "" : `where ${way.when}, `}${sayWay(policy, way)}`);
  return [words.join("; else "), ...unless.map((when) => `never where ${when}`)].join("; ");
}

function sayWay(policy: Policy, way: Way): string {
  const said = TIERS.map((tier) => ({ tier, words: sayDemand(policy, way, way.demands[tier]) }));
  const [low] = said;
  // A tier is said where it asks for something else than the one below.
  const further = said.filter(({ words }, i) => i > 0 && words !== said[i - 1]?.words);
  return [low?.words, ...further.map(({ tier, words }) => `at ${tier} risk ${words}`)].join(", ");
}

function sayDemand(policy: Policy, way: Way, demand: Demand | null): string {
  if (demand === null) return NOT_AT_ALL;
  const { maxSeconds, quorum, ticket, stepUp, auto } = demand;
  const limits = [
    ticket ? "a ticket" : "",
    stepUp ? "a second look" : "",
    way.differentGroups && !auto ? "yeses of different groups" : "",
    way.notSameCompany && !auto ? "nobody of the same company" : "",
  ].filter((words) => words !== "");
  const yes = auto ? "nobody's yes" : `${quorum === 1 ? "one yes" : `${quorum} yeses`} of ${sayGroups(policy, way)}`;
  return `for up to ${sayDuration(maxSeconds)} with ${[yes, ...limits].join(" and ")}`;
}

function sayGroups(policy: Policy, { groups, deciders }: Way): string {
  const names = groups.map((id) => own(policy.groups, id)?.name ?? id).join(" or ");
  return `${names} (${deciders.map((id) => own(policy.people, id)?.name ?? id).join(", ")})`;
}
