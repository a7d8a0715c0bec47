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

  test.each([
    ["who", "rules", "names in who together: put people into groups"],
    ["profiles", "rules", "profiles together: have fewer rules for the same"],
    ["approvers", "rules", "approvers together: put people into fewer groups"],
    ["who", "denials", "names in who together: put people into groups"],
    ["namespaces", "denials", "namespaces together: use globs or labels"],
    ["profiles", "denials", "profiles together: have fewer rules for the same"],
  ])("%s of all %s together", (setting, section, words) => {
    const having = (...counts: number[]) => ({ [section]: counts.map((count) => ({ [setting]: names(count) })) });

    expect(say(having(9_000, 1_000))).toEqual([]);
    expect(say(having(9_000, 1_000, 1))).toEqual([`${section}.2.${setting}: ${section} name more than 10000 ${words}`]);
  });

  test.each([
    ["people", "people together: have fewer groups, or name companies"],
    ["slackGroups", "Slack user groups together: have fewer"],
  ])("%s of all groups together", (setting, words) => {
    const having = (count: number) => ({ groups: { a: { [setting]: names(19_999) }, b: { [setting]: names(count) } } });

    expect(say(having(1))).toEqual([]);
    expect(say(having(2))).toEqual([`groups.b.${setting}: groups name more than 20000 ${words}`]);
  });

  test("what both sides of all separations name together, and what break-glass lends", () => {
    const sides = (count: number) => ({
      separation: [{ first: { namespaces: names(9_999) }, second: { namespaces: names(count) } }],
    });
    const glass = (count: number) => ({
      breakGlass: { rules: [{ profiles: names(9_999) }, { profiles: names(count) }] },
    });

    expect([say(sides(1)), say(glass(1))]).toEqual([[], []]);
    expect(say(sides(2))).toEqual([
      "separation.0.second.namespaces: separations name more than 10000 namespaces together: use globs or labels",
    ]);
    expect(say(glass(2))).toEqual([
      "breakGlass.rules.1.profiles: rules of breakGlass name more than 10000 profiles together: have fewer rules for the same",
    ]);
  });

  test("what raises the risk", () => {
    expect(say({ risk: { raise: Array(100).fill({}) } })).toEqual([]);
    expect(say({ risk: { raise: Array(101).fill({}) } })).toEqual([
      "risk.raise.100: there are 101 risk.raise: have at most 100",
    ]);
  });

  test("conditions of all rules and denials together, each counted once", () => {
    const when = (count: number) => names(count).map((one) => ({ when: one }));

    expect(say({ rules: [{}, ...when(100)], denials: when(100) })).toEqual([]);
    expect(say({ rules: when(100), denials: [{}, { when: "one more" }] })).toEqual([
      "denials.1.when: rules and denials have more than 100 different conditions together: write one for several",
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
  { groups: { a: null, b: 1, c: { people: "x" } }, separation: [{ first: null }], breakGlass: { rules: 1 }, risk: 1 },
  { risk: { raise: 1 }, denials: [{ when: 1 }], breakGlass: null },
  { rules: [null, 1, {}, { namespaces: "x" }, { namespaces: [1, null, { label: "a" }] }] },
])("of what is no policy it says nothing: %j", (value) => {
  expect(say(value)).toEqual([]);
});
