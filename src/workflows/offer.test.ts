import { describe, expect, test } from "vitest";
import { NOON, POLICY_INPUT, SAMPLE_FACTS, sampleForce, sampleRecord } from "../../test/fakes/samples.ts";
import { offer } from "./offer.ts";
import type { PersonRecord } from "./person.ts";
import type { ClusterFacts, Conditions } from "./ports.ts";

const [PAYMENTS_RULE, WEB_RULE] = POLICY_INPUT.rules;
const { groups, people } = POLICY_INPUT;
const facts = () => SAMPLE_FACTS;
const APPROVERS = groups["payments-approvers"];

/** Takes what differs in the policy, who asks, and what is known; returns each pass as profile, namespaces and rule. */
function offered(
  changes: Record<string, unknown> = {},
  by: PersonRecord = sampleRecord("mia"),
  factsOf: (cluster: string) => ClusterFacts | null = facts,
  now = NOON,
) {
  return offer(sampleForce(changes), by, factsOf, now).map((pass) => [pass.rule, pass.profile, pass.namespaces]);
}

describe("what is on offer", () => {
  test("is each profile of each rule that names the person's company, with the shorter of the two limits", () => {
    expect(offer(sampleForce(), sampleRecord("mia"), facts, NOON)).toEqual([
      {
        ...{ cluster: "prod", namespaces: ["ledger", "payments"], profile: "logs", words: "Read logs" },
        ...{ can: "read pods, logs and events", cannot: "read Secrets, change anything, run commands" },
        ...{ maxDurationSeconds: 4 * 3600, approvers: ["payments-approvers"], quorum: 1, ticket: false },
        ...{ rule: "acme-payments", whenWords: null },
      },
      expect.objectContaining({ profile: "restart", maxDurationSeconds: 3600, rule: "acme-payments" }),
      expect.objectContaining({ profile: "logs", namespaces: ["web"], maxDurationSeconds: 1800, rule: "acme-web" }),
    ]);
  });

  test("is also what a denial for a group that Slack would not show forbids: asking for it tells why", () => {
    const frozen = { name: "frozen", channel: "C0F", people: [], slackGroups: ["S0F"] };
    const changes = { groups: { ...groups, frozen }, denials: [{ name: "freeze", why: "Frozen", who: ["frozen"] }] };

    expect(offered(changes, sampleRecord("mia", { unreadGroups: ["S0F"] }))).toEqual(offered());
    expect(offered(changes, sampleRecord("mia", { slackGroups: ["S0F"] }))).toEqual([]);
  });

  test("is in one order, whatever that of the rules", () => {
    expect(offered({ rules: [WEB_RULE, PAYMENTS_RULE] })).toEqual(offered());
  });

  test("names what a rule asks for beyond its limit", () => {
    const when = "seconds < 60";
    const rule = {
      ...PAYMENTS_RULE,
      profiles: ["logs", "logs"],
      quorum: 2,
      ticket: true,
      when,
      whenWords: "for a minute",
    };
    const approvers = ["web-approvers", "payments-approvers", "web-approvers"];

    expect(offer(sampleForce({ rules: [{ ...rule, approvers }] }), sampleRecord("mia"), facts, NOON)).toEqual([
      expect.objectContaining({
        ...{ quorum: 2, ticket: true, whenWords: "for a minute" },
        approvers: ["payments-approvers", "web-approvers"],
      }),
    ]);
  });

  test.each([
    ["a stranger", "zoe"],
    ["a linked person whom no rule names", "ada"],
    ["the company itself", "acme"],
    ["a group", "payments-approvers"],
    ["a name that every JavaScript object answers to", "constructor"],
    ["an empty name", ""],
  ])("is nothing for %s", (_, person) => {
    expect(offered({}, sampleRecord(person))).toEqual([]);
  });

  test("is nothing for a switched-off account", () => {
    expect(offered({}, sampleRecord("mia", { active: false }))).toEqual([]);
  });

  test("is nothing from the moment the contract is over", () => {
    const over = Date.UTC(2026, 5, 2);

    expect(offered({}, sampleRecord("max"), facts, over - 1)).not.toEqual([]);
    expect(offered({}, sampleRecord("max"), facts, over)).toEqual([]);
  });

  test("is nothing from the moment a guest's account expires", () => {
    const guest = sampleRecord("mia", { guest: true, expiresAt: NOON });

    expect(offered({}, guest, facts, NOON - 1)).not.toEqual([]);
    expect(offered({}, guest, facts, NOON)).toEqual([]);
  });

  test("is only what is open, and no namespace while nothing is known of the cluster", () => {
    const closed = { ...SAMPLE_FACTS, namespaces: ["ledger"] };

    expect(offered({}, sampleRecord("mia"), () => closed)).toEqual([
      ["acme-payments", "logs", ["ledger"]],
      ["acme-payments", "restart", ["ledger"]],
    ]);
    expect(offered({}, sampleRecord("mia"), () => null)).toEqual([
      ["acme-payments", "logs", []],
      ["acme-payments", "restart", []],
      ["acme-web", "logs", []],
    ]);
  });

  test("unfolds globs and labels to what is open", () => {
    const namespaces = ["pay*", { label: "team", value: "web" }];
    const labelled = { ...SAMPLE_FACTS, namespaceLabels: { web: { team: "web" }, ledger: { team: "ledger" } } };

    expect(offered({ rules: [{ ...WEB_RULE, namespaces }] }, sampleRecord("mia"), () => labelled)).toEqual([
      ["acme-web", "logs", ["payments", "web"]],
    ]);
  });

  test("unfolds no label to a namespace whose labels are not known", () => {
    const rules = [{ ...WEB_RULE, namespaces: [{ label: "team", value: "web" }] }];

    expect(offered({ rules }, sampleRecord("mia"), () => ({ ...SAMPLE_FACTS, namespaceLabels: {} }))).toEqual([]);
  });

  test("leaves out what a denial covers, but for one with a condition: that is told when the form is sent", () => {
    const denials = [{ name: "no-ledger", why: "The ledger is closed", namespaces: ["ledger"], profiles: ["restart"] }];
    const conditional = [{ name: "no-ledger", why: "Closed", namespaces: ["ledger"], when: "true" }];

    expect(offered({ denials })).toEqual([
      ["acme-payments", "logs", ["ledger", "payments"]],
      ["acme-payments", "restart", ["payments"]],
      ["acme-web", "logs", ["web"]],
    ]);
    expect(offered({ denials: conditional })).toEqual(offered());
  });
});

