import { describe, expect, test } from "vitest";
import { judgeSample as judge } from "../../test/fakes/sample-wish.ts";
import { POLICY_INPUT, SAMPLE_GRANTS, sampleForce, sampleRequest } from "../../test/fakes/samples.ts";
import type { Conditions } from "./ports.ts";
import { refuse } from "./refusal.ts";

const [PAYMENTS_RULE, WEB_RULE] = POLICY_INPUT.rules;
const { companies } = POLICY_INPUT;

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

  test("what forbids several namespaces alike is told once", () => {
    expect(judge({ namespaces: ["ledger", "payments"] }, { force: withDenial(true) })).toHaveLength(1);
    expect(judge({ namespaces: ["ledger", "payments"] }, { force: withRule(false) })).toHaveLength(1);
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
      { ...PAYMENTS_RULE, ticket: true },
      { ...web, approvers: ["payments-approvers"], quorum: 2, notSameCompany: true },
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

  test("need yeses of different groups where one of their rules does", () => {
    const approvers = ["on-call", "payments-approvers"];
    const rules = [
      { ...PAYMENTS_RULE, approvers, differentGroups: true },
      { ...web, approvers: approvers.toReversed() },
    ];

    expect(judge(both, { force: sampleForce({ rules }) })).toMatchObject({
      needs: { differentGroups: true },
      approvers,
    });
  });

  test("may not be asked for together where one of them has a group more", () => {
    const more = { ...web, approvers: ["payments-approvers", "on-call"] };

    expect(judge(both, { force: sampleForce({ rules: [PAYMENTS_RULE, more] }) })).toMatchObject([
      { refused: "differentApprovers" },
    ]);
    expect(judge(both, { force: sampleForce({ rules: [more, { ...PAYMENTS_RULE, name: "zz" }] }) })).toMatchObject([
      { refused: "differentApprovers" },
    ]);
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
