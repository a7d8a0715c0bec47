import { describe, expect, test } from "vitest";
import { diffPolicies, sayDiff } from "../../src/policy/diff.ts";
import { regionsOf } from "../../src/policy/glob-regions.ts";
import { Policy } from "../../src/workflows/policy.ts";

const PERSON = (n: number) => `T01234567/U0123456${n}`;
const LOGS = {
  ...{
    role: "daypass-profile-logs",
    words: "Read logs",
    can: "read logs",
    cannot: "change anything",
    maxDuration: "4h",
  },
};
const RULE = {
  ...{ name: "logs", who: ["jo"], cluster: "prod", namespaces: ["pay-*"], profiles: ["logs"] },
  ...{ approvers: "approvers" },
};
const BASE = {
  version: 1,
  slack: { requestsChannel: "C0123456789", linkedBy: "us" },
  companies: {
    acme: { name: "Acme", sponsor: "dana", contractEnd: "2027-03-31" },
    birch: { name: "Birch", sponsor: "dana", contractEnd: "2027-03-31" },
  },
  people: {
    dana: { name: "Dana", slack: PERSON(1) },
    cole: { name: "Cole", slack: PERSON(2), company: "acme" },
    jo: { name: "Jo", slack: PERSON(3), company: "acme", email: "jo@acme.example", idp: "a1" },
    noor: { name: "Noor", slack: PERSON(4) },
  },
  groups: {
    approvers: { name: "approvers", channel: "C01", people: ["dana", "cole"] },
    others: { name: "approvers", channel: "C02", people: ["noor"] },
    night: { name: "night", channel: "C03", people: ["noor"] },
    nights: { name: "night", channel: "C03", people: ["noor"], slackGroups: ["S0NIGHT"] },
    slacked: { name: "slacked", channel: "C04", people: [], slackGroups: ["S0READ"] },
  },
  onCall: "night",
  profiles: { logs: LOGS },
  rules: [RULE],
};
type Changes = Partial<
  Record<keyof typeof BASE | "denials" | "breakGlass" | "risk" | "separation" | "tickets", unknown>
>;

/** What is said of the way from the one to the other. */
function said(before: Changes, after: Changes): string {
  return sayDiff(diffPolicies(Policy.parse({ ...BASE, ...before }), Policy.parse({ ...BASE, ...after }))).join("\n");
}

const rule = (changes: object) => ({ rules: [{ ...RULE, ...changes }] });
const denial = (changes: object) => ({ denials: [{ name: "no", why: "No", ...changes }] });
const label = (name: string, value: string) => ({ label: name, value });

const LENT = "for up to 4 h with one yes of approvers (before: not at all)";

const raise = { clusterLabel: { label: "env", value: "prod" }, words: "It is prod" };