describe("of several clusters and profiles", () => {
  const both = ["logs", "restart"];

  test("each is offered with what is open in its own cluster, and what denials say of that one", () => {
    const rules = [
      { ...WEB_RULE, namespaces: ["*"] },
      { ...WEB_RULE, name: "dev", cluster: "dev", namespaces: ["*"] },
    ];
    const denials = [{ name: "no-web", why: "Closed", cluster: "dev", namespaces: ["web"] }];
    const known = { dev: { ...SAMPLE_FACTS, cluster: "dev", namespaces: ["web", "api"] }, prod: SAMPLE_FACTS };
    const factsOf = (cluster: string) => known[cluster as "dev" | "prod"];

    expect(offered({ rules, denials }, sampleRecord("mia"), factsOf)).toEqual([
      ["acme-web", "logs", ["ledger", "payments", "web"]],
      ["dev", "logs", ["api"]],
    ]);
  });

  test("they come in the order of the rules' names, and of each rule's own list", () => {
    const rules = [
      { ...PAYMENTS_RULE, name: "a", profiles: both, namespaces: ["payments"] },
      { ...PAYMENTS_RULE, name: "b", profiles: both.toReversed(), namespaces: ["ledger"] },
    ];

    expect(offered({ rules }).map(([rule, profile]) => `${rule} ${profile}`)).toEqual([
      ...["a logs", "a restart", "b restart", "b logs"],
    ]);
  });

  test("a stricter rule takes a namespace from a laxer one for its own profiles alone", () => {
    const rules = [
      { ...PAYMENTS_RULE, name: "strict", profiles: ["logs"], namespaces: ["payments"], quorum: 2 },
      { ...PAYMENTS_RULE, name: "lax", profiles: both, namespaces: ["pay*"], when: "true", whenWords: "always" },
    ];

    for (const all of [rules, rules.toReversed()]) {
      expect(offered({ rules: all })).toEqual([
        ["lax", "restart", ["payments"]],
        ["strict", "logs", ["payments"]],
      ]);
    }
  });

  test("a denial by label covers a namespace whose labels are not known", () => {
    const denials = [{ name: "gold", why: "Gold", namespaces: [{ label: "tier", value: "gold" }] }];
    const known = { ...SAMPLE_FACTS, namespaceLabels: { payments: { tier: "gold" }, ledger: {} } };

    expect(offered({ denials }, sampleRecord("mia"), () => known)).toEqual([
      ["acme-payments", "logs", ["ledger"]],
      ["acme-payments", "restart", ["ledger"]],
    ]);
  });

  test("a profile that is not there is not offered", () => {
    const force = sampleForce();
    const { restart } = force.policy.profiles;
    const policy = { ...force.policy, profiles: restart === undefined ? {} : { restart } };

    expect(offer({ ...force, policy }, sampleRecord("mia"), facts, NOON).map(({ profile }) => profile)).toEqual([
      "restart",
    ]);
  });
});

