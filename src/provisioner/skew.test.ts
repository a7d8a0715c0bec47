import { expect, test } from "vitest";
import { skewFrom, withSkew } from "./skew.ts";

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

test("an answer says how far its cluster's clock is ahead while it was under way", async () => {
  const call = Promise.resolve({ data: "a timer", headers: { date: HEADER } });

  expect(await withSkew(AT - 7_000, call)).toEqual({ data: "a timer", skewMs: expect.closeTo(7_000, -2) });
});
