import { beforeEach, expect, test } from "vitest";
import { createJobController, type JobController } from "./job-controller.ts";
import { timerJob } from "./objects.ts";
import { timerState } from "./timer.ts";

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

test("a timer waits for the Job controller, and is armed once that has completed it", () => {
  expect(timerState(JOB, ACCESS, controller)).toBe("waiting");
  expect(timerState({ ...JOB, status: { active: 0 } }, ACCESS, controller)).toBe("waiting");
  expect(timerState(completed(600_000), ACCESS, controller)).toBe("armed");
});

test("a timer that was completed so late that it fires more than 12 s after the end is none", () => {
  expect(timerState(completed(589_000), ACCESS, controller)).toBe("armed");
  expect(timerState(completed(588_000), ACCESS, controller)).toBe("missing");
});

test("a timer that waits while others are completed is behind, until nothing new was completed for 3 s", () => {
  timerState(completed(600_000), ACCESS, controller);
  now = 2_000;
  expect(timerState(JOB, ACCESS, controller)).toBe("behind");
  timerState(completed(599_000), ACCESS, controller);
  now = 4_999;
  timerState(completed(599_000), ACCESS, controller);
  expect(timerState(JOB, ACCESS, controller)).toBe("behind");

  now = 5_000;

  expect(timerState(JOB, ACCESS, controller)).toBe("waiting");
});

test("a Job that is not this grant's, or never goes, is no timer", () => {
  const { ttlSecondsAfterFinished: _, ...endless } = JOB.spec ?? { template: {} };

  expect(timerState(completed(600_000), { ...ACCESS, id: "other" }, controller)).toBe("missing");
  expect(timerState({ ...completed(600_000), spec: endless }, ACCESS, controller)).toBe("missing");
});
