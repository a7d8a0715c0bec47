import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyAround, anyDenial, anyPolicyInput, anyRecord, anyWish, inForce } from "../../test/fakes/any-policy.ts";
import { NOON, sampleRequest } from "../../test/fakes/samples.ts";
import { judgeWish, whyNotLend } from "./judge.ts";
import { judgeGlass } from "./judge-glass.ts";
import { capOf, endOf } from "./limits.ts";
import { offer } from "./offer.ts";
import type { PersonRecord } from "./person.ts";
import type { PolicyInForce } from "./ports.ts";
import type { Allowed } from "./wish.ts";

/** fast-check prints the seed and the smallest case with a failure. */
const RUNS = { numRuns: 1500 };
/** Of random questions some twenty in a hundred are allowed; a property of none would hold for nothing. */
const ENOUGH = 30;
const question = [anyPolicyInput, anyRecord, anyWish, anyAround] as const;

function isAllowed(answer: ReturnType<typeof judgeWish>): answer is Allowed {
  return "target" in answer;
}

const judges = [
  ["a wish", judgeWish],
  ["break-glass", judgeGlass],
] as const;

describe("no pass ends after any cap", () => {
  test.each(judges)("%s", (_, judge) => {
    let count = 0;
    fc.assert(
      fc.property(...question, fc.integer({ min: 0, max: 90_000 }), (input, by, wish, around, later) => {
        const force = inForce(input);
        const allowed = judge(force, by, wish, around, NOON);
        if (!isAllowed(allowed)) return;
        count++;
        const decidedAt = NOON + later;
        const begins = Math.max(allowed.startsAt ?? 0, decidedAt);
        const end = endOf(begins, allowed.durationSeconds, capOf(force.policy, by));

        for (const cap of capsOf(force, by, allowed, begins)) expect(end).toBeLessThanOrEqual(cap);
        expect(end % 1000).toBe(0);
      }),
      RUNS,
    );

    expect(count).toBeGreaterThan(ENOUGH);
  });
});

function capsOf({ policy }: PolicyInForce, by: PersonRecord, allowed: Allowed, begins: number): readonly number[] {
  const person = policy.people[by.person];
  const company = person?.company === undefined ? undefined : policy.companies[person.company];
  const { profile } = allowed.target;
  const isGlass = allowed.needs.rules[0] === "breakGlass";
  const rules = policy.rules.filter(({ name }) => allowed.needs.rules.includes(name));
  const seconds = [
    policy.profiles[profile]?.maxDuration,
    isGlass ? policy.breakGlass?.maxDuration : policy.risk.tiers[allowed.needs.tier]?.maxDuration,
    ...rules.map((rule) => rule.maxDuration),
  ];
  return [
    ...[person?.contractEnd, company?.contractEnd, by.expiresAt].filter((cap) => cap !== undefined && cap !== null),
    ...seconds.filter((one) => one !== undefined).map((one) => begins + one * 1000),
  ];
}

describe("more denials never allow more", () => {
  test.each(judges)("%s", (_, judge) => {
    let allowed = 0;
    let denied = 0;
    fc.assert(
      fc.property(...question, anyDenial, (input, by, wish, around, denial) => {
        const stricter = { ...input, denials: [...input.denials, { name: "one-more", ...denial }] };
        const before = judge(inForce(input), by, wish, around, NOON);
        const after = judge(inForce(stricter), by, wish, around, NOON);

        if (isAllowed(before)) allowed++;
        if (isAllowed(before) && !isAllowed(after)) denied++;
        if (isAllowed(after)) expect(before).toEqual(after);
      }),
      RUNS,
    );

    expect(denied).toBeGreaterThan(ENOUGH / 3);
    expect(allowed - denied).toBeGreaterThan(ENOUGH);
  });

  test("on offer", () => {
    fc.assert(
      fc.property(anyPolicyInput, anyRecord, anyAround, anyDenial, (input, by, { factsOf }, denial) => {
        const stricter = { ...input, denials: [...input.denials, { name: "one-more", ...denial }] };
        const of = (one: object) =>
          offer(inForce(one), by, factsOf, NOON).flatMap(({ rule, profile, namespaces }) =>
            namespaces.map((namespace) => `${rule} ${profile} ${namespace}`),
          );

        expect(of(input)).toEqual(expect.arrayContaining(of(stricter)));
      }),
      RUNS,
    );
  });
});

describe("order means nothing", () => {
  const reversed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(reversed).toReversed();
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .toReversed()
        .map(([key, part]) => [key, reversed(part)]),
    );
  };
  const sortWhy = (answer: object) =>
    "needs" in answer ? { ...answer, needs: { ...(answer.needs as object), why: [] } } : answer;

  test.each(judges)("for %s", (_, judge) => {
    fc.assert(
      fc.property(...question, (input, by, wish, around) => {
        const turned = inForce(reversed(input) as object);
        const other = { ...wish, namespaces: wish.namespaces.toReversed() };

        expect(sortWhy(judge(turned, by, other, around, NOON))).toEqual(
          sortWhy(judge(inForce(input), by, wish, around, NOON)),
        );
      }),
      RUNS,
    );
  });

  test("for what is on offer", () => {
    fc.assert(
      fc.property(anyPolicyInput, anyRecord, anyAround, (input, by, { factsOf }) => {
        const turned = inForce(reversed(input) as object);
        const sorted = (force: PolicyInForce) =>
          offer(force, by, factsOf, NOON).toSorted((a, b) => (a.rule + a.profile < b.rule + b.profile ? -1 : 1));

        expect(sorted(turned)).toEqual(sorted(inForce(input)));
      }),
      RUNS,
    );
  });
});

test("what was allowed a moment ago may be lent, and needs the same", () => {
  fc.assert(
    fc.property(...question, (input, by, wish, around) => {
      const force = inForce(input);
      for (const [leave, judge] of [
        ["approval", judgeWish],
        ["breakGlass", judgeGlass],
      ] as const) {
        const allowed = judge(force, by, wish, around, NOON);
        if (!isAllowed(allowed)) continue;
        const request = { ...sampleRequest(), ...allowed, asker: by.person, leave };

        expect(whyNotLend(force, by, request, allowed.target, around, NOON)).toEqual(allowed.needs);
      }
    }),
    RUNS,
  );
});

test("what is allowed was on offer", () => {
  fc.assert(
    fc.property(...question, (input, by, wish, around) => {
      const force = inForce(input);
      const allowed = judgeWish(force, by, wish, around, NOON);
      if (!isAllowed(allowed)) return;
      const passes = offer(force, by, around.factsOf, NOON).filter(
        ({ rule, profile, cluster }) =>
          allowed.needs.rules.includes(rule) && profile === allowed.target.profile && cluster === "prod",
      );

      expect(passes.flatMap(({ namespaces }) => namespaces)).toEqual(expect.arrayContaining([...wish.namespaces]));
    }),
    RUNS,
  );
});
