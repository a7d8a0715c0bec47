import { describe, expect, test } from "vitest";
import { AGENTS, countCalls, parseMicros, provenAt } from "../../bench/audit-figures.ts";
import { shuffleRounds } from "../../bench/pace.ts";
import { percentile, summarize } from "../../bench/percentiles.ts";
import { closingLine, makeLastRow, makeRow } from "../../bench/rows.ts";
import { GOALS, STEPS } from "../../bench/steps.ts";
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

  test("a row of many as one divides the medians of its rounds", () => {
    expect(makeLastRow("r", [400], [100, 900, 200])).toEqual({
      name: "r",
      ours: { last: 400 },
      limit: { last: 200 },
      ratio: { last: 2 },
    });
    expect(() => makeLastRow("r", [], [1])).toThrow("no samples");
  });
});

describe("the closing line", () => {
  const row = (name: string, p50: number, p99: number) => ({
    ...{ name, ours: { p50, p99 }, limit: { p50: 1, p99: 1 }, ratio: { p50, p99 } },
  });
  const idle = (bytesPerGrant: number, cpuPercent: number) => ({ name: "idle", ours: { bytesPerGrant, cpuPercent } });
  const last = (name: string, ratio: number) => makeLastRow(name, [ratio], [1]);
  const all = [
    ...[
      row("approve-to-proven", 1.3, 2),
      row("end-to-refused", 1.2, 1.5),
      { ...row("approve-burst", 1.1, 1.5), lost: 0 },
    ],
    ...[last("burst-end", 1.3), last("revoke-all", 1.5), idle(2048, 0.5)],
  ];
  const without = (name: string) => all.filter((one) => one.name !== name);

  test("says each row's figure and that the goals are met, the goals themselves included", () => {
    expect(closingLine(all, GOALS)).toEqual({
      line:
        "bench: approve-to-proven 1.3x p50, end-to-refused 1.2x p50, approve-burst 1.5x p99, burst-end 1.3x, " +
        "revoke-all 1.5x, idle 2.0 KB and 0.5 %; goals met",
      met: true,
    });
  });

  test("of a part it says that part", () => {
    const goals = { "approve-to-proven": { p50: 1.3, p99: 2 }, "end-to-refused": { p50: 1.2, p99: 1.5 } };
    expect(closingLine(all.slice(0, 2), goals).line).toBe(
      "bench: approve-to-proven 1.3x p50, end-to-refused 1.2x p50; goals met",
    );
  });

  test.for([
    [
      row("approve-to-proven", 1.31, 2.04),
      "approve-to-proven p50 1.31x is over 1.3x, approve-to-proven p99 2.04x is over 2x",
    ],
    [row("end-to-refused", 1.1, 1.51), "end-to-refused p99 1.51x is over 1.5x"],
    [row("approve-burst", 1.51, 1), "approve-burst p50 1.51x is over 1.5x"],
    [last("burst-end", 1.304), "burst-end 1.30x is over 1.3x"],
    [last("revoke-all", 9), "revoke-all 9.00x is over 1.5x"],
    [idle(2200, 0.51), "idle 2.15 KB is over 2 KB, idle 0.51 % is over 0.5 %"],
  ] as const)("names each figure that is over its goal: %o", ([over, words]) => {
    const { line, met } = closingLine([...without(over.name), over], GOALS);
    expect(line).toMatch(new RegExp(`; goals missed: ${words}$`));
    expect(met).toBe(false);
  });

  test("a burst that lost a grant misses its goal, however fast it was", () => {
    const { line, met } = closingLine(
      [...without("approve-burst"), { ...row("approve-burst", 1, 1), lost: 12 }],
      GOALS,
    );
    expect(line).toContain("; goals missed: approve-burst lost 12 grants");
    expect(met).toBe(false);
  });

  test.for(Object.keys(GOALS))("a missing row misses its goal: %s", (name) => {
    const { line, met } = closingLine(without(name), GOALS);
    expect(line).toContain(`; goals missed: ${name} was not measured`);
    expect(met).toBe(false);
  });

  test("every row that is measured has a goal, and every goal a row", () => {
    expect(STEPS.flatMap((step) => step.rows)).toEqual(Object.keys(GOALS));
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
