import { describe, expect, test } from "vitest";
import {
  NOON,
  POLICY_INPUT,
  SAMPLE_FACTS,
  SAMPLE_GRANTS,
  SAMPLE_NEEDS,
  SAMPLE_TARGET,
  sampleAround,
  sampleForce,
  sampleRecord,
  sampleRequest,
} from "../../test/fakes/samples.ts";
import { judgeWish } from "./judge.ts";
import type { ClusterFacts, Conditions, PolicyInForce } from "./ports.ts";
import { refuse } from "./refusal.ts";
import type { Around, Wish } from "./wish.ts";

const [PAYMENTS_RULE, WEB_RULE] = POLICY_INPUT.rules;
const { companies } = POLICY_INPUT;
const HOUR = 3_600_000;
const WISH: Wish = {
  ...{ cluster: "prod", namespaces: ["payments"], profile: "logs", duration: "2h", ticket: null, startsAt: null },
  reason: "Restart loop in api since the deploy",
};

interface Judged {
  readonly force?: PolicyInForce;
  readonly person?: string;
  readonly facts?: ClusterFacts | null;
  readonly around?: Partial<Around>;
  readonly now?: number;
}

function judge(wish: Partial<Wish>, { force = sampleForce(), person = "mia", ...more }: Judged = {}) {
  const { facts = SAMPLE_FACTS, around = {}, now = NOON } = more;
  const surroundings = sampleAround({ factsOf: () => facts, ...around });
  return judgeWish(force, sampleRecord(person), { ...WISH, ...wish }, surroundings, now);
}

describe("a wish", () => {
  test("that the policy allows names the target, the role's hash, what it needs, who decides and where", () => {
    expect(judge({})).toEqual({
      ...{ target: SAMPLE_TARGET, durationSeconds: 7200, reason: WISH.reason, ticket: null, startsAt: null },
      ...{ needs: SAMPLE_NEEDS, approvers: ["payments-approvers"], channel: "C0PAYMENTS", auto: false },
    });
  });

  test("for several namespaces names each once, in one order", () => {
    expect(judge({ namespaces: ["payments", "ledger", "payments"] })).toMatchObject({
      target: { namespaces: ["ledger", "payments"] },
    });
  });

  test("keeps its ticket and its start", () => {
    expect(judge({ ticket: " INC-4881 ", startsAt: NOON + HOUR })).toMatchObject({
      ticket: "INC-4881",
      startsAt: NOON + HOUR,
    });
  });

  test.each<[string, Partial<Wish>, object[]]>([
    ["of a cluster nobody offers", { cluster: "dev" }, [{ refused: "notOffered", field: "cluster", detail: "dev" }]],
    [
      "of a profile nobody offers",
      { profile: "admin" },
      [{ refused: "notOffered", field: "profile", detail: "admin" }],
    ],
    [
      "of a profile called like what every object has",
      { profile: "constructor" },
      [{ refused: "notOffered", field: "profile", detail: "constructor" }],
    ],
    [
      "of a namespace nobody offers",
      { namespaces: ["kube-system"] },
      [{ refused: "notOffered", field: "namespaces", detail: "kube-system" }],
    ],
    [
      "of a namespace offered for another profile only",
      { profile: "restart", namespaces: ["web"], duration: "30m" },
      [{ refused: "notOffered", field: "namespaces", detail: "web" }],
    ],
    ["of no namespace", { namespaces: [] }, [{ refused: "notOffered", field: "namespaces", detail: "" }]],
    [
      "of namespaces with different approvers",
      { namespaces: ["payments", "web"], duration: "10m" },
      [{ refused: "differentApprovers", field: "namespaces", detail: "payments, web" }],
    ],
    [
      "for a time that cannot be read",
      { duration: "a while" },
      [{ refused: "durationUnreadable", field: "duration", detail: "a while" }],
    ],
    ["for no time", { duration: "0m" }, [{ refused: "durationTooShort", field: "duration", detail: "10 s" }]],
    [
      "for longer than the profile allows",
      { duration: "4h1s" },
      [{ refused: "durationTooLong", field: "duration", detail: "4 h" }],
    ],
    [
      "for longer than the rule allows",
      { namespaces: ["web"], duration: "31m" },
      [{ refused: "durationTooLong", field: "duration", detail: "30 min" }],
    ],
    ["without reason", { reason: "" }, [{ refused: "reasonTooShort", field: "reason", detail: "10" }]],
    ["that begins in the past", { startsAt: NOON - 1 }, [{ refused: "startTooSoon", field: "start" }]],
    [
      "with several mistakes is told all of them, each at its field",
      { namespaces: ["kube-system", "web", "nowhere"], duration: "9h", reason: "fix", ticket: "x".repeat(101) },
      [
        { refused: "notOffered", field: "namespaces", detail: "kube-system" },
        { refused: "notOffered", field: "namespaces", detail: "nowhere" },
        { refused: "durationTooLong", field: "duration", detail: "4 h" },
        { refused: "reasonTooShort", field: "reason", detail: "10" },
        { refused: "ticketShape", field: "ticket" },
      ],
    ],
  ])("%s", (_, changes, refusals) => {
    expect(judge(changes)).toEqual(refusals);
  });

  test("exactly at a limit is allowed", () => {
    expect(judge({ duration: "4h", reason: "x".repeat(500) })).toMatchObject({ durationSeconds: 4 * 3600 });
    expect(judge({ namespaces: ["web"], duration: "30m" })).toMatchObject({ durationSeconds: 1800 });
    expect(judge({ duration: "10s", reason: "x".repeat(10) })).toMatchObject({ durationSeconds: 10 });
  });

  test("of somebody on whom no rule bears is refused as a whole, without a list of what there is", () => {
    expect(judge({}, { person: "zoe" })).toEqual([refuse("nothingOnOffer")]);
    expect(judge({}, { person: "ada" })).toEqual([refuse("nothingOnOffer")]);
    expect(judge({}, { person: "acme" })).toEqual([refuse("nothingOnOffer")]);
  });

  test("of a switched-off account is refused", () => {
    const by = sampleRecord("mia", { active: false });

    expect(judgeWish(sampleForce(), by, WISH, sampleAround(), NOON)).toEqual([refuse("inactive")]);
  });

  test("that the contract cuts short is allowed: its end is what the contract decides", () => {
    const over = Date.UTC(2026, 5, 2);
    const max = (now: number, duration = "2h", startsAt: number | null = null) =>
      judge({ duration, startsAt }, { person: "max", now });

    expect(max(over - HOUR)).toMatchObject({ durationSeconds: 7200 });
    expect(max(over - 10_000, "10s")).toMatchObject({ durationSeconds: 10 });
    expect(max(over - 9_999, "10s")).toEqual([refuse("nothingLeft")]);
    expect(max(over, "1h")).toEqual([refuse("nothingOnOffer")]);
    expect(max(over - HOUR, "2h", over)).toMatchObject([{ refused: "startTooLate", field: "start" }]);
  });

  test("of a cluster of which nothing is known yet cannot be recorded", () => {
    const refusal = [{ refused: "clusterUnknown", field: "cluster", detail: "prod" }];

    expect(judge({}, { facts: null })).toEqual(refusal);
    expect(judge({}, { facts: { ...SAMPLE_FACTS, roles: {} } })).toEqual(refusal);
  });

  test("of a namespace that the cluster does not have, or has not opened, names it", () => {
    expect(judge({}, { facts: { ...SAMPLE_FACTS, namespaces: ["ledger"] } })).toEqual([
      { refused: "unknownNamespace", field: "namespaces", detail: "payments" },
    ]);
  });

  test("is approved by itself for on-call where the rule says so and the tier is low", () => {
    const rules = [{ ...PAYMENTS_RULE, who: ["acme", "olga"], autoApprove: true }];
    const high = { raise: [{ words: "It is prod", clusterLabel: { label: "env", value: "prod" } }] };
    const facts = { ...SAMPLE_FACTS, labels: { env: "prod" } };
    const force = sampleForce({ rules });

    expect(judge({}, { force, person: "olga" })).toMatchObject({ auto: true });
    expect(judge({}, { force, person: "mia" })).toMatchObject({ auto: false });
    expect(judge({}, { force: sampleForce({ rules, risk: high }), person: "olga", facts })).toMatchObject({
      auto: false,
    });
    for (const changes of [{ guest: true }, { external: true }]) {
      const by = sampleRecord("olga", changes);
      expect(judgeWish(force, by, WISH, sampleAround(), NOON)).toMatchObject({ auto: false });
    }
  });
});

