import { describe, expect, test } from "vitest";
import type { Case } from "../chaos/case.ts";
import { allCases } from "../chaos/cases.ts";
import { earlyEndCases } from "../chaos/early-end-cases.ts";
import { atMostMs, longestMs } from "../chaos/how-long.ts";
import { inTime } from "../chaos/in-time.ts";
import { isStalled } from "../chaos/judge-access.ts";
import { closing, HEAD, row } from "../chaos/report.ts";
import type { Result } from "../chaos/run-case.ts";
import { createTurns } from "../chaos/turns.ts";
import { createRandom } from "../fakes/random.ts";

const [first, second] = earlyEndCases() as readonly [Case, Case];
const LONG_MS = 600_000;
const ALL = { failed: 3, all: 3 };

function result(one: Case, changes: Partial<Result> = {}): Result {
  return {
    ...{
      case: one,
      lane: "lane-1",
      seconds: 12,
      met: true,
      shown: "it happened",
      lent: true,
      account: "",
      boundMs: 1_000,
      lagMs: 40,
      stallMs: 10,
    },
    ...{ lostApprovals: 0, lostWords: 0, doubledWords: 0, violations: [], ...changes },
  };
}

describe("a case that was not met", () => {
  test("has one more turn, after all others, where there is time", () => {
    const turns = createTurns([first, second]);
    const notMet = result(first, { met: false });

    expect(turns.take(first.replicas, LONG_MS)).toBe(first);
    expect(turns.again(notMet, 1_000)).toBe(false);
    expect(turns.again(notMet, LONG_MS)).toBe(true);
    expect([turns.take(second.replicas, LONG_MS), turns.take(first.replicas, LONG_MS)]).toEqual([second, first]);
    expect(turns.again(notMet, LONG_MS)).toBe(false);
    expect(turns.take(1, LONG_MS)).toBeNull();
  });

  test("has none where something was wrong, since that would be forgotten", () => {
    const turns = createTurns([]);

    expect(turns.again(result(first, { met: false, violations: ["a word is lost"] }), LONG_MS)).toBe(false);
    expect(turns.again(result(first), LONG_MS)).toBe(false);
    expect(turns.take(1, LONG_MS)).toBeNull();
  });

  test("is counted in the closing line, and the run is not good", () => {
    const { line, good } = closing([result(first), result(second, { met: false, stallMs: 1_200 })], ALL, ALL);

    expect(line).toBe("chaos: 2 cases, 0 violations, 0 lost, worst lag 0.0 s; controls 3 of 3 failed; 1 not met");
    expect(good).toBe(false);
  });
});

describe("where time is short", () => {
  const all = allCases(createRandom(1), null, null);
  const called = (name: string) => atMostMs(all.find((one) => one.name === name) as Case);

  test("no case is begun that may last longer than what is left", () => {
    const turns = createTurns(all);
    const begun = Array.from({ length: all.length }, () => turns.take(1, 30_000)).filter((one) => one !== null);

    expect(begun.length).toBeGreaterThan(100);
    expect(begun.every((one) => atMostMs(one) <= 30_000)).toBe(true);
    expect(turns.take(1, 30_000)).toBeNull();
    expect(turns.take(1, LONG_MS)).not.toBeNull();
  });

  test("a pass or an outage of a minute is longer than a slice, and clocks that are a minute off are not", () => {
    expect(called("one kubeconfig is in use all the time, a pass of 70 s in health")).toBeGreaterThan(78_000);
    expect(called("F7 nobody listens at the cluster for 60 s across the end")).toBeGreaterThan(78_000);
    expect(called("F10 the workers' clocks are -60 s off")).toBe(61_000);
    expect(called("told-card, after, 1 each, restarted late")).toBe(37_000);
    expect(called("F1 all of ours is killed and comes back 20 s after the end")).toBe(49_000);
  });
});

describe("a case that does not come to an end", () => {
  const LATE_MS = 20;
  const never = new Promise<never>(() => {});

  test("has hung where it may take no longer, and is cut short where time was over before that", async () => {
    expect(await inTime(never, LATE_MS, LONG_MS)).toBe("hung");
    expect(await inTime(never, LATE_MS, LATE_MS)).toBe("hung");
    expect(await inTime(never, LONG_MS, LATE_MS)).toBe("cut short");
    expect(await inTime(Promise.resolve("over"), LATE_MS, LATE_MS)).toBe("over");
  });

  test("has hung in a slice, too: after twice what it takes at most, which most of them reach before the slice is over", () => {
    const all = allCases(createRandom(1), null, null);
    const reached = all.filter((one) => longestMs(one, true) < 78_000);

    expect(all.every((one) => longestMs(one, true) <= 2 * atMostMs(one))).toBe(true);
    expect(reached.length).toBeGreaterThan(all.length / 2);
    expect(all.every((one) => longestMs(one, false) > 2 * atMostMs(one))).toBe(true);
  });
});

test("a machine that stalls for more than a second excuses nothing: the case is not met, and its row says why", () => {
  expect([900, 1_000, 1_001].map(isStalled)).toEqual([false, false, true]);
  expect(row(result(first, { met: false, stallMs: 1_200 }))).toMatch(/not met: the machine stalled/);
});

test("a row says how many violations there were, under that word, and which", () => {
  const column = (one: Result) =>
    row(one)
      .slice(HEAD.indexOf("violations"), HEAD.indexOf("violations") + 10)
      .trim();
  const violations = ["a word is lost", "the ledger is broken"];

  expect(column(result(first))).toBe("0");
  expect(column(result(first, { violations }))).toBe("2");
  expect(row(result(first, { violations }))).toMatch(/VIOLATED: a word is lost; the ledger is broken$/);
});

test("a run in which hardly anything is lent is not good, however little was violated", () => {
  const cases = Array.from({ length: 100 }, (_, i) => result(first, { lent: i < 74 }));

  expect(closing(cases, ALL, ALL)).toMatchObject({
    line: expect.stringMatching(/, 0 violations, .*; only 74 of 100 passes were lent$/),
    good: false,
  });
  expect(closing(cases.slice(1), ALL, ALL).good).toBe(true);
});

test("a good run's last lines say so", () => {
  expect(closing([result(first), result(second, { lagMs: 9_900 })], ALL, ALL)).toEqual({
    planted: "planted defects: 3 of 3 found",
    line: "chaos: 2 cases, 0 violations, 0 lost, worst lag 9.9 s; controls 3 of 3 failed",
    good: true,
  });
});
