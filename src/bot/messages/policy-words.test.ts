import { expect, test } from "vitest";
import {
  NOON,
  SAMPLE_APPROVAL,
  SAMPLE_FACTS,
  SAMPLE_GRANTS,
  SAMPLE_NEEDS,
  SAMPLE_TARGET,
  sampleForce,
  sampleRecord,
  sampleRequest,
} from "../../../test/fakes/samples.ts";
import { offer } from "../../workflows/offer.ts";
import type { ApprovedRequest, Needs, PendingRequest, Request } from "../../workflows/request.ts";
import type { Allowed } from "../../workflows/wish.ts";
import { EMPTY } from "../filled-form.ts";
import { asked, lapsed } from "./asker.ts";
import { ready, startsLater } from "./asker-pass.ts";
import { card } from "./card.ts";
import type { FormFacts } from "./form-facts.ts";
import { policyFault } from "./policy-fault.ts";
import { requestForm } from "./request-form.ts";
import { oneMoreYes, summary, verdict } from "./thread.ts";

const FORCE = sampleForce();
const names = FORCE.policy;
const TWO: Needs = { ...SAMPLE_NEEDS, quorum: 2, differentGroups: true };
const less = { durationSeconds: 3600, namespaces: ["payments"], startsAt: null };
const yes = { by: "ada", at: NOON, policyHash: "p1", less };
const wide = { targets: [{ ...SAMPLE_TARGET, namespaces: ["ledger", "payments"] }] };
const pending: PendingRequest = sampleRequest({
  ...wide,
  needs: TWO,
  approvers: ["payments-approvers", "web-approvers"],
});
const partly: PendingRequest = { ...pending, yeses: [yes] };
const { yes: _yes, dropped: _dropped, type: _type, ...approval } = SAMPLE_APPROVAL;
const approved: ApprovedRequest = { ...partly, ...approval, needs: TWO, lent: less, state: "approved" };

const cardOf = (request: Request, grants: Parameters<typeof card>[0]["grants"] = []) =>
  card({ names, request, grants, former: null, asker: null, record: null, now: NOON }).text;

test("a card says how many yeses are needed, whose came and to what, and what that leaves", () => {
  expect(cardOf(pending)).toContain(
    "○ Pending. Two yeses needed, of different groups, from payments approvers or web approvers. Lapses",
  );
  expect(cardOf(partly)).toContain(
    "○ Pending: 1 of 2 yeses of different groups. Ada Approver said yes to 1 h in payments. " +
      "With that it would lend 1 h in payments. One more yes needed, from payments approvers or web approvers.",
  );
  expect(cardOf({ ...partly, needs: { ...TWO, quorum: 4 } })).toContain("Three more yeses needed");
  expect(cardOf({ ...partly, yeses: [{ ...yes, less: null }] })).toContain(
    "Ada Approver said yes. One more yes needed",
  );
});

test("a card says why it is risky, in the policy's words, and that before what it can do", () => {
  const why = ["Runs commands inside containers.", "payments is production"];
  const high = card({
    ...{ names, request: { ...pending, needs: { ...TWO, tier: "high", why } }, grants: [], former: null },
    ...{ asker: null, record: null, now: NOON },
  });

  expect(high.text).toContain("Risk: high: Runs commands inside containers · payments is production.");
  const drawn = JSON.stringify(high.blocks);
  expect(drawn.indexOf("Runs commands inside")).toBeLessThan(drawn.indexOf("Can: read pods"));
});

test("a lapsed request says how many said yes", () => {
  const over = { ...partly, state: "lapsed", at: NOON + 3_600_000 } as const;

  expect(cardOf(over)).toContain(
    "Lapsed <!date^1780318800^{time}|13:00 UTC>: one yes came in time, and more were needed.",
  );
  expect(lapsed(names, over).text).toContain("Lapsed: one of two said yes within 1 h.");
  expect(lapsed(names, { ...over, yeses: [] }).text).toContain("Lapsed: nobody answered within 1 h.");
});

test("who asked reads how far it is and not who said yes, and in the end what was left of it", () => {
  const words = asked({ names, request: partly, grants: [], now: NOON }).text;
  const pass = { names, grant: SAMPLE_GRANTS.active, request: approved, now: NOON };

  expect(words).toContain("Pending with payments approvers or web approvers: one of two said yes.");
  expect(words).not.toContain("Ada");
  expect(ready(pass).text).toContain("Approvers chose a narrower scope than you asked for: 1 h in payments.");
  expect(
    ready({
      ...pass,
      request: { ...approved, lent: { ...less, durationSeconds: 7200, namespaces: ["ledger", "payments"] } },
    }).text,
  ).not.toContain("narrower");
});

