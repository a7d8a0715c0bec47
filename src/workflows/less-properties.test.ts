import fc from "fast-check";
import { expect, test } from "vitest";
import { NOON, sampleRequest } from "../../test/fakes/samples.ts";
import { narrowest, whyNotLess } from "./less.ts";
import { endOf } from "./limits.ts";
import type { Less, Yes } from "./request.ts";

/** fast-check prints the seed and the smallest case with a failure. */
const RUNS = { numRuns: 1500 };

test("narrowing never widens", () => {
  const less: fc.Arbitrary<Less> = fc.record({
    durationSeconds: fc.integer({ min: -5, max: 8000 }),
    namespaces: fc.uniqueArray(fc.constantFrom("pay", "web", "ledger"), { maxLength: 3 }),
    startsAt: fc.option(fc.integer({ min: NOON - 60_000, max: NOON + 7_300_000 }), { nil: null }),
  });
  const start = fc.constantFrom(null, NOON + 60_000);
  let narrowed = 0;
  const [target] = sampleRequest().targets;
  fc.assert(
    fc.property(fc.array(less, { maxLength: 4 }), start, (tried, startsAt) => {
      const asked = sampleRequest({
        startsAt,
        targets: target === undefined ? [] : [{ ...target, namespaces: ["pay", "web"] }],
      });
      const yeses: Yes[] = [];
      for (const one of tried) {
        if (whyNotLess({ ...asked, yeses }, one, NOON) !== null) continue;
        yeses.push({ by: "ada", at: NOON, policyHash: "p1", less: one });
      }
      narrowed += yeses.length;
      const left = narrowest(asked, yeses);
      const endWhere = (scope: Less) => endOf(Math.max(scope.startsAt ?? NOON, NOON), scope.durationSeconds, null);

      for (const { less: one } of [{ less: narrowest(asked, []) }, ...yeses]) {
        expect(left.durationSeconds).toBeLessThanOrEqual(one?.durationSeconds ?? 0);
        expect(one?.namespaces).toEqual(expect.arrayContaining([...left.namespaces]));
        expect(left.startsAt ?? 0).toBeGreaterThanOrEqual(one?.startsAt ?? 0);
      }
      expect(endWhere(left)).toBeLessThanOrEqual(endWhere(narrowest(asked, [])));
      expect(left.durationSeconds).toBeGreaterThanOrEqual(10);
      expect(left.namespaces).not.toEqual([]);
    }),
    RUNS,
  );

  expect(narrowed).toBeGreaterThan(100);
});
