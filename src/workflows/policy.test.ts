import { describe, expect, test } from "vitest";
import { createRandom } from "../../test/fakes/random.ts";
import { POLICY_INPUT, samplePolicy } from "../../test/fakes/samples.ts";
import { contractEnd, isIn, isNamed, Policy, personBySlack, type Rule } from "./policy.ts";

const [RULE] = POLICY_INPUT.rules;
const { people, companies, groups, profiles } = POLICY_INPUT;

/** Takes what differs from the sample policy; returns each fault as `path: message`. */
function faultsOf(changes: Record<string, unknown>): string[] {
  const parsed = Policy.safeParse({ ...POLICY_INPUT, ...changes });
  return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
}

test("the sample policy is without fault", () => {
  expect(faultsOf({})).toEqual([]);
});

describe("a policy is refused for", () => {
  const ada = people.ada;
  test.each<[string, Record<string, unknown>, string[]]>([
    ["another version", { version: 2 }, ["version: Invalid input: expected 1"]],
    ["a setting nobody knows", { defaultAllow: true }, [': Unrecognized key: "defaultAllow"']],
    [
      "a channel's name in place of its id",
      { slack: { ...POLICY_INPUT.slack, requestsChannel: "#requests" } },
      ["slack.requestsChannel: use a channel id such as C0123456789, not a name"],
    ],
    [
      "a display name in place of an account",
      { people: { ...people, ada: { ...ada, slack: "@ada" } } },
      ["people.ada.slack: use team id / user id, such as T0123/U0456"],
    ],
    [
      "an account without its team",
      { people: { ...people, ada: { ...ada, slack: "U0ADA" } } },
      ["people.ada.slack: use team id / user id, such as T0123/U0456"],
    ],
    [
      "a day that the calendar does not have",
      { companies: { acme: { ...companies.acme, contractEnd: "2026-02-30" } } },
      ["companies.acme.contractEnd: Invalid ISO date"],
    ],
    [
      "a day in another order",
      { companies: { acme: { ...companies.acme, contractEnd: "31.12.2026" } } },
      ["companies.acme.contractEnd: Invalid ISO date"],
    ],
    [
      "a moment in place of a day",
      { companies: { acme: { ...companies.acme, contractEnd: "2026-12-31T10:00:00Z" } } },
      ["companies.acme.contractEnd: Invalid ISO date"],
    ],
    [
      "a duration that cannot be read",
      { profiles: { ...profiles, logs: { ...profiles.logs, maxDuration: "4 hours" } } },
      ['profiles.logs.maxDuration: "4 hours" is no duration: write 30m, 2h or 1h30m'],
    ],
    [
      "a duration of nothing",
      { profiles: { ...profiles, logs: { ...profiles.logs, maxDuration: "0m" } } },
      ['profiles.logs.maxDuration: "0m" is no duration: write 30m, 2h or 1h30m'],
    ],
    [
      "a role outside the catalogue",
      { profiles: { ...profiles, logs: { ...profiles.logs, role: "cluster-admin" } } },
      ["profiles.logs.role: a catalogue ClusterRole: daypass-profile-…"],
    ],
    [
      "every namespace at once",
      { rules: [{ ...RULE, namespaces: ["*"] }] },
      ["rules.0.namespaces.0: use lower-case letters, digits and dashes, at most 63"],
    ],
    [
      "a rule for nobody",
      { rules: [{ ...RULE, who: [] }] },
      ["rules.0.who: Too small: expected array to have >=1 items"],
    ],
    [
      "a rule without approvers",
      { rules: [{ ...RULE, approvers: undefined }] },
      ["rules.0.approvers: Invalid input: expected string, received undefined"],
    ],
  ])("%s", (_, changes, faults) => {
    expect(faultsOf(changes)).toEqual(faults);
  });
});

describe("a name that points nowhere is a fault at load, with its place:", () => {
  test.each<[string, Record<string, unknown>, string]>([
    [
      "a sponsor",
      { companies: { acme: { ...companies.acme, sponsor: "zoe" } } },
      'companies.acme.sponsor: there is no person "zoe"',
    ],
    [
      "a person's company",
      { people: { ...people, mia: { ...people.mia, company: "umbrella" } } },
      'people.mia.company: there is no company "umbrella"',
    ],
    [
      "a group's member",
      { groups: { ...groups, "on-call": { ...groups["on-call"], people: ["olga", "zoe"] } } },
      'groups.on-call.people.1: there is no person "zoe"',
    ],
    ["on-call", { onCall: "nobody" }, 'onCall: there is no group "nobody"'],
    [
      "whom a rule is for",
      { rules: [{ ...RULE, who: ["acme", "zoe"] }] },
      'rules.0.who.1: there is no company, person or group "zoe"',
    ],
    [
      "a rule's profile",
      { rules: [{ ...RULE, profiles: ["admin"] }] },
      'rules.0.profiles.0: there is no profile "admin"',
    ],
    ["a rule's approvers", { rules: [{ ...RULE, approvers: "zoe" }] }, 'rules.0.approvers: there is no group "zoe"'],
    [
      "a name that every JavaScript object answers to",
      { rules: [{ ...RULE, approvers: "constructor" }] },
      'rules.0.approvers: there is no group "constructor"',
    ],
  ])("%s", (_, changes, fault) => {
    expect(faultsOf(changes)).toEqual([fault]);
  });

  test("all of them are told at once", () => {
    const faults = faultsOf({ onCall: "nobody", rules: [{ ...RULE, who: ["zoe"], profiles: ["admin"] }] });

    expect(faults).toHaveLength(3);
  });
});

