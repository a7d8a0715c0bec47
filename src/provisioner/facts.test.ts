import { expect, test } from "vitest";
import { skewFrom } from "./facts.ts";

const AT = Date.parse("2026-06-01T12:00:00.500Z");
const HEADER = "Mon, 01 Jun 2026 12:00:00 GMT";

test.each<[string, number, number]>([
  ["the same clock", AT, AT + 20],
  ["a clock that is ahead by less than the header can say", AT - 400, AT - 380],
  ["an answer that took so long that it may have been written at any time", AT - 3_000, AT + 3_000],
])("no skew is seen against %s", (_, asked, answered) => {
  expect(skewFrom({ date: HEADER, asked, answered })).toBe(0);
});

test.each<[string, number, number]>([
  ["ahead", -7_000, 6_990],
  ["behind", 7_000, -7_010],
  ["ahead by an hour", -3_600_000, 3_599_990],
])("a clock that is %s is told as far as it is, to half a second", (_, ours, skew) => {
  expect(skewFrom({ date: HEADER, asked: AT + ours, answered: AT + ours + 20 })).toBe(skew);
});

test("without a header nothing is known, so nothing is said", () => {
  expect(skewFrom({ date: undefined, asked: AT, answered: AT })).toBe(0);
  expect(skewFrom({ date: "soon", asked: AT, answered: AT })).toBe(0);
});
