import { describe, expect, test } from "vitest";
import { createRandom } from "../../test/fakes/random.ts";
import { parseDuration, parseExactDuration, sayDuration } from "./duration.ts";

describe("what people write as a duration", () => {
  test.each([
    ["30m", 1800],
    ["2h", 7200],
    ["1h30m", 5400],
    ["1h 30m", 5400],
    [" 1H30M ", 5400],
    ["45s", 45],
    ["90m", 5400],
    ["30 min", 1800],
    ["1 minute", 60],
    ["15 minutes", 900],
    ["1 h 30 min", 5400],
    ["1h2m3s", 3723],
    ["0m", 0],
  ])("%j is %d seconds", (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  test.each([
    ["nothing", ""],
    ["spaces alone", "   "],
    ["a number without a unit", "30"],
    ["a word", "banana"],
    ["a duration with a word behind it", "1h banana"],
    ["a negative duration", "-1h"],
    ["a fraction", "1.5h"],
    ["units in the wrong order", "30m1h"],
    ["a unit twice", "1h2h"],
    ["a number too long to be meant", "9999h"],
    ["days, which differ in length", "1d"],
    ["other digits than 0 to 9", "٣h"],
    ["a NUL", "1h\u0000"],
    ["an exponent", "1e3s"],
  ])("%s is no duration: %j", (_, text) => {
    expect(parseDuration(text)).toBeNull();
  });
});

test("a reviewed file or a command has a duration without a blank, not in front of it either", () => {
  expect(["30m", "1h30m"].map(parseExactDuration)).toEqual([1800, 5400]);
  expect([" 30m", "30m ", "1h 30m", "1 h30m", "1H", "0m"].map(parseExactDuration)).toEqual(Array(6).fill(null));
});

describe("how a duration is said", () => {
  test.each([
    [0, "0 s"],
    [30, "30 s"],
    [60, "1 min"],
    [90, "1 min 30 s"],
    [2700, "45 min"],
    [7200, "2 h"],
    [5400, "1 h 30 min"],
    [3601, "1 h"],
    [-5, "0 s"],
    [59.6, "1 min"],
  ])("%d seconds are said as %j", (seconds, words) => {
    expect(sayDuration(seconds)).toBe(words);
  });

  test("what is said can be written again and means the same, to the minute where hours are said", () => {
    const random = createRandom();
    for (let run = 0; run < 500; run++) {
      const seconds = random.below(86_400);
      const told = parseDuration(sayDuration(seconds));
      const meant = seconds >= 3600 ? seconds - (seconds % 60) : seconds;

      expect(told, `seed ${random.seed}, run ${run}: ${seconds}`).toBe(meant);
    }
  });
});