test("the thread says each yes, who is still missing, and in the end all of them", () => {
  expect(oneMoreYes(names, partly, "ada", NOON)?.text).toBe(
    "Ada Approver said yes to 1 h in payments. One more needed.",
  );
  expect(oneMoreYes(names, pending, "ada", NOON)).toBeNull();
  const both = { ...approved, decision: { ...approved.decision, people: ["ada", "sam"] } };
  expect(verdict(names, both, NOON).text).toBe(
    "Ada Approver and Sam Sponsor approved this for Mia Contractor, for less than was asked for: 1 h in payments.",
  );
});

test("a pass that waits says when it starts, and its button is there until then", () => {
  const grant = { ...SAMPLE_GRANTS.making, startsAt: NOON + 3_600_000 };
  const at = (now: number) => startsLater({ names, grant, request: approved, now });

  expect(cardOf(approved, [grant])).toMatch(/○ Approved by Ada Approver\. Starts .*13:00 UTC>, ends .*14:00 UTC>\./);
  expect(at(NOON).text).toMatch(
    /^○ Approved: .* Starts .*13:00 UTC>, ends .*14:00 UTC>\. A message says when it works\./,
  );
  expect(JSON.stringify(at(NOON).blocks)).toContain("I don't need it");
  expect(JSON.stringify(at(NOON + 3_600_000).blocks)).not.toContain("action_id");
});

test.each([
  ["policy", [], "approved by policy: nobody was asked"],
  ["breakGlass", ["olga"], "who broke the glass: nobody was asked"],
  ["approval", ["ada", "sam"], "approved by Ada Approver and Sam Sponsor"],
] as const)("a summary says by whose leave it was, and the ticket: %s", (kind, people, words) => {
  const grant = { ...SAMPLE_GRANTS.ended, decidedBy: { kind, people } };
  const request = { ...approved, ticket: "INC-4881" };

  const { text } = summary({ names, request, grant, asker: null, now: NOON });

  expect(text).toContain(words);
  expect(text).toContain("Summary · Read logs in payments on prod · INC-4881.");
});

const form = (changes: Partial<FormFacts>) => {
  const facts: FormFacts = {
    ...{ names, glass: [], preview: null, former: null, contractEnd: null, now: NOON },
    offer: offer(FORCE, sampleRecord("mia"), () => SAMPLE_FACTS, NOON),
    filled: { ...EMPTY, profile: "logs", namespaces: ["payments"], duration: "3600" },
    ...changes,
  };
  return JSON.stringify(requestForm(facts).blocks);
};

const allowed: Allowed = {
  ...{ target: SAMPLE_TARGET, durationSeconds: 3600, reason: "", ticket: null, startsAt: null, needs: TWO },
  ...{ approvers: ["web-approvers"], channel: "C0WEB", auto: false },
};

test("the form says who decides, how many yeses and the cap, as far as that is known", () => {
  expect(form({ filled: EMPTY })).toContain(
    "Goes to payments approvers or web approvers. One yes needed. At most 4 h.",
  );
  expect(form({ preview: { ...allowed, needs: { ...TWO, maxSeconds: 1800 } } })).toContain(
    "Goes to web approvers. Two yeses needed, of different groups. At most 30 min.",
  );
  expect(form({ preview: { ...allowed, auto: true } })).toContain("Needs nobody: you are on call, its risk is low");
});

test("what no other choice mends is said before anybody writes a reason", () => {
  const words = form({ preview: [{ refused: "tooManyPasses", detail: "10" }] });

  expect(words).toContain("As it stands, not possible. ");
  expect(words).toContain("You hold as many passes as you may (10)");
  expect(form({ preview: [{ refused: "durationTooLong", detail: "30 min" }] })).toContain("At most 30 min.");
});

test("a cluster of which nothing is known is said to be so, and nothing of it can be chosen", () => {
  const words = form({ offer: offer(FORCE, sampleRecord("mia"), () => null, NOON) });

  expect(words).toContain(" has not said lately which namespaces are open, or none is.");
  expect(words).not.toContain("multi_static_select");
});

test.each([
  [
    ["policy.yaml:14:3: no", "policy.yaml:31:1: no"],
    "The policy in policy.yaml has 2 faults (line 14, line 31). I go on",
  ],
  [["a.yaml:1:1: no", "b.yaml:2:1: no"], "The policy has 2 faults. I go on with the last good one"],
  [["policy.yaml:14:3: no"], "The policy in policy.yaml has a fault (line 14). I go on"],
  [
    ["policy.yaml:1:1: no", "policy.yaml:2:1: no", "policy.yaml:3:1: and 2980 more faults"],
    "The policy in policy.yaml has 2982 faults (line 1, line 2). I go on",
  ],
  [["policy.yaml:1:1: no", "policy.yaml:2:1: and 7 more faults"], "policy.yaml:1:1: no and 7 more"],
  [["it cannot be read"], "The policy has a fault. I go on with the last good one"],
  [[], "The policy can be read again, and what it says now counts."],
])("approvers read what is wrong with the policy: %j", (faults, words) => {
  expect(policyFault(faults).text).toContain(words);
});
