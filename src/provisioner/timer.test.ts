import { expect, test } from "vitest";
import { timerJob } from "./objects.ts";
import { timerState } from "./timer.ts";

const END = Date.parse("2026-06-01T14:00:00Z");
const ACCESS = { id: "abcdefghija", end: END, cluster: "prod", namespaces: ["payments"] };
const JOB = timerJob(ACCESS, { name: "g", uid: "u" }, END - 600_000);

function completed(before: number) {
  return { ...JOB, status: { completionTime: new Date(END - before) } };
}

test("a timer waits for the Job controller, and is armed once that has completed it", () => {
  expect(timerState(JOB, ACCESS)).toBe("waiting");
  expect(timerState({ ...JOB, status: { active: 0 } }, ACCESS)).toBe("waiting");
  expect(timerState(completed(600_000), ACCESS)).toBe("armed");
});

test("a timer that was completed so late that it fires 5 s after the end or more is none", () => {
  expect(timerState(completed(596_000), ACCESS)).toBe("armed");
  expect(timerState(completed(595_000), ACCESS)).toBe("missing");
});

test("a Job that is not this grant's, or never goes, is no timer", () => {
  const { ttlSecondsAfterFinished: _, ...endless } = JOB.spec ?? { template: {} };

  expect(timerState(completed(600_000), { ...ACCESS, id: "other" })).toBe("missing");
  expect(timerState({ ...completed(600_000), spec: endless }, ACCESS)).toBe("missing");
});
