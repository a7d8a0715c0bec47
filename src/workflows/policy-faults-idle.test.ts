import { describe, expect, test } from "vitest";
import { POLICY_INPUT } from "../../test/fakes/samples.ts";
import { Policy } from "./policy.ts";
import { idleFaults } from "./policy-faults-idle.ts";

const NOW = Date.parse("2026-01-18T10:00Z");
const LATER = Date.parse("2090-01-18T10:00Z");
const home = (id: string, more: object = {}) => ({ name: id, slack: `T0HOME/U0${id.toUpperCase()}`, ...more });
const PEOPLE = {
  ...{ mia: home("mia", { company: "acme" }), moe: home("moe", { company: "acme" }) },
  ...{ ann: home("ann"), bob: home("bob"), cyd: home("cyd") },
  old: home("old", { contractEnd: "2025-01-01" }),
};
const group = (people: readonly string[], more: object = {}) => ({ name: "some", channel: "C0SOME", people, ...more });
const RULE = {
  name: "one",
  who: ["acme"],
  cluster: "prod",
  namespaces: ["pay"],
  profiles: ["logs"],
  approvers: "ones",
};
const GLASS = { rules: [{ cluster: "prod", namespaces: ["pay"], profiles: ["logs"] }], maxDuration: "1h" };

/** Takes what is otherwise in a small policy without faults; returns what is said of it. */
function faultsOf(given: { rule?: object; groups?: object; now?: number } & Record<string, unknown>): string[] {
  const { rule = {}, groups = {}, now = NOW, ...others } = given;
  const policy = Policy.parse({
    ...{ version: 1, slack: POLICY_INPUT.slack, profiles: POLICY_INPUT.profiles, onCall: "duty", people: PEOPLE },
    companies: { acme: { name: "Acme", sponsor: "ann", contractEnd: "2099-01-01" } },
    groups: { ones: group(["ann", "bob"]), twos: group(["bob"]), duty: group(["cyd"]), ...groups },
    rules: [{ ...RULE, ...rule }],
    ...others,
  });
  return idleFaults(policy, now).map(({ path, message }) => `${path.join(".")}: ${message}`);
}
const isIdle = (given: Parameters<typeof faultsOf>[0]) => faultsOf(given).length > 0;

describe("whoever comes from another organisation's Slack", () => {
  const kim = { name: "Kim", slack: "T0ACME/U0KIM", company: "acme" };
  const people = { ...PEOPLE, kim };
  const companies = { acme: { name: "Acme", sponsor: "ann", contractEnd: "2099-01-01", slackTeam: "T0ACME" } };
  const theirs = { people, companies };

  test("says no yes", () => {
    expect(faultsOf({ ...theirs, rule: { approvers: "kims" }, groups: { kims: group(["kim"]) } })).toEqual([
      "rules.0.approvers: needs a yes of others and nobody could give one, so it is never lent: put more people into these groups (kim comes from another organisation's Slack)",
    ]);
    expect(isIdle({ ...theirs, rule: { quorum: 2 }, groups: { ones: group(["ann", "kim"]) } })).toBe(true);
  });

  test("may ask, also by a group", () => {
    expect(faultsOf({ ...theirs, rule: { who: ["kims"] }, groups: { kims: group(["kim"]) } })).toEqual([]);
  });

  test("is approved by no policy, breaks no glass and reviews none", () => {
    const glass = { ...GLASS, reviewers: "kims", reviewWithin: "24h" };
    const kims = group(["kim"]);
    const isAuto = { who: ["kim"], approvers: "none", autoApprove: true };

    expect(isIdle({ ...theirs, rule: isAuto, groups: { none: group([]), duty: kims } })).toBe(true);
    expect(faultsOf({ ...theirs, groups: { duty: kims, kims: group(["bob"]) }, breakGlass: glass })).toEqual([
      "breakGlass: nobody could use it: put people into duty (kim comes from another organisation's Slack)",
    ]);
    expect(faultsOf({ ...theirs, groups: { kims }, breakGlass: glass })).toEqual([
      "breakGlass.reviewers: nobody of kims could review: put people into it (kim comes from another organisation's Slack)",
    ]);
  });
});

