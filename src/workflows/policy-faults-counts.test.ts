import { describe, expect, test } from "vitest";
import { countFaults } from "./policy-faults-counts.ts";

const say = (value: unknown) => countFaults(value).map(({ path, message }) => `${path.join(".")}: ${message}`);
const entries = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`x${i}`, {}]));
const rulesOf = (...namespaces: unknown[]) => ({ rules: namespaces.map((one) => ({ namespaces: one })) });
const names = (count: number, glob = "") => Array.from({ length: count }, (_, i) => `n${i}${glob}`);

describe("a policy that holds more than any company has is told where it begins to:", () => {
  test.each([
    ["people", 5_000],
    ["companies", 1_000],
    ["groups", 1_000],
    ["profiles", 1_000],
  ])("%s, more than %i", (section, most) => {
    expect(say({ [section]: entries(most) })).toEqual([]);
    expect(say({ [section]: entries(most + 2) })).toEqual([
      `${section}.x${most}: there are ${most + 2} ${section}: have at most ${most}`,
    ]);
  });

  test.each(["rules", "denials", "separation"])("%s, more than 1000", (section) => {
    expect(say({ [section]: Array(1_000).fill({}) })).toEqual([]);
    expect(say({ [section]: Array(1_001).fill({}) })).toEqual([
      `${section}.1000: there are 1001 ${section}: have at most 1000`,
    ]);
  });

  test("several at once", () => {
    expect(say({ people: entries(5_001), rules: Array(1_001).fill({}) })).toHaveLength(2);
  });

  test("namespaces of all rules together", () => {
    expect(say(rulesOf(names(5_000), names(5_000)))).toEqual([]);
    expect(say(rulesOf(names(5_000), names(5_000), ["x"]))).toEqual([
      "rules.2.namespaces: rules name more than 10000 namespaces together: use globs or labels",
    ]);
  });

  test("globs of all rules together, each counted once", () => {
    expect(say(rulesOf(names(500, "*"), names(500, "*")))).toEqual([]);
    expect(say(rulesOf(names(500, "*"), ["one-more?"]))).toEqual([
      "rules.1.namespaces: rules have more than 500 different globs together: use labels for some",
    ]);
  });
});

test.each([
  null,
  "people",
  [],
  { people: null },
  { people: "x".repeat(6_000) },
  { rules: 1 },
  { rules: [null, 1, {}, { namespaces: "x" }, { namespaces: [1, null, { label: "a" }] }] },
])("of what is no policy it says nothing: %j", (value) => {
  expect(say(value)).toEqual([]);
});
