import { describe, expect, test } from "vitest";
import { POLICY_INPUT, samplePolicy, sampleRecord } from "../../test/fakes/samples.ts";
import {
  isLinked,
  isMember,
  isNamed,
  isOnCall,
  isOver,
  sharedCompany,
  slackGroupsIn,
  unaskedGroup,
  unreadGroup,
} from "./membership.ts";

const { people, groups } = POLICY_INPUT;
const inSlack = (person: string, ...slackGroups: string[]) => sampleRecord(person, { slackGroups });

test("whose account is whose is told by the user id alone", () => {
  const policy = samplePolicy();

  expect(isLinked(policy, sampleRecord("ada"))).toBe(true);
  expect(isLinked(policy, sampleRecord("ada", { slackKey: "E0ORG/U0ADA" }))).toBe(true);
  expect(isLinked(policy, sampleRecord("ada", { slackKey: people.ben.slack }))).toBe(false);
  expect(isLinked(policy, sampleRecord("zoe"))).toBe(false);
  expect(isLinked(policy, sampleRecord("constructor"))).toBe(false);
});

describe("who is in a group", () => {
  const policy = samplePolicy({
    groups: { ...groups, "web-approvers": { ...groups["web-approvers"], slackGroups: ["S0WEB", "S0WEBLEADS"] } },
  });

  test("those listed, and those of its user groups in Slack", () => {
    expect(isMember(policy, "web-approvers", inSlack("sam"))).toBe(true);
    expect(isMember(policy, "web-approvers", inSlack("ada"))).toBe(false);
    expect(isMember(policy, "web-approvers", inSlack("ada", "S0OTHER"))).toBe(false);
    expect(isMember(policy, "web-approvers", inSlack("ada", "S0OTHER", "S0WEBLEADS"))).toBe(true);
    expect(isMember(policy, "payments-approvers", inSlack("sam", "S0WEB"))).toBe(false);
  });

  test("nobody whom the policy does not list, whatever Slack says", () => {
    expect(isMember(policy, "web-approvers", inSlack("zoe", "S0WEB"))).toBe(false);
    expect(isMember(policy, "web-approvers", inSlack("constructor", "S0WEB"))).toBe(false);
  });

  test("nobody, where the group is not there, whatever it is called", () => {
    expect(isMember(policy, "gone", inSlack("sam", "S0WEB"))).toBe(false);
    expect(isMember(policy, "constructor", inSlack("sam", "S0WEB"))).toBe(false);
  });

  test("nobody, where it is empty", () => {
    const empty = samplePolicy({ groups: { ...groups, "on-call": { ...groups["on-call"], people: [] } } });

    expect(Object.keys(people).filter((id) => isMember(empty, "on-call", inSlack(id)))).toEqual([]);
  });
});

describe("whom a list names", () => {
  const policy = samplePolicy({
    groups: { ...groups, "on-call": { ...groups["on-call"], slackGroups: ["S0ONC"] } },
  });
  test.each<[string, string, string[], boolean]>([
    ["the person", "ada", ["ada"], true],
    ["the person, anywhere in it", "ada", ["sam", "ada"], true],
    ["the person's company", "mia", ["acme"], true],
    ["a group with the person in it", "ben", ["payments-approvers"], true],
    ["a group with the person's account in it", "mia", ["on-call"], true],
    ["somebody else", "sam", ["ada"], false],
    ["a company the person is not of", "ada", ["acme"], false],
    ["a group without the person", "mia", ["payments-approvers"], false],
    ["nobody", "mia", [], false],
    ["the company of somebody who is not in the policy", "zoe", ["acme"], false],
    ["somebody who is not in the policy", "zoe", ["zoe"], false],
    ["a company by its own name", "acme", ["acme"], false],
  ])("%s", (_, person, who, named) => {
    expect(isNamed(policy, who, inSlack(person, person === "mia" ? "S0ONC" : "S0NONE"))).toBe(named);
  });

  test("a person may be called constructor, and nothing breaks or opens", () => {
    const odd = samplePolicy({ people: { ...people, constructor: { name: "Con", slack: "T0HOME/U0CON" } } });

    expect(isNamed(odd, ["constructor"], inSlack("mia"))).toBe(false);
    expect(isNamed(odd, ["constructor"], inSlack("constructor"))).toBe(true);
  });
});

