import { expect, test } from "vitest";
import { sayExactly } from "./say-exactly.ts";

test.each([
  [45, "45 s"],
  [90, "1 min 30 s"],
  [3_600, "1 h"],
  [3_659, "1 h 59 s"],
  [5_400, "1 h 30 min"],
  [10_859, "3 h 59 s"],
])("%i seconds are said to the second", (seconds, words) => {
  expect(sayExactly(seconds)).toBe(words);
});