describe("diff sees", () => {
  test.each([
    [
      "one of two entries that raise the tier alike",
      { risk: { raise: [raise, raise] } },
      { risk: { raise: [raise] } },
      "risk.raise no longer has",
    ],
    [
      "somebody whom Slack may make on-call once they are listed",
      { onCall: "nights" },
      { onCall: "nights", people: { ...BASE.people, max: { name: "Max Roe", slack: PERSON(5) } } },
      "Max Roe is listed now, and says yes or ends passes if in S0NIGHT",
    ],
    [
      "somebody whom Slack no longer makes on-call",
      { onCall: "nights", people: { ...BASE.people, max: { name: "Max Roe", slack: PERSON(5) } } },
      { onCall: "nights" },
      "Max Roe is no longer listed, and no longer says yes or ends passes if in S0NIGHT",
    ],
    ["a limit that grew by seconds", rule({ maxDuration: "3h" }), rule({ maxDuration: "3h59s" }), "up to 3 h 59 s"],
    [
      "a glob that lost a letter",
      rule({ namespaces: ["team-x*"] }),
      rule({ namespaces: ["team-*"] }),
      "in team-* (except in team-x*) on",
    ],
    [
      "one that got a letter",
      rule({ namespaces: ["data-*"] }),
      rule({ namespaces: ["data-x*"] }),
      "in data-* (except in data-x*) on",
    ],
    [
      "a denial that got a letter",
      { ...rule({ namespaces: ["*"] }), ...denial({ namespaces: ["prod-??-secrets-*"] }) },
      { ...rule({ namespaces: ["*"] }), ...denial({ namespaces: ["prod-x?-secrets-*"] }) },
      "in prod-??-secrets-* (except in prod-x?-secrets-*) on",
    ],
    [
      "a denial by one glob of what a rule lends by another",
      denial({ namespaces: ["*-db"] }),
      {},
      "in *-db and pay-* at once (such as pay-db) on",
    ],
    [
      "a denial by one label of what a rule lends by another",
      { ...rule({ namespaces: [label("team", "data")] }), ...denial({ namespaces: [label("freeze", "true")] }) },
      rule({ namespaces: [label("team", "data")] }),
      "in any namespace labelled freeze=true and team=data on",
    ],
    [
      "a stricter rule that no longer covers what another one lends",
      { rules: [RULE, { ...RULE, name: "strict", namespaces: ["*-db"], who: ["acme"], quorum: 2 }] },
      { rules: [RULE, { ...RULE, name: "strict", namespaces: ["x-db", "xyz-db", "db"], who: ["acme"], quorum: 2 }] },
      "Jo may now Read logs in *-db and pay-* at once (such as pay-db) on prod for up to 4 h with one yes",
    ],
    [
      "a denial of people whom a rule names by a Slack user group alone",
      { ...rule({ who: ["slacked"] }), ...denial({ who: ["acme"] }) },
      rule({ who: ["slacked"] }),
      "Jo (if in Slack user group S0READ) may now Read logs",
    ],
    [
      "an approver of another company",
      {},
      people({ cole: { company: "birch" } }),
      "Cole is of another company: acme → birch",
    ],
    [
      "another e-mail",
      {},
      people({ jo: { email: "jo@birch.example" } }),
      "Jo has another e-mail: jo@acme.example → jo@birch.example",
    ],
    ["another subject", {}, people({ jo: { idp: "b2" } }), "Jo is another subject at the identity provider: a1 → b2"],
    [
      "whom Slack makes on-call",
      {},
      { onCall: "nights" },
      "whoever is in Slack user group S0NIGHT may now end any pass",
    ],
    [
      "whom Slack made on-call",
      { onCall: "nights" },
      {},
      "whoever is in Slack user group S0NIGHT may no longer end any pass",
    ],
    [
      "another group of the same name",
      {},
      rule({ approvers: "others" }),
      "of approvers (others) (before: for up to 4 h with one yes of approvers (approvers))",
    ],
    [
      "a colleague who may decide now",
      rule({ notSameCompany: true }),
      {},
      "one yes of approvers (before: for up to 4 h with one yes of approvers, nobody of the same company)",
    ],
    [
      "a colleague who alone could decide, and may no longer",
      { groups: { ...BASE.groups, approvers: { ...BASE.groups.approvers, people: ["cole"] } } },
      {
        groups: { ...BASE.groups, approvers: { ...BASE.groups.approvers, people: ["cole"] } },
        ...rule({ notSameCompany: true }),
      },
      "Jo may no longer Read logs in pay-* on prod",
    ],
  ])("%s", (_, before, after, words) => {
    expect(said(before, after)).toContain(words);
  });

  test("a condition that kept an emergency shut at times, and no more than at times", () => {
    const breakGlass = {
      rules: [{ cluster: "prod", namespaces: ["web"], profiles: ["logs"] }],
      ...{ maxDuration: "1h", reviewers: "approvers", reviewWithin: "24h" },
    };
    const shut = { breakGlass, ...denial({ who: ["noor"], when: "now.hour < 6" }) };

    expect(said(shut, { breakGlass })).toBe(
      "Noor may now lend themselves Read logs in web on prod for up to 1 h (before: for up to 1 h; never where now.hour < 6)",
    );
  });

  test("nothing in globs of other letters that match the same names", () => {
    // "p-" is no name: it ends with a dash.
    expect(said(rule({ namespaces: ["p-?*"] }), rule({ namespaces: ["p-*"] }))).toBe(
      "no change in what anybody may have",
    );
  });

  test("nothing in another name for a group of the same people", () => {
    const groups = { ...BASE.groups, renamed: BASE.groups.approvers };

    expect(said({ groups }, { groups, ...rule({ approvers: "renamed" }) })).toBe("no change in what anybody may have");
  });
});

