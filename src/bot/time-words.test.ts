import { expect, test } from "vitest";
import { moment, roughly, sayLag, since, timeLeft, utcDay } from "./time-words.ts";

const NOON = Date.UTC(2026, 11, 31, 12);
const HOUR = 3_600_000;

test.each([
  ["near, by the hour alone", NOON + 4 * HOUR, "{time}", "16:00 UTC"],
  ["far, with the day", NOON + 20 * HOUR, "{date_short_pretty} {time}", "1 Jan 2027 08:00 UTC"],
  ["long past, with the day", NOON - 20 * HOUR, "{date_short_pretty} {time}", "30 Dec 2026 16:00 UTC"],
])("a moment is shown %s", (_, at, format, fallback) => {
  expect(moment(at, NOON)).toEqual({ at, format, fallback });
});

test.each([
  [118 * 60_000 + 20_000, "1 h 58 min left"],
  [119_000, "1 min 59 s left"],
  [9_600, "10 s left"],
  [0, "no time left"],
  [-5, "no time left"],
])("%i ms before the end it says %s", (ms, words) => {
  expect(timeLeft(NOON + ms, NOON)).toBe(words);
});

test.each([
  [0, "less than 0.1 s"],
  [-3, "less than 0.1 s"],
  [312, "0.3 s"],
  [75_000, "75.0 s"],
  [600_000, "10 min"],
])("a lag of %i ms is said as %s", (ms, words) => {
  expect(sayLag(ms)).toBe(words);
});

test("a stretch is said to the minute from two minutes on", () => {
  expect(roughly(3_100)).toBe("3 s");
  expect(roughly(42 * 60_000 + 29_000)).toBe("42 min");
});

test("a day is said in UTC, whatever the reader's zone", () => {
  expect(utcDay(NOON)).toBe("31 Dec 2026");
});

test("what is hardly over was just now, never 0 s ago", () => {
  expect([since(-5), since(499), since(500), since(3_100, "before you")]).toEqual([
    "just now",
    "just now",
    "1 s ago",
    "3 s before you",
  ]);
});
