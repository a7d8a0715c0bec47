import { describe, expect, test } from "vitest";
import { NOON, POLICY_INPUT, samplePolicy } from "../../test/fakes/samples.ts";
import { canAssign, canBeDecided, type Decidable, isEnough } from "./quorum.ts";

const { people, companies } = POLICY_INPUT;
const group = (listed: string[], slackGroups: string[] = []) => ({
  ...{ name: "a group", channel: "C0GROUP", people: listed, slackGroups },
});
const GROUPS = {
  "on-call": group([]),
  one: group(["ada", "ben"]),
  two: group(["ben", "sam"]),
  three: group(["ben"]),
  empty: group([]),
  contractors: group(["mia", "max"]),
  "from-slack": group([], ["S0123"]),
  "also-slack": group(["ada"], ["S0456"]),
};

function policyOf(changes: Record<string, unknown> = {}) {
  return samplePolicy({ rules: [], groups: GROUPS, ...changes });
}

describe("how many can be assigned to groups of their own", () => {
  test.each<[string, string[][], number]>([
    ["nobody", [], 0],
    ["somebody of no group", [[]], 0],
    ["one", [["a"]], 1],
    ["one in two groups", [["a", "b"]], 1],
    ["two in one group", [["a"], ["a"]], 1],
    ["two in two groups", [["a"], ["b"]], 2],
    ["one who makes room for another", [["a", "b"], ["a"]], 2],
    ["a chain of those who make room", [["a", "b"], ["b", "c"], ["a"], ["b"]], 3],
    [
      "three in two groups",
      [
        ["a", "b"],
        ["a", "b"],
        ["a", "b"],
      ],
      2,
    ],
  ])("%s", (_, seats, most) => {
    for (const all of [seats, seats.toReversed()]) {
      expect(canAssign(all, most)).toBe(true);
      expect(canAssign(all, most + 1)).toBe(false);
    }
  });
});

describe("whether yeses are enough", () => {
  const member = (person: string, slackGroups: string[] = []) => ({ person, slackGroups });
  const enough = (people: string[], quorum: number, approvers: string[], differentGroups = false) =>
    isEnough(
      policyOf(),
      approvers,
      { quorum, differentGroups },
      people.map((person) => member(person)),
    );

  test("counts people, not lists that name them", () => {
    expect(enough(["ben"], 1, ["one", "two"])).toBe(true);
    expect(enough(["ben"], 2, ["one", "two"])).toBe(false);
    expect(enough(["ben"], 2, ["one", "two"], true)).toBe(false);
    expect(enough(["ben", "ben"], 2, ["one", "two"])).toBe(false);
    expect(enough(["ben", "ada"], 2, ["one"])).toBe(true);
  });

  test("counts only people of the groups", () => {
    expect(enough(["sam"], 1, ["one"])).toBe(false);
    expect(enough(["sam", "ada"], 2, ["one"])).toBe(false);
    expect(enough(["sam"], 1, [])).toBe(false);
    expect(enough([], 1, ["one"])).toBe(false);
    expect(enough([], 0, ["one"])).toBe(false);
  });

  test("with different groups, gives each person one", () => {
    expect(enough(["ada", "ben"], 2, ["one"], true)).toBe(false);
    expect(enough(["ben", "ada"], 2, ["one", "two"], true)).toBe(true);
    expect(enough(["ada", "ben", "sam"], 3, ["one", "two", "three"], true)).toBe(true);
    expect(enough(["ada", "ben"], 2, ["one", "one"], true)).toBe(false);
  });

  test("sees those whom Slack counts in", () => {
    const yeses = [member("ada", ["S0123"]), member("zoe", ["S0123"])];
    const count = (quorum: number) => isEnough(policyOf(), ["from-slack"], { quorum, differentGroups: false }, yeses);

    expect([count(1), count(2)]).toEqual([true, false]);
  });
});

