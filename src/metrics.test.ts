import { describe, expect, test } from "vitest";
import { createRecordedEvents } from "../test/fakes/recorded-events.ts";
import { createMetrics, type Metrics, withMetrics } from "./metrics.ts";
import type { Debt } from "./workflows/ending-ports.ts";

const NOON = Date.UTC(2026, 5, 1, 12);

function stage(debts: readonly Debt[] = []) {
  const metrics = createMetrics({ clusters: ["prod", "stage"], debts: () => debts, now: () => NOON });
  const heard = createRecordedEvents();
  return { metrics, heard, events: withMetrics(heard, metrics) };
}

/** Takes metrics; returns the lines of ours that begin so. */
async function lines(metrics: Metrics, start: string): Promise<string[]> {
  return (await metrics.text()).split("\n").filter((line) => line.startsWith(start));
}

describe("metrics", () => {
  test("P7 · count what is overdue by cluster, with a zero where nothing is, and how old the oldest is", async () => {
    const debt = (grant: string, cluster: string, ago: number) => ({ grant, cluster, since: NOON - ago, words: "" });
    const { metrics } = stage([debt("a", "prod", 60_000), debt("b", "prod", 90_500), debt("c", "gone", 1)]);

    expect(await lines(metrics, "daypass_endings_overdue")).toEqual([
      'daypass_endings_overdue{cluster="prod"} 2',
      'daypass_endings_overdue{cluster="stage"} 0',
      'daypass_endings_overdue{cluster="other"} 1',
    ]);
    expect(await lines(metrics, "daypass_oldest")).toEqual(["daypass_oldest_overdue_seconds 90.5"]);
    expect(await lines(stage().metrics, "daypass_oldest")).toEqual(["daypass_oldest_overdue_seconds 0"]);
  });

  test("forget what is overdue no more", async () => {
    const debts: Debt[] = [{ grant: "a", cluster: "gone", since: NOON, words: "" }];
    const { metrics } = stage(debts);
    expect(await lines(metrics, "daypass_endings_overdue")).toHaveLength(3);
    debts.length = 0;

    expect(await lines(metrics, "daypass_endings_overdue")).toEqual([
      'daypass_endings_overdue{cluster="prod"} 0',
      'daypass_endings_overdue{cluster="stage"} 0',
    ]);
  });

  test("count endings by reason and measure how late each was refused", async () => {
    const { metrics, events, heard } = stage();
    events.happened("ended", { grant: "a", cluster: "prod", why: "expired", lagMs: 400 });
    events.happened("ended", { grant: "b", cluster: "prod", why: "expired", lagMs: 20_000 });
    events.happened("ended", { grant: "c", cluster: "prod", why: "revoked", lagMs: -3 });

    expect(await lines(metrics, "daypass_grants_ended_total")).toEqual(
      expect.arrayContaining([
        'daypass_grants_ended_total{reason="expired"} 2',
        'daypass_grants_ended_total{reason="revoked"} 1',
        'daypass_grants_ended_total{reason="roleChanged"} 0',
      ]),
    );
    expect(await lines(metrics, "daypass_end_lag_seconds_")).toEqual(
      expect.arrayContaining([
        'daypass_end_lag_seconds_bucket{le="0.25"} 1',
        'daypass_end_lag_seconds_bucket{le="0.5"} 2',
        'daypass_end_lag_seconds_bucket{le="15"} 2',
        'daypass_end_lag_seconds_bucket{le="30"} 3',
        "daypass_end_lag_seconds_sum 20.4",
        "daypass_end_lag_seconds_count 3",
      ]),
    );
    expect(heard.happenings).toHaveLength(3);
  });

  test("say whether anything is granted, without the reason: that is in the log", async () => {
    const { metrics, events } = stage();
    expect(await lines(metrics, "daypass_endings_only")).toEqual(["daypass_endings_only 0"]);
    events.happened("endings only", { words: "Redis may evict keys" });
    expect(await lines(metrics, "daypass_endings_only")).toEqual(["daypass_endings_only 1"]);
    events.happened("granting again", {});
    expect(await lines(metrics, "daypass_endings_only")).toEqual(["daypass_endings_only 0"]);
  });

  test("show each clock's skew as last seen, in seconds", async () => {
    const { metrics, events } = stage();
    events.happened("clock skew", { against: "redis", skewMs: -7_250 });
    events.happened("clock skew", { against: "prod", skewMs: 1_000 });
    events.happened("clock skew", { against: "prod", skewMs: 250 });

    expect(await lines(metrics, "daypass_clock_skew")).toEqual([
      'daypass_clock_skew_seconds{against="redis"} -7.25',
      'daypass_clock_skew_seconds{against="prod"} 0.25',
    ]);
  });

  test("count what failed on a cluster, and nothing that names none", async () => {
    const { metrics, events, heard } = stage();
    events.failed("facts not read", { cluster: "prod" }, new Error("silent"));
    events.failed("sweep of the store failed", {}, new Error("silent"));

    expect(await lines(metrics, "daypass_cluster_failures_total")).toEqual([
      'daypass_cluster_failures_total{cluster="prod"} 1',
      'daypass_cluster_failures_total{cluster="stage"} 0',
    ]);
    expect(heard.failures).toHaveLength(2);
  });

  test("hold the process's own", async () => {
    const { metrics } = stage();
    expect(await lines(metrics, "process_cpu_seconds_total")).toHaveLength(1);
    expect(metrics.contentType).toContain("text/plain");
  });

  test("peers #16 · jit-access-controller: no value that is not in a list becomes a label", async () => {
    const debts: Debt[] = [];
    const { metrics, events } = stage(debts);
    const before = await labelsOf(metrics);
    for (let i = 0; i < 10_000; i++) {
      const odd =
        [`odd${i}`, `"} 1\nfake{x="${i}`, "__proto__", "constructor", "toString", i, null, true][i % 8] ?? null;
      debts.push({ grant: `g${i}`, cluster: String(odd), since: NOON, words: "" });
      events.happened("ended", { grant: `g${i}`, cluster: odd, why: odd, lagMs: odd });
      events.happened("clock skew", { against: odd, skewMs: i });
      events.happened("endings only", { words: odd });
      events.happened(String(odd), { odd });
      events.failed("facts not read", { cluster: odd, grant: `g${i}` }, new Error(String(odd)));
    }
    const after = await labelsOf(metrics);

    expect(after.filter((label) => !before.includes(label))).toEqual([
      'daypass_endings_overdue{cluster="other"}',
      'daypass_grants_ended_total{reason="other"}',
      'daypass_cluster_failures_total{cluster="other"}',
      'daypass_clock_skew_seconds{against="other"}',
    ]);
    expect(await metrics.text()).not.toMatch(/odd|fake|__proto__/);
  });

  test("that cannot count cost no event", () => {
    const heard = createRecordedEvents();
    const fail = () => {
      throw new Error("broken");
    };
    const events = withMetrics(heard, { ...stage().metrics, heard: fail, heardFailure: fail });
    events.happened("ended", {});
    events.failed("facts not read", {}, new Error("silent"));

    expect([heard.happenings.length, heard.failures.length]).toEqual([1, 1]);
  });
});

/** Takes metrics; returns every series of ours by name and labels. */
async function labelsOf(metrics: Metrics): Promise<string[]> {
  return (await lines(metrics, "daypass_")).map((line) => line.slice(0, line.lastIndexOf(" ")));
}