test("what is too much to compare is said, and is not taken for no change", () => {
  const globs = Array.from({ length: 40 }, (_, i) => `*${String.fromCharCode(97 + (i % 26))}${i}*`);
  const rules = globs.map((glob, i) => ({ ...RULE, name: `r${i}`, namespaces: [glob] }));
  const more = rules.map((one, i) => (i === 7 ? { ...one, approvers: ["approvers", "approvers"] } : one));

  const { unseen } = diffPolicies(Policy.parse({ ...BASE, rules }), Policy.parse({ ...BASE, rules: more }));

  expect(unseen).toEqual([expect.stringMatching(/^not all was compared: for logs on prod there are too many ways/)]);
  expect(sayDiff({ changes: [], further: [], unseen })).toEqual(["no change was found, but:", ...unseen]);
});

describe("diff says nothing of what has no meaning:", () => {
  const NOTHING = "no change in what anybody may have";
  const data = label("team", "data");
  const exec = { ...LOGS, words: "Run commands" };
  const separation = (first: object, second: object) => ({
    profiles: { logs: LOGS, exec },
    separation: [{ name: "s", why: "Not both", first, second }],
  });

  test("the order inside the sides of a separation", () => {
    const one = separation({ profiles: ["logs", "exec"], namespaces: ["a", data, "b"] }, { profiles: ["logs"] });
    const other = separation({ profiles: ["exec", "logs"], namespaces: ["b", "a", data] }, { profiles: ["logs"] });

    expect(said(one, other)).toBe(NOTHING);
  });

  test("which side of a separation comes first", () => {
    const [one, other] = [{ profiles: ["logs"], cluster: "prod" }, { profiles: ["exec"] }];

    expect(said(separation(one, other), separation(other, one))).toBe(NOTHING);
    expect(said(separation(one, other), separation(one, one))).toContain("separation has now");
  });

  test("the order of the days on which somebody is there", () => {
    const hours = (...days: readonly string[]) => ({
      risk: { hours: { days, from: "08:00", to: "18:00", zone: "UTC" } },
    });

    expect(said(hours("mon", "tue"), hours("tue", "mon"))).toBe(NOTHING);
    expect(said(hours("mon", "tue"), hours("tue"))).toBe("risk.hours.days: mon, tue → tue");
  });

  test("blanks, line breaks and comments in a condition, but for those in its texts", () => {
    const when = (text: string) => ({
      ...rule({ when: text, whenWords: "By day" }),
      ...denial({ namespaces: ["web"], when: text }),
    });
    const plain = when('now.hour<6||asker.id == "a b"');

    expect(said(plain, when('now.hour < 6 ||\n  asker.id   == "a b" // at night\n'))).toBe(NOTHING);
    expect(said(plain, when('now.hour<6||asker.id == "a  b"'))).toContain('where now.hour<6||asker.id == "a  b", ');
    expect(said(plain, when('now.hour<6||asker.id == "ab"'))).toContain("Jo may now");
  });
});

