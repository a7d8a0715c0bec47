import { describe, expect, test } from "vitest";
import { POLICY_INPUT } from "../../test/fakes/samples.ts";
import { Policy } from "./policy.ts";

const [RULE, WEB] = POLICY_INPUT.rules;
const { people, companies, groups, profiles } = POLICY_INPUT;
const SIDE = { profiles: ["logs"] };
const APART = { name: "apart", why: "Not both", first: SIDE, second: { profiles: ["restart"] } };
const GLASS = {
  rules: [{ cluster: "prod", namespaces: ["web"], profiles: ["logs"] }],
  ...{ maxDuration: "1h", reviewers: "web-approvers", reviewWithin: "24h" },
};

/** Takes what differs from the sample policy; returns each fault as `path: message`. */
function faultsOf(changes: Record<string, unknown>): string[] {
  const parsed = Policy.safeParse({ ...POLICY_INPUT, ...changes });
  return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
}

test("the sample policy, with all there is, is without fault", () => {
  const denials = [{ name: "acme-payments", why: "Frozen", who: ["acme", "mia", "on-call"], profiles: ["logs"] }];

  expect(faultsOf({ denials, separation: [APART], breakGlass: GLASS })).toEqual([]);
});

describe("a name that points nowhere is a fault at load, with its place:", () => {
  const PEOPLE = "write one of mia, max, sam, ada, ben, olga";
  const GROUPS = "write one of payments-approvers, web-approvers, on-call";
  const PROFILES = "write one of logs, restart";
  const WHO = "write one of acme, mia, max, sam, ada, ben, olga, payments-approvers, web-approvers, on-call";
  test.each<[string, Record<string, unknown>, string]>([
    [
      "a sponsor",
      { companies: { acme: { ...companies.acme, sponsor: "zoe" } } },
      `companies.acme.sponsor: there is no person "zoe": ${PEOPLE}`,
    ],
    [
      "a person's company",
      { people: { ...people, mia: { ...people.mia, company: "umbrella" } } },
      'people.mia.company: there is no company "umbrella": write one of acme',
    ],
    [
      "a group's member",
      { groups: { ...groups, "on-call": { ...groups["on-call"], people: ["olga", "zoe"] } } },
      `groups.on-call.people.1: there is no person "zoe": ${PEOPLE}`,
    ],
    ["on-call", { onCall: "nobody" }, `onCall: there is no group "nobody": ${GROUPS}`],
    [
      "whom a rule is for",
      { rules: [{ ...RULE, who: ["acme", "zoe"] }] },
      `rules.0.who.1: there is no company, person or group "zoe": ${WHO}`,
    ],
    [
      "a rule's profile",
      { rules: [{ ...RULE, profiles: ["admin"] }] },
      `rules.0.profiles.0: there is no profile "admin": ${PROFILES}`,
    ],
    [
      "a rule's approvers",
      { rules: [{ ...RULE, approvers: "zoe" }] },
      `rules.0.approvers: there is no group "zoe": ${GROUPS}`,
    ],
    [
      "one of a rule's approvers",
      { rules: [{ ...RULE, approvers: ["on-call", "zoe"] }] },
      `rules.0.approvers.1: there is no group "zoe": ${GROUPS}`,
    ],
    [
      "a name that every JavaScript object answers to",
      { rules: [{ ...RULE, approvers: "constructor" }] },
      `rules.0.approvers: there is no group "constructor": ${GROUPS}`,
    ],
    [
      "whom a denial is for",
      { denials: [{ name: "no", why: "No", who: ["zoe"] }] },
      `denials.0.who.0: there is no company, person or group "zoe": ${WHO}`,
    ],
    [
      "a denial's profile",
      { denials: [{ name: "no", why: "No", profiles: ["admin"] }] },
      `denials.0.profiles.0: there is no profile "admin": ${PROFILES}`,
    ],
    [
      "a separation's first profile",
      { separation: [{ ...APART, first: { profiles: ["admin"] } }] },
      `separation.0.first.profiles.0: there is no profile "admin": ${PROFILES}`,
    ],
    [
      "a separation's second profile",
      { separation: [{ ...APART, second: { profiles: ["logs", "admin"] } }] },
      `separation.0.second.profiles.1: there is no profile "admin": ${PROFILES}`,
    ],
    [
      "break-glass's reviewers",
      { breakGlass: { ...GLASS, reviewers: "zoe" } },
      `breakGlass.reviewers: there is no group "zoe": ${GROUPS}`,
    ],
    [
      "a profile of break-glass",
      { breakGlass: { ...GLASS, rules: [{ ...GLASS.rules[0], profiles: ["admin"] }] } },
      `breakGlass.rules.0.profiles.0: there is no profile "admin": ${PROFILES}`,
    ],
  ])("%s", (_, changes, fault) => {
    expect(faultsOf(changes)).toEqual([fault]);
  });

  test("all of them are told at once", () => {
    const faults = faultsOf({ onCall: "nobody", rules: [{ ...RULE, who: ["zoe"], profiles: ["admin"] }] });

    expect(faults).toHaveLength(3);
  });

  test("what could be written is listed where it is a dozen at most", () => {
    const many = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`p${i}`, profiles.logs]));
    const fault = (count: number) => faultsOf({ profiles: many(count), rules: [{ ...RULE, profiles: ["admin"] }] });

    expect(fault(12)).toEqual([expect.stringContaining("write one of p0, p1")]);
    expect(fault(13)).toEqual(['rules.0.profiles.0: there is no profile "admin"']);
    expect(faultsOf({ companies: {}, people: { ...people, max: people.ada }, rules: [] })).toContain(
      'people.mia.company: there is no company "acme"',
    );
  });
});

