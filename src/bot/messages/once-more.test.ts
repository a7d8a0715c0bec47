import { expect, test } from "vitest";
import { NOON, SAMPLE_GRANTS, SAMPLE_NEEDS, samplePolicy, sampleRequest } from "../../../test/fakes/samples.ts";
import { whyEnded } from "../messages.ts";
import { lessForm, stepUpForm } from "./approve-forms.ts";
import { asked, lapsed } from "./asker.ts";
import { card } from "./card.ts";
import { decisionWords, refusalWords } from "./refusals.ts";
import { oneMoreYes } from "./thread.ts";

const names = samplePolicy();
const FORM = { ...SAMPLE_NEEDS, quorum: 2, stepUp: true };
const yes = { at: NOON, policyHash: "p1", less: null };
/** Ada's bare click, and ben's yes in the form. */
const YESES = [
  { ...yes, by: "ada", stepped: false },
  { ...yes, by: "ben", stepped: true },
];
const pending = sampleRequest({ needs: FORM, yeses: YESES });
const AGAIN =
  "Ada Approver said yes before it needed the form that says the risk once more: that counts only when given again, by " +
  "Approve on the card.";

const cardOf = (request: Parameters<typeof card>[0]["request"]) =>
  card({ names, request, grants: [], former: null, asker: null, record: null, now: NOON }).text;

test("a card says how many yeses count, and whose has to be given once more", () => {
  expect(cardOf(pending)).toContain(
    `○ Pending: 1 of 2 yeses. Ben Approver said yes. ${AGAIN} One more yes needed, from payments approvers.`,
  );
  expect(cardOf({ ...pending, needs: { ...FORM, quorum: 3 } })).toContain("Two more yeses needed");
  expect(cardOf({ ...pending, needs: { ...FORM, quorum: 3, stepUp: false } })).toContain(
    "○ Pending: 2 of 3 yeses. Ada Approver said yes; Ben Approver said yes. One more yes needed",
  );
});

test("a card on which no yes counts says so, and of which yes nobody knows how it was given", () => {
  const unknown =
    "Ada Approver said yes, and it is not known whether in the form that says the risk once more: that counts only when " +
    "given again, by Approve on the card.";
  const old = { ...yes, by: "ada" };

  expect(cardOf({ ...pending, yeses: [old] })).toContain(`○ Pending: 0 of 2 yeses. ${unknown} Two more yeses needed`);
  expect(cardOf({ ...pending, yeses: [old, { ...yes, by: "ben", stepped: false }] })).toContain(
    `○ Pending: 0 of 2 yeses. ${AGAIN.replace("Ada", "Ben")} ${unknown} Two more yeses needed`,
  );
});

test("the reply to the yes by which it was noticed says so as well, as long as it waits", () => {
  const { state: _, ...rest } = pending;
  const over = { ...rest, state: "lapsed", at: NOON } as const;

  expect(oneMoreYes(names, pending, "ben", NOON)?.text).toBe(`Ben Approver said yes. One more needed. ${AGAIN}`);
  expect(oneMoreYes(names, over, "ben", NOON)?.text).toBe("Ben Approver said yes.");
});

test("the forms of a yes say it by what is needed at the click", () => {
  const bare = { ...pending, needs: { ...FORM, stepUp: false }, yeses: YESES.slice(0, 1) };
  const shown = { request: pending.id, fingerprint: pending.fingerprint };
  const facts = { names, request: bare, shown, needs: FORM, less: null, now: NOON };

  for (const form of [stepUpForm, lessForm]) {
    expect(JSON.stringify(form(facts))).toContain(AGAIN);
    expect(JSON.stringify(form({ ...facts, needs: bare.needs }))).not.toContain("given again");
  }
});

test("whoever asked reads how many yeses count", () => {
  const { state: _, ...rest } = pending;
  const over = { ...rest, state: "lapsed", at: NOON + 3_600_000 } as const;

  expect(asked({ names, request: pending, grants: [], now: NOON }).text).toContain("one of two said yes");
  expect(lapsed(names, over).text).toContain("one of two said yes within");
  expect(cardOf(over)).toContain("one yes came in time, and more were needed");
});

test("another account is told what to do: who asks, who decides, and why nothing was made", () => {
  const grant = { ...SAMPLE_GRANTS.ended, ending: { ...SAMPLE_GRANTS.ended.ending, by: null } };
  const ended = (words: string | null) =>
    whyEnded(names, { ...grant, ending: { ...grant.ending, why: "notAllowedAnyMore", words } });

  expect(refusalWords(names, { refused: "otherAccount" }).join("")).toContain("Ask for one of your own");
  expect(decisionWords(names, { refused: "otherAccount" }).join("")).toContain("They have to ask for it again");
  expect(ended("so it is")).toBe("so it is");
  expect(ended(null)).toBe("the policy does not allow it any more");
});
