import { expect, test } from "vitest";
import { nearestName } from "./nearest-name.ts";

test.each([
  ["prdo", "prod"],
  ["prd", "prod"],
  ["prood", "prod"],
  ["deb", "dev"],
  ["stagging-eu", "staging-eu"],
])("of %s the nearest name is %s", (wanted, name) => {
  expect(nearestName(["staging-eu", "prod", "dev"], wanted)).toBe(name);
});

test("of as near ones it is the first by the alphabet", () => {
  expect(nearestName(["prod-b", "prod-a"], "prod-c")).toBe("prod-a");
});

test("what is like none of them has no nearest name", () => {
  expect(nearestName(["prod", "dev"], "warehouse")).toBeNull();
  expect(nearestName([], "prod")).toBeNull();
  expect(nearestName(["a"], "a".repeat(10_000))).toBeNull();
});

test.each([
  ["ab", "ba", true],
  ["abc", "cba", false],
  ["abc", "abd", true],
  ["abc", "ade", false],
  ["abcd", "abef", true],
  ["abcd", "aefg", false],
  ["abcd", "badc", true],
  ["abcdef", "badcfe", false],
  ["by", "xb", false],
  ["ya", "ax", false],
  ["xprod", "prod", true],
  ["rod", "prod", true],
  ["od", "prod", false],
  ["abcdefghij", "abcdefgxyz", true],
  ["abcdefghij", "abcdefwxyz", false],
  ["abcdefghij", "abcdefg", true],
  ["abcdefghij", "abcdef", false],
  ["", "a", false],
])(
  "of %s, a third of its letters and three at most may be others, and neighbours swapped are one: %s %s",
  (wanted, name, isNear) => {
    expect(nearestName([name], wanted)).toBe(isNear ? name : null);
  },
);

test("a nearer one comes before one that the alphabet has first", () => {
  expect(nearestName(["pro", "prod"], "prodx")).toBe("prod");
});

test("names are compared up to 63 letters", () => {
  const letters = (count: number) => "a".repeat(count);

  expect(nearestName([`${letters(62)}b`], letters(63))).toBe(`${letters(62)}b`);
  expect(nearestName([`${letters(63)}b`], letters(64))).toBeNull();
});
