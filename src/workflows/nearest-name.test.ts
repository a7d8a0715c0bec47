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