describe("what nobody could decide is not on offer:", () => {
  const logs = { ...PAYMENTS_RULE, profiles: ["logs"] };
  const withGroup = (changes: object, rule: object = {}) => ({
    groups: { ...groups, "payments-approvers": { ...APPROVERS, ...changes } },
    rules: [{ ...logs, ...rule }],
  });

  test("an empty group means nobody, never anybody", () => {
    expect(offered(withGroup({ people: [] }))).toEqual([]);
  });

  test("the one who asks does not count", () => {
    expect(offered(withGroup({ people: ["mia"] }))).toEqual([]);
    expect(offered(withGroup({ people: ["mia", "ada"] }))).not.toEqual([]);
  });

  test("there are as many people as yeses are needed", () => {
    expect(offered(withGroup({ people: ["ada", "ben"] }, { quorum: 2 }))).not.toEqual([]);
    expect(offered(withGroup({ people: ["ada", "ben"] }, { quorum: 3 }))).toEqual([]);
  });

  test("a Slack user group is taken to have enough", () => {
    expect(offered(withGroup({ people: [], slackGroups: ["S0123"] }, { quorum: 3 }))).not.toEqual([]);
  });

  test("but what is approved by itself needs nobody: for on-call alone", () => {
    const rule = { who: ["mia", "olga"], autoApprove: true };

    expect(offered(withGroup({ people: [] }, rule), sampleRecord("olga"))).not.toEqual([]);
    expect(offered(withGroup({ people: [] }, rule), sampleRecord("mia"))).toEqual([]);
    expect(offered(withGroup({ people: [] }, rule), sampleRecord("olga", { guest: true }))).toEqual([]);
  });
});

describe("where rules meet, what may turn out to decide is on offer:", () => {
  const never: Conditions = { holds: () => false, matchesTicket: () => false };
  const strict = { ...PAYMENTS_RULE, name: "strict", profiles: ["logs"], namespaces: ["payments"], quorum: 2 };
  const lax = { ...PAYMENTS_RULE, name: "lax", profiles: ["logs"], namespaces: ["pay*"] };
  const when = { when: "true", whenWords: "always" };
  const rulesOf = (rules: object[]) =>
    offer(sampleForce({ rules }, never), sampleRecord("mia"), facts, NOON).map(({ rule }) => rule);

  test("a strict one with a condition, and the lax one behind it", () => {
    expect(rulesOf([{ ...strict, ...when }, lax])).toEqual(["lax", "strict"]);
  });

  test("no lax one behind a strict one without a condition", () => {
    expect(rulesOf([strict, { ...lax, ...when }])).toEqual(["strict"]);
  });
});

test("people of the policy alone are offered something", () => {
  expect(Object.keys(people).filter((id) => offered({}, sampleRecord(id)).length > 0)).toEqual(["mia", "max"]);
});