describe("a user group that Slack would not show", () => {
  const policy = samplePolicy({
    groups: { ...groups, "on-call": { ...groups["on-call"], people: ["olga"], slackGroups: ["S0ONC", "S0NIGHT"] } },
  });
  const unread = (person: string, ...unreadGroups: string[]) =>
    sampleRecord(person, { unreadGroups, askedGroups: ["S0ONC", "S0NIGHT", "S0OTHER"] });

  test("lets nobody in", () => {
    const ada = unread("ada", "S0ONC", "S0NIGHT");

    expect(isMember(policy, "on-call", ada)).toBe(false);
    expect(isNamed(policy, ["on-call"], ada)).toBe(false);
    expect(isOnCall(policy, ada)).toBe(false);
    expect(isOnCall(policy, unread("olga", "S0ONC"))).toBe(true);
  });

  test("is told where a list names somebody of the policy by it, and else not", () => {
    const by = (who: string[], member: ReturnType<typeof unread>) => unreadGroup(policy, who, member);

    expect(by(["ada", "on-call"], unread("mia", "S0NIGHT", "S0OTHER"))).toBe("S0NIGHT");
    expect(by(["on-call"], unread("mia", "S0OTHER"))).toBeNull();
    expect(by(["web-approvers", "constructor", "mia"], unread("mia", "S0NIGHT"))).toBeNull();
    expect(by(["on-call"], unread("zoe", "S0NIGHT"))).toBeNull();
  });

  test("is none in a record from before that was written down", () => {
    const { unreadGroups: _, ...old } = unread("mia", "S0NIGHT");

    expect(unreadGroup(policy, ["on-call"], old)).toBeNull();
  });

  test("P6 · is as good as one about which Slack was not asked, by a record from before that was written down too", () => {
    const asked = (...askedGroups: string[]) => sampleRecord("mia", { askedGroups });
    const { askedGroups: _, ...old } = asked();

    expect(unreadGroup(policy, ["on-call"], asked("S0ONC", "S0NIGHT"))).toBeNull();
    expect(unreadGroup(policy, ["on-call"], asked("S0ONC"))).toBe("S0NIGHT");
    expect(unreadGroup(policy, ["on-call"], asked("S0NIGHT"))).toBe("S0ONC");
    expect(unreadGroup(policy, ["on-call"], old)).toBe("S0ONC");
    expect(unreadGroup(policy, ["web-approvers"], old)).toBeNull();
    expect(isNamed(policy, ["on-call"], old)).toBe(false);
  });
});

describe("user groups about which Slack was not asked", () => {
  const policy = samplePolicy({
    groups: {
      ...groups,
      "on-call": { ...groups["on-call"], slackGroups: ["S0ONC", "S0NIGHT"] },
      "web-approvers": { ...groups["web-approvers"], slackGroups: ["S0WEB", "S0NIGHT"] },
    },
  });

  test("are found among all that the policy names", () => {
    const unasked = (...askedGroups: string[]) => unaskedGroup(policy, sampleRecord("mia", { askedGroups }));

    expect(slackGroupsIn(policy)).toEqual(["S0NIGHT", "S0ONC", "S0WEB"]);
    expect(slackGroupsIn(policy)).toBe(slackGroupsIn(policy));
    expect(unasked("S0OTHER", "S0WEB", "S0ONC", "S0NIGHT")).toBeNull();
    expect(unasked("S0NIGHT", "S0ONC")).toBe("S0WEB");
    expect(unasked()).toBe("S0NIGHT");
  });

  test("are all in a record from before that was written down, and none where the policy names none", () => {
    const { askedGroups: _, ...old } = sampleRecord("mia");

    expect(unaskedGroup(policy, old)).toBe("S0NIGHT");
    expect(unaskedGroup(samplePolicy(), old)).toBeNull();
  });
});

test("two of one company are of the same; employees are of none", () => {
  const policy = samplePolicy();

  expect(sharedCompany(policy, "mia", "max")).toBe("acme");
  for (const [one, other] of [
    ["mia", "ada"],
    ["ada", "mia"],
    ["ada", "ben"],
    ["zoe", "zoe"],
    ["mia", "zoe"],
  ] as const) {
    expect(sharedCompany(policy, one, other)).toBeNull();
  }
});

test("on call is who is in the group, active, and of the house", () => {
  const policy = samplePolicy();
  const of = (changes: object, person = "olga") => isOnCall(policy, sampleRecord(person, changes));

  expect([of({}), of({}, "ada")]).toEqual([true, false]);
  expect([of({ active: false }), of({ guest: true }), of({ external: true })]).toEqual([false, false, false]);
});

test("over is from the very moment of the end", () => {
  expect([isOver(null, 5), isOver(5, 4), isOver(5, 5), isOver(5, 6)]).toEqual([false, false, true, true]);
});
