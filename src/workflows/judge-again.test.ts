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
import { type Lendable, whyNotLend } from "./judge.ts";
import type { Conditions, PolicyInForce } from "./ports.ts";
import { refuse } from "./refusal.ts";
import type { Around } from "./wish.ts";

const [PAYMENTS_RULE, WEB_RULE] = POLICY_INPUT.rules;
const { people, companies, groups } = POLICY_INPUT;
const no = refuse("askerNotAllowedAnyMore");
const MIA = sampleRecord("mia");

interface Lending {
  readonly asker?: typeof MIA;
  readonly request?: Partial<Lendable>;
  readonly around?: Partial<Around>;
  readonly now?: number;
}

function judge(force: PolicyInForce, { asker = MIA, request = {}, around = {}, now = NOON }: Lending = {}) {
  return whyNotLend(force, asker, { ...sampleRequest(), ...request }, SAMPLE_TARGET, sampleAround(around), now);
}

function lend(changes: Record<string, unknown>, lending: Lending = {}) {
  return judge(sampleForce(changes), lending);
}

describe("P6 · whether it may still be lent", () => {
  test("yes, as long as the policy offers it, with what it needs now", () => {
    expect(lend({})).toEqual(SAMPLE_NEEDS);
    expect(lend({ rules: [{ ...PAYMENTS_RULE, quorum: 2 }] })).toEqual({ ...SAMPLE_NEEDS, quorum: 2 });
  });

  test("not for rules that are other ones than those asked for; once it is decided, that is for the cluster to say", () => {
    const roles = { "daypass-profile-logs": { hash: "sha256:more", risk: { tier: "low", words: [] } } } as const;
    const around = { factsOf: () => ({ ...SAMPLE_FACTS, roles }) };

    expect(lend({}, { around })).toEqual(refuse("roleChanged", { detail: "logs" }));
    expect(lend({}, { around, request: { decision: { at: NOON } } })).toEqual(SAMPLE_NEEDS);
  });

  test("yes to a guest: contractors often are", () => {
    expect(lend({}, { asker: sampleRecord("mia", { guest: true, external: true }) })).toEqual(SAMPLE_NEEDS);
  });

  test.each<[string, Record<string, unknown>]>([
    ["the rule is gone", { rules: [WEB_RULE] }],
    ["the rule no longer names the namespace", { rules: [{ ...PAYMENTS_RULE, namespaces: ["ledger"] }] }],
    ["the rule no longer names the company", { rules: [{ ...PAYMENTS_RULE, who: ["ada"] }] }],
    ["the rule no longer names the profile", { rules: [{ ...PAYMENTS_RULE, profiles: ["restart"] }] }],
    ["another group decides about it", { rules: [{ ...PAYMENTS_RULE, approvers: "web-approvers" }] }],
    [
      "one more group decides about it",
      { rules: [{ ...PAYMENTS_RULE, approvers: ["payments-approvers", "web-approvers"] }] },
    ],
    ["the rule allows less time", { rules: [{ ...PAYMENTS_RULE, maxDuration: "1h59m59s" }] }],
    ["the tier allows less time", { risk: { tiers: { low: { maxDuration: "1h59m59s" } } } }],
    ["the rule is for another cluster", { rules: [{ ...PAYMENTS_RULE, cluster: "dev" }] }],
    ["nobody is left who could decide", { groups: { ...groups, "payments-approvers": emptied() } }],
    ["the company's contract is over", { companies: { acme: { ...companies.acme, contractEnd: "2026-05-31" } } }],
    ["the person has left the company", { people: { ...people, mia: { ...people.mia, company: undefined } } }],
    [
      "the profile stands for another role now",
      {
        profiles: {
          ...POLICY_INPUT.profiles,
          logs: { ...POLICY_INPUT.profiles.logs, role: "daypass-profile-everything" },
        },
      },
    ],
  ])("no, once %s", (_, changes) => {
    expect(lend(changes)).toEqual(no);
  });

  test("no, once the profile is gone", () => {
    const { restart } = POLICY_INPUT.profiles;

    expect(lend({ profiles: { restart }, rules: [{ ...PAYMENTS_RULE, profiles: ["restart"] }] })).toEqual(no);
  });

  test("yes, exactly as long as the rule allows", () => {
    expect(lend({ rules: [{ ...PAYMENTS_RULE, maxDuration: "2h" }] })).toEqual({ ...SAMPLE_NEEDS, maxSeconds: 7200 });
  });

  test("no, once the account is switched off", () => {
    expect(lend({}, { asker: sampleRecord("mia", { active: false }) })).toEqual(no);
  });

  test("no, to somebody else than who asked", () => {
    expect(lend({}, { asker: sampleRecord("max") })).toEqual(no);
  });

  test("no, once the guest's account has expired", () => {
    const expiring = (at: number, request: Partial<Lendable> = {}) =>
      lend({}, { asker: sampleRecord("mia", { expiresAt: at }), request });

    expect(expiring(NOON, { decision: { at: NOON - 60_000 } })).toEqual(no);
    expect(expiring(NOON + 1, { decision: { at: NOON - 60_000 } })).toEqual(SAMPLE_NEEDS);
  });

  test("no, where less than ten seconds would be left of it", () => {
    const expiring = (at: number) => lend({}, { asker: sampleRecord("mia", { expiresAt: at }) });

    expect(expiring(NOON + 10_000)).toEqual(SAMPLE_NEEDS);
    expect(expiring(NOON + 9_999)).toEqual(no);
  });

  test("no, where it would begin less than ten seconds before the end of the contract", () => {
    const over = Date.UTC(2027, 0, 1);

    expect(lend({}, { request: { startsAt: over - 10_000 } })).toEqual(SAMPLE_NEEDS);
    expect(lend({}, { request: { startsAt: over - 9_999 } })).toEqual(no);
  });

  test("no, where its end is past what the contract is now", () => {
    const over = Date.UTC(2027, 0, 1);

    expect(lend({}, { request: { end: over } })).toEqual(SAMPLE_NEEDS);
    expect(lend({}, { request: { end: over + 1 } })).toEqual(no);
    expect(
      lend({}, { asker: sampleRecord("mia", { expiresAt: NOON + 10_000 }), request: { end: NOON + 10_001 } }),
    ).toEqual(no);
  });

  test("no, once the namespace is closed", () => {
    const factsOf = () => ({ ...SAMPLE_FACTS, namespaces: ["ledger"] });

    expect(lend({}, { around: { factsOf } })).toEqual(no);
  });

  test("cannot be told while nothing is known of the cluster", () => {
    expect(lend({}, { around: { factsOf: () => null } })).toEqual(refuse("clusterUnknown", { detail: "prod" }));
  });

  test("P12 · cannot be told while one of its namespaces is unread, and can while only others are", () => {
    const target = { ...SAMPLE_TARGET, namespaces: ["payments", "ledger"] };
    const whyNot = (unread: readonly string[]) => {
      const around = sampleAround({ factsOf: () => ({ ...SAMPLE_FACTS, namespaces: ["payments"], unread }) });
      return whyNotLend(sampleForce({}), MIA, sampleRequest(), target, around, NOON);
    };

    expect(whyNot(["ledger"])).toEqual(refuse("namespaceUnread", { detail: "ledger on prod" }));
    expect(whyNot(["ledger", "payments", "web"])).toEqual(
      refuse("namespaceUnread", { detail: "payments, ledger on prod" }),
    );
    expect(whyNot(["web"])).toEqual(no);
    expect(lend({}, { around: { factsOf: () => ({ ...SAMPLE_FACTS, unread: ["web"] }) } })).toEqual(SAMPLE_NEEDS);
  });

  test("no, once a denial covers it, and says which", () => {
    const denials = [{ name: "frozen", why: "Frozen until Monday", cluster: "prod" }];

    expect(lend({ denials })).toEqual(
      refuse("denied", { field: "namespaces", detail: "Frozen until Monday", rule: "frozen" }),
    );
  });

  test("no, once the rule's condition no longer holds, and says which", () => {
    const rules = [{ ...PAYMENTS_RULE, when: "true", whenWords: "in office hours" }];
    const never: Conditions = { holds: () => false, matchesTicket: () => false };

    expect(judge(sampleForce({ rules }, never))).toEqual(
      refuse("conditionNotMet", { field: "namespaces", detail: "in office hours", rule: "acme-payments" }),
    );
  });

  test("no, where a ticket is needed by now", () => {
    const rules = [{ ...PAYMENTS_RULE, ticket: true }];

    expect(lend({ rules })).toEqual(refuse("ticketNeeded", { field: "ticket" }));
    expect(lend({ rules }, { request: { ticket: "OPS-1" } })).toEqual(SAMPLE_NEEDS);
  });

  test("no, where the person holds what must be apart, or too much, by now", () => {
    const separation = [
      { name: "apart", why: "Not both", first: { profiles: ["logs"] }, second: { profiles: ["restart"] } },
    ];
    const held = [{ ...SAMPLE_GRANTS.active, profile: "restart" }];

    expect(lend({ separation }, { around: { held } })).toEqual(
      refuse("separated", { field: "profile", detail: "Not both", rule: "apart" }),
    );
    expect(lend({ limits: { passesPerPerson: 1 } }, { around: { held } })).toEqual(
      refuse("tooManyPasses", { detail: "1" }),
    );
    expect(lend({}, { around: { held } })).toEqual(SAMPLE_NEEDS);
  });

  test("no more for what is held, once the last yes was given", () => {
    const held = [{ ...SAMPLE_GRANTS.active, profile: "restart" }];
    const decided = { decision: { at: NOON } };

    expect(lend({ limits: { passesPerPerson: 1 } }, { around: { held }, request: decided })).toEqual(SAMPLE_NEEDS);
  });

  test("yes, however many requests wait: this one no longer will", () => {
    const open = Array.from({ length: 9 }, () => sampleRequest());

    expect(lend({}, { around: { open } })).toEqual(SAMPLE_NEEDS);
  });

  test("by the policy's own leave only while it still is", () => {
    const auto = { rules: [{ ...PAYMENTS_RULE, who: ["acme", "olga"], autoApprove: true }] };
    const asker = sampleRecord("olga");
    const request = { asker: "olga", leave: "policy" } as const;

    expect(lend(auto, { asker, request })).toEqual(SAMPLE_NEEDS);
    expect(lend(auto, { request: { leave: "policy" } })).toEqual(no);
    expect(lend({ ...auto, onCall: "web-approvers" }, { asker, request })).toEqual(no);
  });

  test("the hours count at its beginning: the start, or else the decision", () => {
    const hours = { days: ["mon"], from: "08:00", to: "13:00", zone: "UTC" };
    const risk = { hours, raise: [{ words: "Outside of office hours", outsideHours: true }] };
    const tierOf = (lending: Lending) => lend({ risk }, lending);
    const one = NOON + 3_600_000;

    expect(tierOf({ now: one - 1 })).toMatchObject({ tier: "low", why: [] });
    expect(tierOf({ now: one })).toMatchObject({ tier: "medium", why: ["Outside of office hours"] });
    expect(tierOf({ now: one, request: { decision: { at: one - 1 } } })).toMatchObject({ tier: "low" });
    expect(tierOf({ request: { startsAt: one } })).toMatchObject({ tier: "medium" });
    expect(tierOf({ request: { startsAt: one - 1, decision: { at: NOON } } })).toMatchObject({ tier: "low" });
  });
});

function emptied() {
  return { ...groups["payments-approvers"], people: ["mia"] };
}