describe("a wish is refused for what is around it:", () => {
  const held = (id: string) => ({ ...SAMPLE_GRANTS.active, id });

  test("as many passes as one person may hold", () => {
    const force = sampleForce({ limits: { passesPerPerson: 2 } });

    expect(judge({}, { force, around: { held: [held("a")] } })).toMatchObject({ auto: false });
    expect(judge({}, { force, around: { held: [held("a"), held("b")] } })).toEqual([
      refuse("tooManyPasses", { detail: "2" }),
    ]);
  });

  test("as many as their company may", () => {
    const force = sampleForce({ companies: { acme: { ...companies.acme, maxPasses: 3 } } });

    expect(judge({}, { force, around: { companyPasses: 2 } })).toMatchObject({ auto: false });
    expect(judge({}, { force, around: { companyPasses: 3 } })).toEqual([refuse("companyFull", { detail: "3" })]);
  });

  test("as many requests as may wait", () => {
    const open = [sampleRequest(), sampleRequest(), sampleRequest(), sampleRequest()];

    expect(judge({}, { around: { open } })).toMatchObject({ auto: false });
    expect(judge({}, { around: { open: [...open, sampleRequest()] } })).toEqual([
      refuse("tooManyOpen", { detail: "5" }),
    ]);
  });

  test("a pass that must not be held beside it", () => {
    const separation = [
      { name: "apart", why: "Not both", first: { profiles: ["logs"] }, second: { profiles: ["restart"] } },
    ];
    const restart = { ...SAMPLE_GRANTS.active, profile: "restart" };

    expect(judge({}, { force: sampleForce({ separation }), around: { held: [restart] } })).toEqual([
      refuse("separated", { field: "profile", detail: "Not both", rule: "apart" }),
    ]);
  });

  test("a reason given ten times before", () => {
    expect(judge({}, { around: { said: 9 } })).toMatchObject({ auto: false });
    expect(judge({}, { around: { said: 10 } })).toEqual([refuse("reasonRepeated", { field: "reason", detail: "10" })]);
  });
});