describe("who is who stays unambiguous:", () => {
  test("two people cannot stand behind one Slack account", () => {
    expect(faultsOf({ people: { ...people, ben: { ...people.ben, slack: people.ada.slack } } })).toEqual([
      "people.ben.slack: ada has the same Slack account",
    ]);
  });

  test("a group cannot be called like a person", () => {
    expect(faultsOf({ groups: { ...groups, mia: groups["on-call"] } })).toEqual([
      'groups.mia: "mia" is also a person or a company; rules could not tell them apart',
    ]);
  });

  test("a group cannot be called like a company", () => {
    expect(faultsOf({ groups: { ...groups, acme: groups["on-call"] } })).toEqual([
      'groups.acme: "acme" is also a person or a company; rules could not tell them apart',
    ]);
  });

  test("a company cannot be called like a person", () => {
    expect(faultsOf({ companies: { ...companies, mia: companies.acme } })).toEqual([
      'companies.mia: "mia" is also a person; rules could not tell them apart',
    ]);
  });
});

describe("names that JavaScript objects answer to by themselves", () => {
  test("a person may be called constructor, and nothing breaks or opens", () => {
    const policy = samplePolicy({
      people: { ...people, constructor: { name: "Con Structor", slack: "T0HOME/U0CON" } },
      rules: [{ ...RULE, who: ["constructor"] }],
    });
    const [rule] = policy.rules;

    expect(rule && isNamed(policy, "mia", rule)).toBe(false);
    expect(rule && isNamed(policy, "constructor", rule)).toBe(true);
    expect(personBySlack(policy, "T0HOME/U0CON")).toBe("constructor");
  });

  test("a group that is gone is empty, whatever it was called", () => {
    const policy = samplePolicy();

    expect(isIn(policy, "mia", "constructor")).toBe(false);
    expect(contractEnd(policy, "constructor")).toBeNull();
    expect(contractEnd(policy, "__proto__")).toBeNull();
  });
});

describe("the end of a contract", () => {
  const DAY = 86_400_000;
  test("is the end of its last day, in UTC", () => {
    expect(contractEnd(samplePolicy(), "mia")).toBe(Date.UTC(2027, 0, 1));
  });

  test("is the person's own where that comes before the company's", () => {
    expect(contractEnd(samplePolicy(), "max")).toBe(Date.UTC(2026, 5, 2));
  });

  test("is the company's where that comes before the person's own", () => {
    const later = { ...people, max: { ...people.max, contractEnd: "2030-01-01" } };

    expect(contractEnd(samplePolicy({ people: later }), "max")).toBe(Date.UTC(2027, 0, 1));
  });

  test("does not exist for people without company and without end", () => {
    expect(contractEnd(samplePolicy(), "ada")).toBeNull();
  });

  test("is right for any day of four centuries", () => {
    const random = createRandom();
    for (let run = 0; run < 300; run++) {
      const day = new Date(Date.UTC(1900, 0, 1) + random.below(146_097) * DAY).toISOString().slice(0, 10);
      const policy = samplePolicy({ people: { ...people, ada: { ...people.ada, contractEnd: day } } });

      expect(contractEnd(policy, "ada"), `seed ${random.seed}, run ${run}: ${day}`).toBe(Date.parse(day) + DAY);
    }
  });
});

describe("whom a rule names", () => {
  const rule = (who: string[]): Rule => ({ ...samplePolicy().rules[0], who }) as Rule;

  test.each([
    ["the person", "ada", ["ada"], true],
    ["the person's company", "mia", ["acme"], true],
    ["a group with the person in it", "ben", ["payments-approvers"], true],
    ["somebody else", "sam", ["ada"], false],
    ["a company the person is not of", "ada", ["acme"], false],
    ["a group without the person", "mia", ["payments-approvers"], false],
    ["the company of somebody who is not in the policy", "zoe", ["acme"], false],
  ])("%s", (_, person, who, named) => {
    expect(isNamed(samplePolicy(), person, rule(who))).toBe(named);
  });
});

describe("who is behind a Slack account", () => {
  test("is found by team and user together", () => {
    expect(personBySlack(samplePolicy(), "T0HOME/U0MIA")).toBe("mia");
  });

  test.each(["T0OTHER/U0MIA", "U0MIA", "", "mia"])("is nobody for %j", (key) => {
    expect(personBySlack(samplePolicy(), key)).toBeNull();
  });
});

test("a member of an empty group does not exist", () => {
  const policy = samplePolicy({ groups: { ...groups, "on-call": { ...groups["on-call"], people: [] } } });

  expect(Object.keys(policy.people).filter((id) => isIn(policy, id, "on-call"))).toEqual([]);
});