describe("diff tells who is who:", () => {
  test("two people who exchanged their names", () => {
    const exchanged = people({ dana: { name: "Noor" }, noor: { name: "Dana" } });

    expect(said({}, exchanged).split("\n")).toEqual([
      "dana is called Noor now (before: Dana)",
      "noor is called Dana now (before: Noor)",
    ]);
  });

  test("two people who exchanged their accounts, and with these their names", () => {
    const accounts = people({ dana: { slack: PERSON(4) }, noor: { slack: PERSON(1) } });
    const both = people({ dana: { slack: PERSON(4), name: "Noor" }, noor: { slack: PERSON(1), name: "Dana" } });

    expect(said({}, accounts).split("\n")).toEqual([
      "Dana is another account: T01234567/U01234561 → T01234567/U01234564 (until now Noor's)",
      "Noor is another account: T01234567/U01234564 → T01234567/U01234561 (until now Dana's)",
    ]);
    expect(said({}, both).split("\n")).toEqual([
      "dana is called Noor now (before: Dana)",
      "Noor (dana) is another account: T01234567/U01234561 → T01234567/U01234564 (until now Dana (noor)'s)",
      "noor is called Dana now (before: Noor)",
      "Dana (noor) is another account: T01234567/U01234564 → T01234567/U01234561 (until now Noor (dana)'s)",
    ]);
  });

  test("whose account is of another organisation's Slack by now, and what that takes from whom", () => {
    const elsewhere = people({ noor: { slack: "T07654321/U01234564" } });
    const glass = {
      breakGlass: {
        rules: [RULE].map(({ cluster, namespaces, profiles }) => ({ cluster, namespaces, profiles })),
        ...{ reviewers: "approvers", reviewWithin: "24h", maxDuration: "1h" },
      },
    };
    const acme = { companies: { ...BASE.companies, acme: { ...BASE.companies.acme, slackTeam: "T07654321" } } };
    const before = { ...glass, ...acme, ...rule({ approvers: "others" }) };

    expect(said(before, { ...before, ...elsewhere }).split("\n")).toEqual([
      "Jo may no longer Read logs in pay-* on prod (before: for up to 4 h with one yes of approvers)",
      "Noor may no longer lend themselves Read logs in pay-* on prod (before: for up to 1 h)",
      "Noor is another account: T01234567/U01234564 → T07654321/U01234564",
      "Noor comes from another organisation's Slack now: says no yes, is not on call and reviews nothing",
      "Noor may no longer end any pass",
    ]);
    expect(
      said({ ...before, ...elsewhere }, before)
        .split("\n")
        .slice(2),
    ).toEqual([
      "Noor is another account: T07654321/U01234564 → T01234567/U01234564",
      "Noor no longer comes from another organisation's Slack: says yes, is on call and reviews where groups list them",
      "Noor may now end any pass",
    ]);
  });

  test("whose account is of another organisation's Slack by a company's setting alone", () => {
    const noor = people({ noor: { slack: "T07654321/U01234564" } });
    const acme = { companies: { ...BASE.companies, acme: { ...BASE.companies.acme, slackTeam: "T07654321" } } };

    expect(said(noor, { ...noor, ...acme }).split("\n")).toEqual([
      "Noor comes from another organisation's Slack now: says no yes, is not on call and reviews nothing",
      "Noor may no longer end any pass",
      "companies.acme.slackTeam: not set → T07654321",
    ]);
  });

  test("that somebody is listed who comes from another organisation's Slack, whom Slack's groups make nothing, and listed no more", () => {
    const { noor: _, ...others } = BASE.people;
    const listed = {
      people: { ...others, noor: { ...BASE.people.noor, slack: "T07654321/U01234564", company: "acme" } },
    };
    const none = { ...BASE.groups.night, people: [] };
    const nobody = { ...BASE.groups, others: none, night: none, nights: { ...none, slackGroups: ["S0NIGHT"] } };
    const companies = { ...BASE.companies, acme: { ...BASE.companies.acme, slackTeam: "T07654321" } };
    const gone = { companies, people: others, groups: nobody, onCall: "nights" };

    expect(said(gone, { ...gone, ...listed })).toBe(
      "Noor comes from another organisation's Slack now: says no yes, is not on call and reviews nothing",
    );
    // Listed no more, they do not come from our own Slack: they are nobody.
    expect(said({ ...gone, ...listed }, gone)).toBe("no change in what anybody may have");
  });

  test("of somebody in a Slack user group nothing of the kind, without a single employee too", () => {
    const ours = Object.fromEntries(Object.entries(BASE.people).map(([id, one]) => [id, { ...one, company: "acme" }]));

    expect(said({ people: ours }, { people: ours, ...rule({ maxDuration: "1h" }) })).toBe(
      "Jo may now Read logs in pay-* on prod for up to 1 h with one yes of approvers (before: for up to 4 h with one yes of approvers)",
    );
    expect(said({ people: ours }, {})).not.toContain("Slack");
    expect(said({}, { people: ours })).not.toContain("Slack");
  });

  test("two people of one name", () => {
    const alike = people({ noor: { name: "Jo" } });

    expect(said(alike, { ...alike, ...rule({ maxDuration: "3h" }) })).toContain("Jo (jo) may now Read logs");
  });
});