describe("where conditions stand", () => {
  const when = { when: "the condition", whenWords: "in office hours" };
  const answering = (holds: boolean | null): Conditions => ({ holds: () => holds, matchesTicket: () => false });
  const withRule = (holds: boolean | null) => sampleForce({ rules: [{ ...PAYMENTS_RULE, ...when }] }, answering(holds));
  const denials = [{ name: "not-now", why: "Frozen until Monday", when: "the freeze" }];
  const withDenial = (holds: boolean | null) => sampleForce({ denials }, answering(holds));

  test("a rule's holds only where it says yes", () => {
    const refusal = refuse("conditionNotMet", {
      ...{ field: "namespaces", detail: "in office hours", rule: "acme-payments" },
    });

    expect(judge({}, { force: withRule(true) })).toMatchObject({ needs: { rules: ["acme-payments"] } });
    expect(judge({}, { force: withRule(false) })).toEqual([refusal]);
    expect(judge({}, { force: withRule(null) })).toEqual([refusal]);
  });

  test("a denial's holds unless it says no", () => {
    const refusal = refuse("denied", { field: "namespaces", detail: "Frozen until Monday", rule: "not-now" });

    expect(judge({}, { force: withDenial(false) })).toMatchObject({ auto: false });
    expect(judge({}, { force: withDenial(true) })).toEqual([refusal]);
    expect(judge({}, { force: withDenial(null) })).toEqual([refusal]);
  });

  test("while the time cannot be read, that alone is told", () => {
    const unreadable = [{ refused: "durationUnreadable", field: "duration", detail: "soon" }];

    expect(judge({ duration: "soon" }, { force: withRule(null) })).toEqual(unreadable);
    expect(judge({ duration: "soon" }, { force: withDenial(null) })).toEqual(unreadable);
    expect(judge({ duration: "9s" }, { force: withRule(null) })).toMatchObject([{ refused: "durationTooShort" }]);
    expect(judge({ duration: "10s" }, { force: withRule(null) })).toMatchObject([{ refused: "conditionNotMet" }]);
  });
});

describe("a ticket", () => {
  const matches: Conditions = { holds: () => null, matchesTicket: (ticket) => /^INC-\d+$/.test(ticket) };
  const tickets = { pattern: "INC-[0-9]+", example: "INC-4881" };
  const needed = refuse("ticketNeeded", { field: "ticket", detail: "INC-4881" });

  test("is needed where the rule says so", () => {
    const force = sampleForce({ rules: [{ ...PAYMENTS_RULE, ticket: true }], tickets }, matches);

    expect(judge({}, { force })).toEqual([needed]);
    expect(judge({ ticket: "INC-1" }, { force })).toMatchObject({ ticket: "INC-1" });
  });

  test("is needed where the tier says so", () => {
    const force = sampleForce({ tickets, risk: { tiers: { low: { ticket: true } } } }, matches);

    expect(judge({}, { force })).toEqual([needed]);
  });
});

describe("several namespaces together", () => {
  const web = { ...WEB_RULE, approvers: "payments-approvers" };
  const both = { namespaces: ["payments", "web"], duration: "30m" };

  test("are bound by the stricter of their rules, setting by setting", () => {
    const rules = [
      { ...PAYMENTS_RULE, quorum: 2, ticket: true },
      { ...web, approvers: ["payments-approvers"], notSameCompany: true },
    ];

    expect(judge({ ...both, ticket: "OPS-1" }, { force: sampleForce({ rules }) })).toMatchObject({
      target: { namespaces: ["payments", "web"] },
      needs: {
        ...{ quorum: 2, notSameCompany: true, differentGroups: false, maxSeconds: 1800 },
        rules: ["acme-payments", "acme-web"],
      },
      approvers: ["payments-approvers"],
    });
    expect(judge({ ...both, duration: "31m", ticket: "OPS-1" }, { force: sampleForce({ rules }) })).toEqual([
      { refused: "durationTooLong", field: "duration", detail: "30 min" },
    ]);
    expect(judge(both, { force: sampleForce({ rules }) })).toEqual([refuse("ticketNeeded", { field: "ticket" })]);
  });

  test("are approved by themselves only where all of the rules say so", () => {
    const auto = { who: ["olga"], autoApprove: true };
    const of = (other: object) =>
      sampleForce({
        rules: [
          { ...PAYMENTS_RULE, ...auto },
          { ...web, ...other },
        ],
      });

    expect(judge(both, { force: of(auto), person: "olga" })).toMatchObject({ auto: true });
    expect(judge(both, { force: of({ who: ["olga"] }), person: "olga" })).toMatchObject({ auto: false });
  });
});
