import { describe, expect, test } from "vitest";
import {
  NOON,
  POLICY_INPUT,
  SAMPLE_GRANTS,
  SAMPLE_TARGET,
  samplePolicy,
  sampleRecord,
  sampleRequest,
} from "../../test/fakes/samples.ts";
import { type Grant, isLive } from "./grant.ts";
import { howMayEnd, whyNotDecide, whyNotLend } from "./judge.ts";
import type { PersonRecord } from "./person.ts";
import { refuse } from "./refusal.ts";

const [PAYMENTS_RULE, WEB_RULE] = POLICY_INPUT.rules;
const { people, groups, companies } = POLICY_INPUT;

describe("P6 · who may decide", () => {
  const decides = (by: PersonRecord) => whyNotDecide(samplePolicy(), by, sampleRequest());

  test("an approver whom the policy names", () => {
    expect(decides(sampleRecord("ada"))).toBeNull();
    expect(decides(sampleRecord("ben"))).toBeNull();
  });

  test.each<[string, PersonRecord, object]>([
    ["never the one who asked", sampleRecord("mia"), refuse("ownRequest")],
    [
      "nobody whom the policy does not name",
      sampleRecord("zoe"),
      refuse("notApprover", { detail: "payments-approvers" }),
    ],
    ["no approver of another group", sampleRecord("sam"), refuse("notApprover", { detail: "payments-approvers" })],
    ["not on-call, unless named", sampleRecord("olga"), refuse("notApprover", { detail: "payments-approvers" })],
    ["no guest, approver or not", sampleRecord("ada", { guest: true }), refuse("guestOrExternal")],
    ["nobody of another company's Slack", sampleRecord("ada", { external: true }), refuse("guestOrExternal")],
    ["nobody whose account is switched off", sampleRecord("ada", { active: false }), refuse("inactive")],
  ])("%s", (_, by, refusal) => {
    expect(decides(by)).toEqual(refusal);
  });

  test("never the one who asked, even as an approver by policy", () => {
    const request = sampleRequest({ asker: "ada" });

    expect(whyNotDecide(samplePolicy(), sampleRecord("ada"), request)).toEqual(refuse("ownRequest"));
  });

  test("nobody any more who was an approver when the card was posted", () => {
    const without = { ...groups, "payments-approvers": { ...groups["payments-approvers"], people: ["ben"] } };

    expect(whyNotDecide(samplePolicy({ groups: without }), sampleRecord("ada"), sampleRequest())).toMatchObject({
      refused: "notApprover",
    });
  });

  test("nobody at all where the group is empty or gone", () => {
    const empty = samplePolicy({ groups: { ...groups, "web-approvers": { ...groups["web-approvers"], people: [] } } });
    for (const approvers of ["web-approvers", "disbanded", "constructor", "__proto__", ""]) {
      for (const person of Object.keys(people)) {
        const request = sampleRequest({ approvers, asker: "nobody" });
        expect(whyNotDecide(empty, sampleRecord(person), request)).toMatchObject({ refused: "notApprover" });
      }
    }
  });
});

describe("P6 · whether it may still be lent", () => {
  const lend = (changes: Record<string, unknown>, asker = sampleRecord("mia"), now = NOON) =>
    whyNotLend(samplePolicy(changes), asker, sampleRequest(), SAMPLE_TARGET, now);
  const no = refuse("askerNotAllowedAnyMore");

  test("yes, as long as the policy offers it", () => {
    expect(lend({})).toBeNull();
  });

  test("yes to a guest: contractors often are", () => {
    expect(lend({}, sampleRecord("mia", { guest: true }))).toBeNull();
  });

  test.each<[string, Record<string, unknown>]>([
    ["the rule is gone", { rules: [WEB_RULE] }],
    ["the rule no longer names the namespace", { rules: [{ ...PAYMENTS_RULE, namespaces: ["ledger"] }] }],
    ["the rule no longer names the company", { rules: [{ ...PAYMENTS_RULE, who: ["ada"] }] }],
    ["the rule no longer names the profile", { rules: [{ ...PAYMENTS_RULE, profiles: ["restart"] }] }],
    ["another group decides about it", { rules: [{ ...PAYMENTS_RULE, approvers: "web-approvers" }] }],
    ["the rule allows less time", { rules: [{ ...PAYMENTS_RULE, maxDuration: "1h" }] }],
    ["the rule is for another cluster", { rules: [{ ...PAYMENTS_RULE, cluster: "dev" }] }],
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

  test("no, once the account is switched off", () => {
    expect(lend({}, sampleRecord("mia", { active: false }))).toEqual(no);
  });
});

describe("who may end a grant", () => {
  const grant: Grant = SAMPLE_GRANTS.active;
  const ends = (by: PersonRecord, policy = true) => howMayEnd(policy ? samplePolicy() : null, by, grant);

  test.each<[string, PersonRecord, string | null]>([
    ["the grantee hands it back", sampleRecord("mia"), "released"],
    ["the grantee hands it back as a guest", sampleRecord("mia", { guest: true }), "released"],
    ["who approved it revokes it", sampleRecord("ada"), "revoked"],
    ["on-call revokes it", sampleRecord("olga"), "revoked"],
    ["another approver does not", sampleRecord("ben"), null],
    ["another contractor does not", sampleRecord("max"), null],
    ["a stranger does not", sampleRecord("zoe"), null],
    ["a guest on on-call's list does not", sampleRecord("olga", { guest: true }), null],
    ["an account from elsewhere on on-call's list does not", sampleRecord("olga", { external: true }), null],
    ["a switched-off account does not", sampleRecord("olga", { active: false }), null],
  ])("%s", (_, by, how) => {
    expect(ends(by)).toBe(how);
  });

  test("P7 · with no policy to read, the grantee and who approved it still can", () => {
    expect(ends(sampleRecord("mia"), false)).toBe("released");
    expect(ends(sampleRecord("ada"), false)).toBe("revoked");
    expect(ends(sampleRecord("olga"), false)).toBeNull();
  });

  test("the answer is the same in every state of the grant", () => {
    for (const each of Object.values(SAMPLE_GRANTS).filter(isLive)) {
      expect(howMayEnd(samplePolicy(), sampleRecord("olga"), each)).toBe("revoked");
    }
  });
});
