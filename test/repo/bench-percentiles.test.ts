import { describe, expect, test } from "vitest";
import { AGENTS, countCalls, parseMicros, provenAt } from "../../bench/audit-figures.ts";
import { shuffleRounds } from "../../bench/pace.ts";
import { closingLine, makeRow, percentile, summarize } from "../../bench/percentiles.ts";
import { createRandom } from "../fakes/random.ts";

const upTo100 = Array.from({ length: 100 }, (_, i) => 100 - i);

describe("percentiles", () => {
  test("the nearest rank is a sample that was really seen, whatever the order", () => {
    expect(summarize(upTo100)).toEqual({ p50: 50, p99: 99 });
    expect(percentile(upTo100, 1)).toBe(100);
    expect(percentile([7, 1, 3], 0.5)).toBe(3);
    expect(percentile([7, 1, 3, 9], 0.5)).toBe(3);
  });

  test("one sample is every percentile, and of the smallest share it is still the smallest", () => {
    expect(summarize([4])).toEqual({ p50: 4, p99: 4 });
    expect(percentile([2, 1], 0)).toBe(1);
  });

  test("of fewer than a hundred samples p99 is the worst one", () => {
    expect(percentile([1, 2, 3, 100], 0.99)).toBe(100);
  });

  test("no samples give no figure", () => {
    expect(() => percentile([], 0.5)).toThrow("no samples");
  });

  test("a row divides ours by the limit, percentile by percentile", () => {
    expect(makeRow("r", [2, 4, 9], [1, 2, 3])).toEqual({
      name: "r",
      ours: { p50: 4, p99: 9 },
      limit: { p50: 2, p99: 3 },
      ratio: { p50: 2, p99: 3 },
    });
  });
});

describe("the closing line", () => {
  const goals = { "approve-to-proven": 1.5, "end-to-refused": 3 };
  const rows = (approve: number, end: number) => [
    makeRow("approve-to-proven", [approve], [10]),
    makeRow("end-to-refused", [end], [10]),
  ];

  test("says the ratios and that the goals are met, the goal itself included", () => {
    expect(closingLine(rows(15, 30), goals)).toEqual({
      line: "bench: approve-to-proven 1.5x p50, end-to-refused 3.0x p50; goals met",
      met: true,
    });
  });

  test("names each goal that is missed, also where the rounded ratio looks like it", () => {
    expect(closingLine(rows(15.1, 40), goals)).toEqual({
      line:
        "bench: approve-to-proven 1.5x p50, end-to-refused 4.0x p50; " +
        "goals missed: approve-to-proven 1.51x is over 1.5x, end-to-refused 4.00x is over 3x",
      met: false,
    });
  });

  test("a row that is missing misses its goal", () => {
    expect(closingLine(rows(10, 10).slice(0, 1), goals)).toMatchObject({ met: false });
  });
});

describe("the audit log's figures", () => {
  const grant = { id: "abcdefghija", end: 1_780_315_200_000 };
  const user = "system:serviceaccount:daypass-grants:g-abcdefghija-1780315200";
  const event = (second: string, more: object) => ({
    user: { username: "system:serviceaccount:daypass-system:worker" },
    requestReceivedTimestamp: `2026-06-01T12:00:${second}Z`,
    stageTimestamp: `2026-06-01T12:00:${second}Z`,
    ...more,
  });
  const review = { user: { username: user }, objectRef: { resource: "selfsubjectaccessreviews" } };

  test("timestamps keep their microseconds", () => {
    expect(parseMicros("2026-06-01T12:00:00.123456Z")).toBeCloseTo(1_780_315_200_123.456, 3);
    expect(parseMicros("2026-06-01T12:00:00Z")).toBe(1_780_315_200_000);
  });

  test("a grant is proven at the last review under its own name", () => {
    const other = { ...review, user: { username: `${user}9` } };
    const proven = provenAt([event("01.5", review), event("02.25", review), event("02", review), event("09", other)]);
    expect(proven(grant)).toBe(1_780_315_202_250);
    expect(() => proven({ ...grant, id: "unheardofaa" })).toThrow("g-unheardofaa-1780315200");
  });

  test("calls are counted by who made them, within the time", () => {
    const events = [
      event("05", {}),
      event("05", review),
      event("05", { userAgent: AGENTS.limit }),
      event("05", { ...review, userAgent: AGENTS.limit }),
      event("05", { userAgent: AGENTS.bare }),
      event("05", { user: { username: "workbench:admin" } }),
      event("30", {}),
    ];
    const from = 1_780_315_200_000;
    expect(countCalls(events, { from, to: from + 10_000 })).toEqual({ ours: 2, limit: 2, bare: 1 });
  });
});

test("each round of blocks holds every side once, in an order that the seed repeats", () => {
  const rounds = () => shuffleRounds(20, ["ours", "limit", "bare"], createRandom(1));
  expect(rounds()).toEqual(rounds());
  const orders = Array.from({ length: 20 }, (_, i) => rounds().slice(i * 3, i * 3 + 3));
  for (const order of orders) expect(order.toSorted()).toEqual(["bare", "limit", "ours"]);
  expect(new Set(orders.map((order) => order.join())).size).toBeGreaterThan(2);
});
