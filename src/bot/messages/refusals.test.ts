import { expect, test } from "vitest";
import { NOON, SAMPLE_APPROVAL, samplePolicy, sampleRequest } from "../../../test/fakes/samples.ts";
import type { Refusal, RefusalCode } from "../../workflows/refusal.ts";
import type { ApprovedRequest } from "../../workflows/request.ts";
import { toPlain } from "../sentences.ts";
import { askingWords, decisionWords, lateWords, refusalWords } from "./refusals.ts";

const POLICY = samplePolicy({
  tickets: { pattern: "INC-[0-9]+", example: "INC-4881" },
  denials: [{ name: "frozen", why: "the ledger is frozen until Monday." }],
  separation: [{ name: "two-hands", why: "who deploys does not rotate keys", ...sides() }],
});

function sides() {
  return { first: { profiles: ["logs"] }, second: { profiles: ["restart"] } };
}

const words = (refused: RefusalCode, more: Omit<Refusal, "refused"> = {}) =>
  toPlain([refusalWords(POLICY, { refused, ...more })]);

test.each([
  [
    "denied",
    { rule: "frozen" },
    "The policy forbids this: the ledger is frozen until Monday. So nothing was recorded.",
  ],
  ["groupUnread", { detail: "S0F" }, "Slack user group (S0F), and Slack has not shown us who is in it."],
  ["separated", { rule: "two-hands" }, "may not hold beside this: who deploys does not rotate keys. So nothing"],
  [
    "separatedWhileEnding",
    { rule: "two-hands" },
    "A pass of yours is ending, and its cluster has not proven yet that it is over. One person may not hold it beside this: who deploys",
  ],
  [
    "separatedTogether",
    { rule: "two-hands", sides: [["payments", "web"], ["ledger"]] },
    "These don't go together in one pass: payments, web on one side and ledger on the other (who deploys does not rotate " +
      "keys). So nothing was recorded. Ask for them one after another, each when the pass before is over, or leave namespaces out.",
  ],
  [
    "separatedTogether",
    { detail: "not both", sides: [["a", "b", "c", "d", "e", "f", "g"], ["h"]] },
    "a, b, c, d, e, and 2 more on one side and h on the other (not both)",
  ],
  ["conditionNotMet", { detail: "in working hours" }, "does not hold now: in working hours. So nothing was recorded."],
  ["tooManyOpen", { detail: "5" }, "waiting for an answer as you may (5), so nothing was recorded. Withdraw one"],
  ["tooManyPasses", { detail: "10" }, "as many passes as you may (10), so nothing was recorded. Hand one back"],
  ["companyFull", { detail: "40" }, "Your company holds as many passes as it may (40)"],
  ["ticketNeeded", {}, "A ticket is needed here. Write it as INC-4881."],
  ["reasonRepeated", {}, "You gave this very reason ten times before. Say what is broken this time"],
  [
    "startTooLate",
    { detail: "your contract's end" },
    "That is too late: your contract's end. Choose an earlier moment",
  ],
  ["notReviewer", { detail: "web-approvers" }, "This review is for web approvers, and never for who lent it"],
  [
    "notApprover",
    { detail: "payments-approvers, web-approvers" },
    "This one is for payments approvers or web approvers.",
  ],
] as const)("%s is said with what it means and what to do now", (code, more, said) => {
  expect(words(code, more)).toContain(said);
});

test("who says yes to two sides in one request reads which, and how to leave one out", () => {
  const sides = [["payments"], ["ledger"]] as const;
  const said = toPlain([decisionWords(POLICY, { refused: "separatedTogether", rule: "two-hands", sides })]);

  expect(said).toContain("payments on one side and ledger on the other (who deploys does not rotate keys).");
  expect(said).toContain("Leave namespaces out with Approve for less, or deny it");
});

test("what is wrong with an asker is not told to an approver as if it were theirs", () => {
  const ABOUT_ASKER = [
    ...(["tooManyPasses", "companyFull", "separated", "separatedTogether", "separatedWhileEnding"] as const),
    "groupUnread" as const,
  ];
  for (const refused of ABOUT_ASKER) {
    const said = toPlain([decisionWords(POLICY, { refused, detail: "3" })]);

    expect(said).toMatch(/^(Who|The company of who) asked|whether who asked/);
    expect(said).not.toMatch(/\byou\b/i);
  }
});

test("a cluster that nobody has read lately is not said to be silent, as all workers may be away", () => {
  const refused = { refused: "clusterUnknown", field: "cluster", detail: "prod" } as const;
  const why = "has not been read lately: it does not answer, or no worker reads it. So nothing";

  for (const said of [askingWords(POLICY, refused), decisionWords(POLICY, refused)]) {
    expect(toPlain([said])).toContain(why);
  }
});

test("a namespace that the worker may not read is named, and nobody is told to wait", () => {
  const refused = { refused: "namespaceUnread", detail: "pay-db on prod" } as const;
  const why =
    "The worker may not read the labels of pay-db on prod, so nobody knows what the policy says of it, and nothing was";
  const asking = toPlain([askingWords(POLICY, refused)]);
  const deciding = toPlain([decisionWords(POLICY, refused)]);

  expect(asking).toContain(
    `${why} recorded. Waiting does not mend that. Leave it out, or ask whoever runs the cluster`,
  );
  expect(deciding).toContain(`${why} granted. Waiting does not mend that: ask whoever runs the cluster`);
  expect(deciding).toContain("leave it out with Approve for less, or deny this one.");
});

test("who may decide nothing and breaks the glass reads that it is not theirs to break", () => {
  expect(toPlain([askingWords(POLICY, { refused: "guestOrExternal" })])).toContain(
    "The glass is not yours to break here",
  );
});

const { state: _, ...asking } = sampleRequest();
const { yes, dropped: _dropped, type: _type, ...approval } = SAMPLE_APPROVAL;

function approvedBy(people: readonly string[]): ApprovedRequest {
  return { ...asking, ...approval, yeses: [yes], decision: { ...approval.decision, people }, state: "approved" };
}

test.each([
  [["ada", "ben"], "ada", "You and Ben Approver approved this 3 s ago. Nothing more to do."],
  [["ada", "ben"], "sam", "Ada Approver and Ben Approver approved this 3 s before you. Nothing more to do."],
  [[], "sam", "This was approved by policy 3 s ago. Nothing more to do."],
])("a click after the yeses of %j hears, as %s: %s", (people, by, said) => {
  expect(toPlain([lateWords(POLICY, approvedBy(people), by, NOON + 3_000)])).toBe(said);
});