describe("a rule whose quorum nobody reaches", () => {
  test("is told with how many yeses it needs and how many there could be", () => {
    expect(faultsOf({ rule: { quorum: 3 } })).toEqual([
      "rules.0.approvers: needs 3 yeses of others and 2 at most could be given, so it is never lent: put more people into these groups, or ask for fewer",
    ]);
    expect(faultsOf({ rule: { approvers: "none" }, groups: { none: group([]) } })).toEqual([
      "rules.0.approvers: needs a yes of others and nobody could give one, so it is never lent: put more people into these groups",
    ]);
  });

  test.each<[string, Parameters<typeof faultsOf>[0], boolean]>([
    ["there are just enough", { rule: { quorum: 2 } }, false],
    ["only a tier that need not hold asks for more", { risk: { tiers: { high: { quorum: 3 } } } }, false],
    [
      "each tier asks for more",
      { risk: { tiers: { low: { quorum: 3 }, medium: { quorum: 4 }, high: { quorum: 5 } } } },
      true,
    ],
    [
      "Slack says who is in a group",
      { rule: { quorum: 3 }, groups: { ones: group([], { slackGroups: ["S0A"] }) } },
      false,
    ],
    ["the only approver asks", { rule: { who: ["bob"], approvers: "twos" } }, true],
    ["one of those who ask is no approver", { rule: { who: ["bob", "mia"], approvers: "twos" } }, false],
    ["a contract is over", { groups: { ones: group(["ann", "old"]) }, rule: { quorum: 2 } }, true],
    ["approvers are of the company", { groups: { ones: group(["moe"]) }, rule: { notSameCompany: true } }, true],
    [
      "they are of the company of some who ask",
      { groups: { ones: group(["moe"]) }, rule: { who: ["acme", "cyd"], notSameCompany: true } },
      false,
    ],
    ["groups differ", { rule: { approvers: ["ones", "twos"], quorum: 2, differentGroups: true } }, false],
    [
      "groups would have to differ, and one person is in both",
      {
        rule: { approvers: ["ones", "twos"], quorum: 2, differentGroups: true },
        groups: { ones: group(["bob"]) },
      },
      true,
    ],
    [
      "on-call needs nobody",
      { rule: { who: ["duty"], approvers: "none", autoApprove: true }, groups: { none: group([]) } },
      false,
    ],
    [
      "others than on-call need somebody",
      { rule: { approvers: "none", autoApprove: true }, groups: { none: group([]) } },
      true,
    ],
  ])("where %s", (_, given, idle) => {
    expect(isIdle(given)).toBe(idle);
  });
});

describe("a rule for nobody", () => {
  test("is told", () => {
    const groups = { none: group([]) };

    expect(faultsOf({ rule: { who: ["none"] }, groups })).toEqual([
      "rules.0.who: names nobody: list people there, or remove this rule",
    ]);
  });

  test("is none where Slack says who is in the group, and where contracts are over, which is told by itself", () => {
    expect(faultsOf({ rule: { who: ["slack"] }, groups: { slack: group([], { slackGroups: ["S0A"] }) } })).toEqual([]);
    expect(faultsOf({ rule: { who: ["old"] } })).toEqual([]);
    expect(faultsOf({ now: Date.parse("2099-06-01T00:00Z") })).toEqual([]);
  });

  test("is told for each such rule", () => {
    const rules = [
      RULE,
      { ...RULE, name: "two", who: ["none"] },
      { ...RULE, name: "three", who: ["none"], namespaces: ["web"] },
    ];

    const paths = faultsOf({ rules, groups: { none: group([]) } }).map((line) => line.split(":")[0]);
    expect(paths).toEqual(["rules.1.who", "rules.2.who"]);
  });
});

test("a company whose sponsor is one of its own contractors is told", () => {
  const companies = { acme: { name: "Acme", sponsor: "mia", contractEnd: "2099-01-01" } };

  expect(faultsOf({ companies })).toEqual(["companies.acme.sponsor: mia is of acme: name one of your own people"]);
});

describe("break-glass", () => {
  const glassOf = (duty: object, reviewers: object, now = LATER) =>
    faultsOf({
      groups: { duty, looking: reviewers },
      breakGlass: { ...GLASS, reviewers: "looking", reviewWithin: "24h" },
      now,
    });
  const slack = { slackGroups: ["S0A"] };

  test.each<[string, string[]]>([
    ["by another", glassOf(group(["cyd"]), group(["bob"]))],
    ["by each for the other", glassOf(group(["cyd", "bob"]), group(["bob", "cyd"]))],
    ["by whom Slack says", glassOf(group(["cyd"]), group(["cyd"], slack))],
    ["of whom Slack says, by another", glassOf(group([], slack), group(["bob"]))],
  ])("that is reviewed %s is in order", (_, faults) => {
    expect(faults).toEqual([]);
  });

  test("that only who breaks it could review is told, for each who is alone", () => {
    expect(glassOf(group(["cyd", "bob"]), group(["cyd"]))).toEqual([
      "breakGlass.reviewers: nobody could review what cyd lent in an emergency: put somebody else into looking",
    ]);
  });

  test("that nobody could review is told", () => {
    const nobody = ["breakGlass.reviewers: nobody of looking could review: put people into it"];

    expect(glassOf(group(["cyd"]), group([]))).toEqual(nobody);
    expect(glassOf(group(["cyd"]), group(["old"]))).toEqual(nobody);
  });

  test("that nobody is on call to use is told", () => {
    expect(glassOf(group([]), group(["bob"]))).toEqual(["breakGlass: nobody could use it: put people into duty"]);
    expect(glassOf(group(["old"]), group(["bob"]))).toHaveLength(1);
  });
});

test("a pass of less than ten seconds is told wherever one is the longest there is, and ten are enough", () => {
  const profile = POLICY_INPUT.profiles.logs;
  const longest = (most: string) =>
    faultsOf({
      profiles: { logs: { ...profile, maxDuration: "1h" }, short: { ...profile, maxDuration: most } },
      rule: { maxDuration: most },
      risk: { tiers: { high: { maxDuration: most } } },
      breakGlass: { ...GLASS, maxDuration: most, reviewers: "ones", reviewWithin: "24h" },
    }).map((fault) => fault.slice(0, fault.indexOf(":")));

  expect(longest("9s")).toEqual([
    ...["profiles.short", "rules.0", "risk.tiers.high", "breakGlass"].map((path) => `${path}.maxDuration`),
  ]);
  expect(longest("10s")).toEqual([]);
});
