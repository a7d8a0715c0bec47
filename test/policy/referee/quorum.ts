/** Quorums by trying every choice. */
import type { PersonRecord } from "../../../src/workflows/person.ts";
import type { PolicyShape } from "../../../src/workflows/policy-schema.ts";
import { areColleagues, isIn, isOfAnotherTeam, lastMoment } from "./people.ts";
import type { Demands } from "./terms.ts";

type Wanted = Pick<Demands, "quorum" | "differentGroups" | "notSameCompany" | "groups">;

/** Takes those whose yes counts, each once; returns whether they are enough. */
export function areEnough(policy: PolicyShape, wanted: Wanted, yeses: readonly PersonRecord[]): boolean {
  if (!wanted.differentGroups) return new Set(yeses.map(({ person }) => person)).size >= wanted.quorum;
  const seats = yeses.map((by) => wanted.groups.filter((group) => isIn(policy, group, by)));
  return mostSeated(seats, []) >= wanted.quorum;
}

/** Tries for each person every group they are in, and none. */
function mostSeated([first, ...others]: readonly (readonly string[])[], taken: readonly string[]): number {
  if (first === undefined) return 0;
  const without = mostSeated(others, taken);
  const free = first.filter((group) => !taken.includes(group));
  return Math.max(without, ...free.map((group) => 1 + mostSeated(others, [...taken, group])));
}

/**
 * "An empty set means nobody": whether so many could say yes at all, by those listed who are not the asker, whose
 * contract is not over, whose account is not of another organisation's Slack as far as the policy tells, and who are not
 * barred. A group with `slackGroups` is taken to have enough.
 */
export function couldBeEnough(
  policy: PolicyShape,
  wanted: Wanted,
  { asker, now }: { readonly asker: string; readonly now: number },
): boolean {
  const groups = [...new Set(wanted.groups)];
  const isOpenGroup = (group: string) => (policy.groups[group]?.slackGroups.length ?? 0) > 0;
  if (!wanted.differentGroups && groups.some(isOpenGroup)) return true;
  const people = [...new Set(groups.flatMap((group) => policy.groups[group]?.people ?? []))].filter(
    (person) =>
      person !== asker &&
      now < lastMoment(policy, { person, expiresAt: null }) &&
      !isOfAnotherTeam(policy, person) &&
      !(wanted.notSameCompany && areColleagues(policy, person, asker)),
  );
  if (!wanted.differentGroups) return people.length >= wanted.quorum;
  // Each open group brings somebody of its own, who sits nowhere else.
  const listed = people.map((person) => groups.filter((group) => policy.groups[group]?.people.includes(person)));
  const ofTheirOwn = groups.filter(isOpenGroup).map((group) => [group]);
  return mostSeated([...listed, ...ofTheirOwn], []) >= wanted.quorum;
}
