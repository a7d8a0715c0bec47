import type { V1Job } from "@kubernetes/client-node";
import { beforeEach, expect, test } from "vitest";
import type { Connection } from "./connections.ts";
import { createJobController, type JobController } from "./job-controller.ts";
import { timerJob } from "./objects.ts";
import { findTimer, timerState } from "./timer.ts";

const END = Date.parse("2026-06-01T14:00:00Z");
const ACCESS = { id: "abcdefghija", end: END, cluster: "prod", namespaces: ["payments"] };
const JOB = timerJob(ACCESS, { name: "g", uid: "u" }, END - 600_000);

let now: number;
let controller: JobController;

beforeEach(() => {
  now = 0;
  controller = createJobController(() => now);
});

function completed(before: number) {
  return { ...JOB, status: { completionTime: new Date(END - before) } };
}

const parts = (skewMs = 0) => ({ access: ACCESS, skewMs, controller });
const stateOf = (job: V1Job, skewMs = 0) => timerState(job, parts(skewMs));

test("a timer waits for the Job controller, and is armed once that has completed it", () => {
  expect(stateOf(JOB)).toBe("waiting");
  expect(stateOf({ ...JOB, status: { active: 0 } })).toBe("waiting");
  expect(stateOf(completed(600_000))).toBe("armed");
});

test("a timer that was completed so late that it fires more than 12 s after the end is none", () => {
  expect(stateOf(completed(589_000))).toBe("armed");
  expect(stateOf(completed(588_000))).toBe("missing");
});

test("a timer counts by its cluster's clock, which may be ahead of ours or behind it", () => {
  expect(stateOf(completed(588_000), 4_000)).toBe("armed");
  expect(stateOf(completed(592_000), -4_000)).toBe("missing");
});

test.each([
  [3_000, 3_000],
  [60_000, 5_000],
  [-3_600_000, -5_000],
])(
  "a clock that seems %d ms ahead counts as %d ms: nothing was granted by one that is further off",
  async (ms, counted) => {
    const readNamespacedJobWithHttpInfo = async () => ({
      data: JOB,
      headers: { date: new Date(END + ms).toUTCString() },
    });
    const cluster = { batch: { readNamespacedJobWithHttpInfo } } as unknown as Connection;

    const { skewMs } = await findTimer(cluster, ACCESS, END);

    expect(Math.abs(skewMs - counted)).toBeLessThanOrEqual(500);
  },
);

test("a timer that waits while others are completed is behind, until nothing new was completed for 3 s", () => {
  stateOf(completed(600_000));
  now = 2_000;
  expect(stateOf(JOB)).toBe("behind");
  stateOf(completed(599_000));
  now = 4_999;
  stateOf(completed(599_000));
  expect(stateOf(JOB)).toBe("behind");

  now = 5_000;

  expect(stateOf(JOB)).toBe("waiting");
});

test("a Job that is not this grant's, or never goes, is no timer", () => {
  const { ttlSecondsAfterFinished: _, ...endless } = JOB.spec ?? { template: {} };

  expect(timerState(completed(600_000), { ...parts(), access: { ...ACCESS, id: "other" } })).toBe("missing");
  expect(stateOf({ ...completed(600_000), spec: endless })).toBe("missing");
});