describe("whether anybody could decide at all", () => {
  const NEED: Decidable = {
    ...{ asker: "mia", approvers: ["one"], quorum: 1, differentGroups: false, notSameCompany: false },
  };
  const can = (needs: Partial<Decidable>, changes: Record<string, unknown> = {}, now = NOON) =>
    canBeDecided(policyOf(changes), { ...NEED, ...needs }, now);

  test("takes as many people as yeses", () => {
    expect(can({})).toBe(true);
    expect(can({ quorum: 2 })).toBe(true);
    expect(can({ quorum: 3 })).toBe(false);
    expect(can({ quorum: 3, approvers: ["one", "two"] })).toBe(true);
    expect(can({ quorum: 4, approvers: ["one", "two"] })).toBe(false);
  });

  test("is no for an empty group, for none, and for one that is not there", () => {
    expect(can({ approvers: ["empty"] })).toBe(false);
    expect(can({ approvers: [] })).toBe(false);
    expect(can({ approvers: ["gone", "constructor"] })).toBe(false);
    expect(can({ approvers: ["empty"], quorum: 0 })).toBe(false);
  });

  test("does not count the asker", () => {
    expect(can({ asker: "ada", quorum: 2 })).toBe(false);
    expect(can({ asker: "ben", approvers: ["three"] })).toBe(false);
    expect(can({ asker: "ada", quorum: 2, notSameCompany: true })).toBe(false);
  });

  test("does not count who is of the asker's company, where that bars them", () => {
    expect(can({ approvers: ["contractors"] })).toBe(true);
    expect(can({ approvers: ["contractors"], notSameCompany: true })).toBe(false);
    expect(can({ approvers: ["contractors"], notSameCompany: true, asker: "ada" })).toBe(true);
    expect(can({ notSameCompany: true, asker: "sam", quorum: 2 })).toBe(true);
  });

  test("does not count whose contract is over", () => {
    const over = Date.UTC(2026, 5, 2);

    expect(can({ approvers: ["contractors"] }, {}, over - 1)).toBe(true);
    expect(can({ approvers: ["contractors"] }, {}, over)).toBe(false);
    expect(can({}, { companies: { acme: { ...companies.acme, contractEnd: "2020-01-01" } }, people })).toBe(true);
  });

  test("does not count whose account is of another organisation's Slack", () => {
    const elsewhere = (...ids: (keyof typeof people)[]) => ({
      people: {
        ...people,
        ...Object.fromEntries(ids.map((id) => [id, { ...people[id], slack: `T0ELSE/U0${id.toUpperCase()}` }])),
      },
      companies: { acme: { ...companies.acme, slackTeam: "T0ELSE" } },
    });
    const differently = { approvers: ["one", "two"], quorum: 2, differentGroups: true };
    const strictly = { approvers: ["contractors"], asker: "sam", notSameCompany: true };

    expect(can({ quorum: 2 }, elsewhere("ada"))).toBe(false);
    expect(can({ quorum: 1 }, elsewhere("ada"))).toBe(true);
    expect(can({ quorum: 1 }, elsewhere("ada", "ben"))).toBe(false);
    expect(can(differently, elsewhere("ada"))).toBe(true);
    expect(can(differently, elsewhere("ada", "sam"))).toBe(false);
    expect(can(strictly, elsewhere("max"))).toBe(true);
    expect(can(strictly, elsewhere("max", "mia"))).toBe(false);
    expect(can({ approvers: ["also-slack"], quorum: 2 }, elsewhere("ada"))).toBe(true);
  });

  test("takes a Slack group to have enough", () => {
    expect(can({ approvers: ["from-slack"], quorum: 5 })).toBe(true);
    expect(can({ approvers: ["empty", "also-slack"], quorum: 5 })).toBe(true);
  });

  test("with different groups takes one person for each, and one of each Slack group", () => {
    const different = { differentGroups: true, quorum: 2 };

    expect(can({ ...different, approvers: ["one"] })).toBe(false);
    expect(can({ ...different, approvers: ["one", "one"] })).toBe(false);
    expect(can({ ...different, approvers: ["one", "two"] })).toBe(true);
    expect(can({ ...different, approvers: ["one", "empty"] })).toBe(false);
    expect(can({ ...different, approvers: ["from-slack"] })).toBe(false);
    expect(can({ ...different, approvers: ["from-slack", "one"] })).toBe(true);
    expect(can({ ...different, approvers: ["from-slack", "also-slack"] })).toBe(true);
    expect(can({ ...different, approvers: ["from-slack", "also-slack"], quorum: 3 })).toBe(false);
    expect(can({ ...different, approvers: ["three", "two"], asker: "sam" })).toBe(false);
  });
});
