import { describe, expect, test } from "vitest";
import type { Case } from "../chaos/case.ts";
import { earlyEndCases } from "../chaos/early-end-cases.ts";
import { isStalled } from "../chaos/judge-access.ts";
import { closing, row } from "../chaos/report.ts";
import type { Result } from "../chaos/run-case.ts";
import { createTurns } from "../chaos/turns.ts";

const [first, second] = earlyEndCases() as readonly [Case, Case];
const ALL = { failed: 3, all: 3 };

function result(one: Case, changes: Partial<Result> = {}): Result {
  return {
    ...{ case: one, lane: "lane-1", seconds: 12, met: true, account: "", boundMs: 1_000, lagMs: 40, stallMs: 10 },
    ...{ lostApprovals: 0, lostWords: 0, doubledWords: 0, violations: [], ...changes },
  };
}

describe("a case that was not met", () => {
  test("has one more turn, after all others", () => {
    const turns = createTurns([first, second]);
    const notMet = result(first, { met: false });

    expect(turns.take(first.replicas)).toBe(first);
    expect(turns.again(notMet)).toBe(true);
    expect([turns.take(second.replicas), turns.take(first.replicas)]).toEqual([second, first]);
    expect(turns.again(notMet)).toBe(false);
    expect(turns.take(1)).toBeNull();
  });

  test("has none where something was wrong, since that would be forgotten", () => {
    const turns = createTurns([]);

    expect(turns.again(result(first, { met: false, violations: ["a word is lost"] }))).toBe(false);
    expect(turns.again(result(first))).toBe(false);
    expect(turns.take(1)).toBeNull();
  });

  test("is counted in the closing line, and the run is not good", () => {
    const { line, good } = closing([result(first), result(second, { met: false, stallMs: 1_200 })], ALL, ALL);

    expect(line).toBe("chaos: 2 cases, 0 violations, 0 lost, worst lag 0.0 s; controls 3 of 3 failed; 1 not met");
    expect(good).toBe(false);
  });
});

test("a machine that stalls for more than a second excuses nothing: the case is not met, and its row says why", () => {
  expect([900, 1_000, 1_001].map(isStalled)).toEqual([false, false, true]);
  expect(row(result(first, { met: false, stallMs: 1_200 }))).toMatch(/not met: the machine stalled/);
});

test("a good run's last lines say so", () => {
  expect(closing([result(first), result(second, { lagMs: 9_900 })], ALL, ALL)).toEqual({
    planted: "planted defects: 3 of 3 found",
    line: "chaos: 2 cases, 0 violations, 0 lost, worst lag 9.9 s; controls 3 of 3 failed",
    good: true,
  });
});
