import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyPolicyInput, anyRecord, inForce, type PolicyInput, WORLD } from "../../test/fakes/any-policy.ts";
import { NOON, sampleYes } from "../../test/fakes/samples.ts";
import { isQuorum } from "./judge-people.ts";
import type { PersonRecord } from "./person.ts";

/** fast-check prints the seed and the smallest case with a failure. */
const RUNS = { numRuns: 1500 };

describe("nobody outside a rule's approvers can ever complete a quorum", () => {
  const yeses = fc.array(anyRecord, { maxLength: 6 });
  const needs = fc.record({
    quorum: fc.integer({ min: 0, max: 3 }),
    differentGroups: fc.boolean(),
    notSameCompany: fc.boolean(),
    stepUp: fc.constant(false),
  });
  const approvers = fc.uniqueArray(fc.constantFrom(...WORLD.groups, "gone"), { maxLength: 3 });
  const asker = fc.constantFrom(...WORLD.people);

  test("each yes that counts is of another person who is in one of the groups and may say it", () => {
    fc.assert(
      fc.property(anyPolicyInput, approvers, asker, needs, yeses, (input, groups, by, need, records) => {
        const force = inForce(input);
        const request = { asker: by, approvers: groups };
        const good = records.filter((record) => mayApprove(input, groups, by, need.notSameCompany, record));
        const enough = isQuorum(force, request, need, records.map(sampleYes), NOON);

        expect(isQuorum(force, request, need, good.map(sampleYes), NOON)).toBe(enough);
        if (enough)
          expect(new Set(good.map(({ person }) => person)).size).toBeGreaterThanOrEqual(Math.max(1, need.quorum));
        if (enough && need.differentGroups) expect(groups.length).toBeGreaterThanOrEqual(need.quorum);
      }),
      RUNS,
    );
  });

  test("saying it twice, or being in two groups, makes no second yes; one more person's never takes one away", () => {
    fc.assert(
      fc.property(
        anyPolicyInput,
        approvers,
        asker,
        needs,
        yeses,
        anyRecord,
        (input, groups, by, need, records, more) => {
          const force = inForce(input);
          const request = { asker: by, approvers: groups };
          const given = records.filter(({ person }, i) => records.findIndex((other) => other.person === person) === i);
          const [first, one] = [given.map(sampleYes), sampleYes(more)];
          const enough = isQuorum(force, request, need, first, NOON);

          expect(isQuorum(force, request, need, [...first, ...first.toReversed()], NOON)).toBe(enough);
          if (need.quorum >= 2) expect(isQuorum(force, request, need, [one, one], NOON)).toBe(false);
          if (enough && given.every(({ person }) => person !== more.person)) {
            expect(isQuorum(force, request, need, [...first, one], NOON)).toBe(true);
          }
        },
      ),
      RUNS,
    );
  });
});

/** Written anew, from docs/policy.md and the file's own text. */
function mayApprove(input: PolicyInput, groups: readonly string[], asker: string, strict: boolean, by: PersonRecord) {
  const people: Record<string, { company?: string | undefined; contractEnd?: string | undefined }> = input.people;
  const person = people[by.person];
  if (person === undefined || !by.active || by.guest || by.external || by.person === asker) return false;
  const company = person.company === undefined ? undefined : input.companies[person.company];
  const ends = [person.contractEnd, company?.contractEnd].filter((day) => day !== undefined);
  if (ends.some((day) => Date.parse(day) + 86_400_000 <= NOON)) return false;
  if (strict && person.company !== undefined && person.company === people[asker]?.company) return false;
  return groups.some((id) => {
    const group = input.groups[id];
    const listed: readonly string[] = group?.people ?? [];
    return (
      listed.includes(by.person) || by.slackGroups.some((slack) => (group?.slackGroups ?? []).includes(slack as never))
    );
  });
}
