import { describe, expect, test } from "vitest";
import { createRandom } from "../../test/fakes/random.ts";
import { POLICY_INPUT, samplePolicy } from "../../test/fakes/samples.ts";
import { colleaguesOf, contractEnd, onCallChannel, own, Policy, personBySlack } from "./policy.ts";

const [RULE] = POLICY_INPUT.rules;
const { people, companies, profiles } = POLICY_INPUT;

const NO_NAME = "rules.0.name: Invalid input: expected string, received undefined";

/** Takes what differs from the sample policy; returns each fault as `path: message`. */
function faultsOf(changes: Record<string, unknown>): string[] {
  const parsed = Policy.safeParse({ ...POLICY_INPUT, ...changes });
  return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
}

test("colleagues are the others of one's company, in order of the alphabet; employees and strangers have none", () => {
  const max = { ...people.max, slack: "T0HOME/U0ZED" };
  const policy = samplePolicy({ people: { zed: max, ...people, abe: { ...max, slack: "T0HOME/U0ABE" } } });

  expect(colleaguesOf(policy, "mia")).toEqual(["abe", "max", "zed"]);
  expect(colleaguesOf(policy, "ada")).toEqual([]);
  expect(colleaguesOf(policy, "constructor")).toEqual([]);
});

test("the sample policy is without fault", () => {
  expect(faultsOf({})).toEqual([]);
});

test("what its shape cannot see is a fault of ours, beside those of the shape", () => {
  const parsed = Policy.safeParse({ ...POLICY_INPUT, onCall: "gone" });

  expect(parsed.error?.issues.map(({ code, path }) => [code, ...path])).toEqual([["custom", "onCall"]]);
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
      "a namespace that is none",
      { rules: [{ ...RULE, namespaces: ["Payments"] }] },
      ["rules.0.namespaces.0: use a namespace's name, or a glob of it with * and ?"],
    ],
    ["a rule without a name", { rules: [{ ...RULE, name: undefined }] }, [NO_NAME]],
    [
      "a rule for nobody",
      { rules: [{ ...RULE, who: [] }] },
      ["rules.0.who: Too small: expected array to have >=1 items"],
    ],
    ["a rule without approvers", { rules: [{ ...RULE, approvers: undefined }] }, ["rules.0.approvers: Invalid input"]],
  ])("%s", (_, changes, faults) => {
    expect(faultsOf(changes)).toEqual(faults);
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

  test("is no company's where an employee has none, not even one called undefined", () => {
    const odd = { companies: { ...companies, undefined: companies.acme } };

    expect(contractEnd(samplePolicy(odd), "ada")).toBeNull();
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

describe("who is behind a Slack account", () => {
  test("is found by team and user together", () => {
    expect(personBySlack(samplePolicy(), "T0HOME/U0MIA")).toBe("mia");
  });

  test.each(["T0OTHER/U0MIA", "U0MIA", "", "mia"])("is nobody for %j", (key) => {
    expect(personBySlack(samplePolicy(), key)).toBeNull();
  });
});

test("names that every JavaScript object answers to are nobody's", () => {
  const policy = samplePolicy();

  expect(own(policy.people, "constructor")).toBeUndefined();
  expect(own(policy.people, "mia")).toMatchObject({ company: "acme" });
  expect(contractEnd(policy, "constructor")).toBeNull();
  expect(contractEnd(policy, "__proto__")).toBeNull();
});

test("the channel of those on call is known as long as there is a policy", () => {
  expect(onCallChannel(samplePolicy())).toBe("C0ONCALL");
  expect(onCallChannel(null)).toBeNull();
});

test("what a policy does not say has a default that opens nothing", () => {
  expect(samplePolicy()).toMatchObject({
    ...{ denials: [], separation: [], risk: { raise: [], tiers: {} } },
    limits: { passesPerPerson: 10, openPerPerson: 5 },
    rules: [{ quorum: 1, differentGroups: false, notSameCompany: false, ticket: false, autoApprove: false }, {}],
    groups: { "on-call": { slackGroups: [] } },
  });
  expect(samplePolicy()).not.toHaveProperty("breakGlass");
});
