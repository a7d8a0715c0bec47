import { expect, test } from "vitest";
import { someNames } from "./some-names.ts";

test.each([
  [[], ""],
  [["a"], "a"],
  [["b", "a"], "b, a"],
  [["a", "b", "c", "d", "e"], "a, b, c, d, e"],
  [["a", "b", "c", "d", "e", "f"], "a, b, c, d, e, and 1 more"],
  [["a", "b", "c", "d", "e", "f", "g"], "a, b, c, d, e, and 2 more"],
])("of %j no more than five are read: %s", (names, expected) => {
  expect(someNames(names)).toBe(expected);
});