test("diff says what became of a ticket's example, whatever its words", () => {
  const tickets = (example: string) => ({ tickets: { pattern: "there|here", example } });

  expect(said(tickets("there"), tickets("here"))).toBe("tickets.example: there → here");
});

describe("diff tells tiers of risk apart:", () => {
  const risk = (tiers: object) => ({ risk: { tiers } });

  test("what is lent at some of them alone is no longer lent only where it was", () => {
    const strict = risk({ low: { quorum: 5 } });
    const none = { ...rule({ namespaces: ["other"] }), ...strict };
    const more = {
      rules: [
        { ...RULE, namespaces: ["other"] },
        { ...RULE, name: "more", namespaces: ["web"] },
      ],
    };

    expect(said(none, { ...more, ...strict })).toBe(
      "Jo may now Read logs in web on prod at medium and high risk for up to 4 h with one yes of approvers (before: not at all)",
    );
    expect(said({ ...more, ...strict }, none)).toBe(
      "Jo may no longer Read logs in web on prod (before: at medium and high risk for up to 4 h with one yes of approvers)",
    );
  });

  test("what is no longer lent at one of them is lent at others", () => {
    expect(said({}, risk({ low: { quorum: 5 } }))).toBe(
      "Jo may no longer Read logs in pay-* on prod at low risk (before: at low risk for up to 4 h with one yes of approvers)",
    );
    expect(said(risk({ low: { quorum: 5 } }), risk({ low: { quorum: 5 }, high: { maxDuration: "1h" } }))).toBe(
      "Jo may now Read logs in pay-* on prod at high risk for up to 1 h with one yes of approvers (before: at high risk for up to 4 h with one yes of approvers)",
    );
  });
});

describe("diff agrees with lint on what nobody could use, a pass below ten seconds:", () => {
  test("it is not lent", () => {
    const short = { ...RULE, name: "short", namespaces: ["web"], maxDuration: "9s" };

    expect(said({}, { rules: [RULE, short] })).toBe("no change in what anybody may have");
    expect(said({}, { rules: [RULE, { ...short, maxDuration: "10s" }] })).toContain("may now Read logs in web");
    expect(said({}, rule({ maxDuration: "9s" }))).toContain("Jo may no longer Read logs in pay-* on prod");
  });

  test("nor in an emergency", () => {
    const glass = {
      rules: [{ cluster: "prod", namespaces: ["web"], profiles: ["logs"] }],
      ...{ reviewers: "approvers", reviewWithin: "24h" },
    };

    expect(said({}, { breakGlass: { ...glass, maxDuration: "9s" } })).not.toContain("lend themselves");
    expect(said({}, { breakGlass: { ...glass, maxDuration: "10s" } })).toContain("Noor may now lend themselves");
  });
});

