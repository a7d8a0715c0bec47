import { expect, test } from "vitest";
import { isZone, localTime } from "./local-time.ts";

test.each([
  [Date.UTC(2026, 5, 1, 12), "UTC", { hour: 12, minute: 0, weekday: "mon" }],
  [Date.UTC(2026, 5, 1, 12), "Europe/Berlin", { hour: 14, minute: 0, weekday: "mon" }],
  [Date.UTC(2026, 11, 1, 12), "Europe/Berlin", { hour: 13, minute: 0, weekday: "tue" }],
  [Date.UTC(2026, 5, 1, 18, 31, 59, 999), "Asia/Kolkata", { hour: 0, minute: 1, weekday: "tue" }],
  [Date.UTC(2026, 5, 7, 0), "UTC", { hour: 0, minute: 0, weekday: "sun" }],
  [Date.UTC(2026, 5, 6, 23, 59, 59, 999), "UTC", { hour: 23, minute: 59, weekday: "sat" }],
  // The hour that comes twice when summer time ends.
  [Date.UTC(2026, 9, 25, 0, 30), "Europe/Berlin", { hour: 2, minute: 30, weekday: "sun" }],
  [Date.UTC(2026, 9, 25, 1, 30), "Europe/Berlin", { hour: 2, minute: 30, weekday: "sun" }],
])("%d in %s", (at, zone, time) => {
  expect(localTime(at, zone)).toEqual(time);
});

test("a zone that is none is told apart from one that is", () => {
  expect(["Europe/Berlin", "UTC", "America/St_Johns"].map(isZone)).toEqual([true, true, true]);
  expect(["Europe/Atlantis", "Berlin", "", "local"].map(isZone)).toEqual([false, false, false, false]);
  expect(() => localTime(0, "Europe/Atlantis")).toThrow(RangeError);
});
