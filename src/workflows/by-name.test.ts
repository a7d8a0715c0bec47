import { expect, test } from "vitest";
import { byName } from "./by-name.ts";

test.each([
  ["a", "b", -1],
  ["b", "a", 1],
  ["a", "a", 0],
  ["a-2", "a-10", 1],
])("of %s and %s, %i says which comes first", (name, other, expected) => {
  expect(byName({ name }, { name: other })).toBe(expected);
});