describe("diff names what it leaves out:", () => {
  const lent = (...namespaces: readonly unknown[]) => ({ rules: [{ ...RULE, namespaces }] });
  const team = label("team", "x");

  test("a name in which it is denied before and after", () => {
    const denied = denial({ who: ["acme"], namespaces: ["web"] });

    expect(said({ ...lent("other"), ...denied }, { ...lent("other", team), ...denied })).toBe(
      `Jo may now Read logs in any namespace labelled team=x (except in other, web) on prod ${LENT}`,
    );
  });

  test("a name in which it is denied by another entry than the one that went", () => {
    const web = denial({ who: ["jo"], namespaces: ["web"] });
    const both = denial({ who: ["jo"], namespaces: [team, "web"] });

    expect(said({ ...lent(team), ...both }, { ...lent(team), ...web })).toBe(
      `Jo may now Read logs in any namespace labelled team=x (except in web) on prod ${LENT}`,
    );
    expect(said({ ...lent(team), ...web }, lent(team))).toBe(
      `Jo may now Read logs in web labelled team=x on prod ${LENT}`,
    );
    expect(said({ ...lent(team), ...both }, lent(team))).toBe(
      `Jo may now Read logs in any namespace labelled team=x on prod ${LENT}`,
    );
  });

  test("a third label, where two made the difference", () => {
    const frozen = [label("freeze", "true"), label("vault", "yes")].map((one, i) => ({
      ...{ name: `no-${i}`, why: "No", namespaces: [one] },
    }));

    expect(said({ ...lent(team), denials: frozen }, { ...lent(team), denials: frozen.slice(1) })).toBe(
      `Jo may now Read logs in any namespace labelled freeze=true and team=x (except labelled vault=yes) on prod ${LENT}`,
    );
  });

  test("people of a Slack user group who had it before, or may not have it", () => {
    const rules = [RULE, { ...RULE, name: "slack", who: ["slacked"], namespaces: ["pay-eu"] }];
    const denied = denial({ who: ["dana"] });

    expect(said({ rules: [RULE], ...denied }, { rules, ...denied })).toBe(
      `whoever is in Slack user group S0READ may now Read logs in pay-eu (except for Dana, Jo) on prod ${LENT}`,
    );
  });

  test("somebody to whom the same happens in other words, which are said of them", () => {
    const slack = { ...RULE, name: "slack", who: ["slacked"], namespaces: ["*-db"] };
    const strict = { ...RULE, name: "strict", who: ["slacked"], namespaces: [label("env", "prod")], quorum: 5 };
    const atNight = denial({ who: ["jo"], namespaces: [team], when: "now.hour < 6" });

    expect(said({ rules: [slack], ...atNight }, { rules: [slack, strict], ...atNight }).split("\n")).toEqual([
      "whoever is in Slack user group S0READ may no longer Read logs in *-db labelled env=prod (except for Jo labelled team=x) on prod (before: for up to 4 h with one yes of approvers)",
      "Jo (if in Slack user group S0READ) may no longer Read logs in *-db labelled env=prod and team=x on prod (before: for up to 4 h with one yes of approvers; never where now.hour < 6)",
    ]);
  });

  test("a Slack user group whose people keep what others lose", () => {
    const slack = { ...RULE, name: "slack", who: ["slacked"] };

    expect(said({ rules: [RULE, slack] }, { rules: [slack] })).toBe(
      "Jo may no longer Read logs in pay-* (except while in Slack user group S0READ) on prod (before: for up to 4 h with one yes of approvers)",
    );
  });
});

describe("of globs there is a name", () => {
  const effort = () => ({ left: 1_000_000 });

  test("for each set of them that a name can match, and none for what cannot be", () => {
    const { regions, isWhole } = regionsOf(["a*", "*b", "a", "?-"], effort());

    expect(isWhole).toBe(true);
    expect(Object.fromEntries(regions.map(({ globs, name }) => [globs.join(" "), name]))).toEqual({
      ...{ "": "x", "a a*": "a", "*b": "b", "*b a*": "ab", "a*": "ax" },
    });
  });

  test("of 63 characters at most, which begins and ends with a letter or digit", () => {
    const { regions } = regionsOf([`${"?".repeat(62)}*`, `*${"-?".repeat(20)}-*`], effort());

    for (const { name } of regions) expect(name).toMatch(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
    expect(regions.length).toBe(4);
  });
});

function people(changes: Readonly<Record<string, object>>): Changes {
  const all = Object.entries(BASE.people).map(([id, person]) => [id, { ...person, ...changes[id] }] as const);
  return { people: Object.fromEntries(all) };
}
