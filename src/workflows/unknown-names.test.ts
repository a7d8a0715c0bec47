/** A policy with faults is never in force; what judges would be safe under one all the same: no name makes it throw. */
import { describe, expect, test } from "vitest";
import {
  NO_CONDITIONS,
  NOON,
  POLICY_INPUT,
  SAMPLE_FACTS,
  SAMPLE_TARGET,
  sampleAround,
  sampleRecord,
  sampleRequest,
} from "../../test/fakes/samples.ts";
import { type Cell, limitOf, sayingsOf, whyDenied } from "./deciding.ts";
import { judgeWish, whyNotLend } from "./judge.ts";
import { judgeGlass } from "./judge-glass.ts";
import { whyNotDecide } from "./judge-people.ts";
import { passLimit } from "./limits.ts";
import { isMember, isNamed, sharedCompany } from "./membership.ts";
import { channelOf } from "./place.ts";
import { companyOf, contractEnd, onCallChannel } from "./policy.ts";
import { PolicyShape } from "./policy-schema.ts";
import type { Question } from "./ports.ts";
import { canBeDecided, isEnough } from "./quorum.ts";
import { refuse } from "./refusal.ts";

const policyOf = (changes: Record<string, unknown> = {}) => PolicyShape.parse({ ...POLICY_INPUT, ...changes });
const POLICY = policyOf();
const forced = (policy: PolicyShape) => ({ policy, hash: "p1", conditions: NO_CONDITIONS });
const GONE = { ...POLICY_INPUT.people, mia: { ...POLICY_INPUT.people.mia, company: "gone" } };

const WISH = {
  ...{ cluster: "prod", namespaces: ["payments"], profile: "logs", duration: "30m", ticket: null, startsAt: null },
  reason: "Payments are down, nobody answers",
};

describe("a group that is not there", () => {
  const wanted = { asker: "mia", quorum: 1, notSameCompany: false };

  test("has no members, no channel, and nobody's yes", () => {
    expect(isMember(POLICY, "gone", sampleRecord("ada"))).toBe(false);
    expect(isMember(POLICY, "constructor", sampleRecord("ada"))).toBe(false);
    expect(channelOf(POLICY, ["gone"])).toBe("");
    expect(channelOf(POLICY, [])).toBe("");
    expect(channelOf(POLICY, ["gone", "web-approvers", "on-call"])).toBe("C0WEB");
    expect(onCallChannel(policyOf({ onCall: "gone" }))).toBeNull();
    expect(whyNotDecide(forced(POLICY), sampleRecord("ada"), sampleRequest({ approvers: ["gone"] }), NOON)).toEqual(
      refuse("notApprover", { detail: "gone" }),
    );
  });

  test.each([false, true])("decides nothing, where groups must differ: %s", (differentGroups) => {
    const alone = { ...wanted, differentGroups, approvers: ["gone"] };
    const beside = { ...alone, approvers: ["gone", "payments-approvers"] };

    expect(canBeDecided(POLICY, alone, NOON)).toBe(false);
    expect(canBeDecided(POLICY, beside, NOON)).toBe(true);
    expect(canBeDecided(POLICY, { ...beside, quorum: 3 }, NOON)).toBe(false);
    expect(isEnough(POLICY, ["gone"], alone, [sampleRecord("ada")])).toBe(false);
  });
});

describe("a company that is not there", () => {
  test("ends no contract and limits nothing", () => {
    const policy = policyOf({ people: GONE });

    expect(companyOf(policy, "mia")).toBeUndefined();
    expect(contractEnd(policy, "mia")).toBeNull();
    expect(passLimit(policy, sampleRecord("mia"), { held: [], companyPasses: 99 })).toBeNull();
  });
});

describe("a person who is not there", () => {
  test("is of no company, in no group and named by nothing", () => {
    const zoe = sampleRecord("zoe");

    expect(companyOf(POLICY, "zoe")).toBeUndefined();
    expect(sharedCompany(POLICY, "zoe", "mia")).toBeNull();
    expect(sharedCompany(POLICY, "mia", "zoe")).toBeNull();
    expect(sharedCompany(POLICY, "zoe", "yan")).toBeNull();
    expect(isNamed(POLICY, ["zoe", "acme"], zoe)).toBe(false);
    expect(passLimit(POLICY, zoe, { held: [], companyPasses: 99 })).toBeNull();
  });

  test("is asked about by a denial's condition as somebody of whom nothing is known", () => {
    const asked: Question[] = [];
    const conditions = {
      ...NO_CONDITIONS,
      holds: (_: string, question: Question) => {
        asked.push(question);
        return false;
      },
    };
    const policy = policyOf({ denials: [{ name: "never", why: "Not for people", when: "asker.guest" }] });
    const spot = { cluster: "prod", namespace: "payments", labels: null, profile: "logs" };
    const risk = { tier: "low", words: [] } as const;
    const cell: Cell = { by: sampleRecord("zoe"), facts: SAMPLE_FACTS, spot, risk, seconds: 60, now: NOON };

    expect(whyDenied({ policy, hash: "p1", conditions }, cell, sayingsOf(policy, cell.by, spot))).toBeNull();

    expect(asked).toMatchObject([
      { asker: { id: "zoe", company: "", email: "", guest: false }, target: { labels: {} }, seconds: 60 },
    ]);
  });
});

describe("a profile that is not there", () => {
  test("lasts no time, and is not lent", () => {
    const target = { ...SAMPLE_TARGET, profile: "gone" };

    expect(limitOf(POLICY, {}, "gone")).toBe(0);
    expect(whyNotLend(forced(POLICY), sampleRecord("mia"), sampleRequest(), target, sampleAround(), NOON)).toEqual(
      refuse("askerNotAllowedAnyMore"),
    );
  });

  test("is not on offer, whatever a rule says", () => {
    const policy = policyOf({ rules: [{ ...POLICY_INPUT.rules[0], profiles: ["gone"] }] });
    const wish = { ...WISH, profile: "gone" };

    expect(judgeWish(forced(policy), sampleRecord("mia"), wish, sampleAround(), NOON)).toEqual([
      refuse("notOffered", { field: "profile", detail: "gone" }),
    ]);
  });

  test("is not lent in an emergency either", () => {
    const rules = [{ cluster: "prod", namespaces: ["payments"], profiles: ["gone"] }];
    const breakGlass = { rules, maxDuration: "1h", reviewers: "web-approvers", reviewWithin: "24h" };
    const wish = { ...WISH, profile: "gone" };

    expect(judgeGlass(forced(policyOf({ breakGlass })), sampleRecord("olga"), wish, sampleAround(), NOON)).toEqual([
      refuse("notOffered", { field: "profile", detail: "gone" }),
    ]);
  });
});