describe("who is who stays unambiguous:", () => {
  test.each<[string, Record<string, unknown>, string]>([
    [
      "a group cannot be called like a person",
      { groups: { ...groups, mia: groups["on-call"] } },
      'groups.mia: "mia" is also a person or a company: give one of them another id',
    ],
    [
      "a group cannot be called like a company",
      { groups: { ...groups, acme: groups["on-call"] } },
      'groups.acme: "acme" is also a person or a company: give one of them another id',
    ],
    [
      "a company cannot be called like a person",
      { companies: { ...companies, mia: companies.acme } },
      'companies.mia: "mia" is also a person: give one of them another id',
    ],
    [
      "two rules cannot have one name",
      { rules: [RULE, { ...WEB, name: RULE?.name }] },
      'rules.1.name: "acme-payments" is the name of another one: give each its own',
    ],
    [
      "two denials cannot have one name",
      {
        denials: [
          { name: "no", why: "No" },
          { name: "no", why: "No" },
        ],
      },
      'denials.1.name: "no" is the name of another one: give each its own',
    ],
    [
      "two separations cannot have one name",
      { separation: [APART, APART] },
      'separation.1.name: "apart" is the name of another one: give each its own',
    ],
  ])("%s", (_, changes, fault) => {
    expect(faultsOf(changes)).toEqual([fault]);
  });
});

describe("a rule is refused for", () => {
  test.each<[string, object, string]>([
    ["a condition without words", { when: "true" }, "rules.0.when: say the same for people beside it, in whenWords"],
    [
      "words without a condition",
      { whenWords: "in office hours" },
      "rules.0.whenWords: there is no condition that this could explain: write when, or leave this out",
    ],
    [
      "a limit that none of its profiles reaches",
      { maxDuration: "4h1s" },
      "rules.0.maxDuration: is longer than its profiles allow, which counts: write a shorter one, or leave it out",
    ],
    [
      "more yeses of different groups than there are groups",
      { approvers: ["on-call", "on-call"], quorum: 2, differentGroups: true },
      "rules.0.approvers: each of 2 yeses is to come from another group: name 2 groups at least",
    ],
  ])("%s", (_, changes, fault) => {
    expect(faultsOf({ rules: [{ ...RULE, ...changes }] })).toEqual([fault]);
  });

  test.each<[string, object]>([
    ["a condition with words", { when: "true", whenWords: "always" }],
    ["a limit that one of its profiles reaches", { maxDuration: "4h" }],
    ["as many groups as yeses", { approvers: ["on-call", "web-approvers"], quorum: 2, differentGroups: true }],
    ["more yeses than groups, where they may be of one", { approvers: "payments-approvers", quorum: 2 }],
  ])("but not for %s", (_, changes) => {
    expect(faultsOf({ rules: [{ ...RULE, ...changes }] })).toEqual([]);
  });
});

describe("risk is refused for", () => {
  const hours = { days: ["mon"], from: "08:00", to: "18:00", zone: "Europe/Berlin" };
  const raise = [{ words: "Late", outsideHours: true }];

  test("a zone that is none", () => {
    expect(faultsOf({ risk: { hours: { ...hours, zone: "Europe/Atlantis" } } })).toEqual([
      'risk.hours.zone: "Europe/Atlantis" is no time zone: write one such as Europe/Berlin or UTC',
    ]);
  });

  test("outside of hours that nobody wrote", () => {
    expect(faultsOf({ risk: { raise } })).toEqual(["risk.raise.0.outsideHours: there are no hours: write risk.hours"]);
    expect(faultsOf({ risk: { raise, hours } })).toEqual([]);
    expect(faultsOf({ risk: { raise: [{ words: "First", firstPass: true }] } })).toEqual([]);
  });
});

test("letters that pass for others are a fault wherever people read them", () => {
  const looks = (word: string) => `"${word}" mixes letters of look-alike alphabets: write it with those of one`;

  expect(
    faultsOf({
      people: { ...people, ada: { ...people.ada, name: "Аda Approver" } },
      rules: [{ ...RULE, when: "asker.id == 'miа'", whenWords: "nоw" }],
      denials: [{ name: "no", why: "Frоzen" }],
    }),
  ).toEqual([
    `people.ada.name: ${looks("Аda")}`,
    `rules.0.when: ${looks("miа")}`,
    `rules.0.whenWords: ${looks("nоw")}`,
    `denials.0.why: ${looks("Frоzen")}`,
  ]);
});
