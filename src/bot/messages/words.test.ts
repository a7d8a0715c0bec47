import { expect, test } from "vitest";
import { NOON, SAMPLE_APPROVAL, SAMPLE_GRANTS, sampleRequest } from "../../../test/fakes/samples.ts";
import type { Grant } from "../../workflows/grant.ts";
import type { ApprovedRequest } from "../../workflows/request.ts";
import { toPlain } from "../sentences.ts";
import { asked, denied } from "./asker.ts";
import { ended as endedWords, endsSoon, failed, ready } from "./asker-pass.ts";
import { tooLateToExtend } from "./asking-anew.ts";
import { card } from "./card.ts";
import { confirmEndAllForm, confirmEndForm } from "./ending.ts";
import { endingProgress } from "./ending-progress.ts";
import { requestsMessage } from "./entry.ts";
import { overdue } from "./overdue.ts";
import { lateWords, refusalWords } from "./refusals.ts";
import { brokeGlass } from "./review.ts";
import { summary } from "./thread.ts";

const { state: _, ...asking } = sampleRequest();
const decision = { people: ["ada"], at: NOON, policyHash: "p1", rules: ["acme-payments"] };
const { yes, dropped: __, type: ___, ...approval } = SAMPLE_APPROVAL;
const APPROVED: ApprovedRequest = { ...asking, ...approval, yeses: [yes], state: "approved" };
const { making, active, ending, ended } = SAMPLE_GRANTS;
const NOBODY = { asker: null, record: null, now: NOON };

test.each([
  ["mia", 100, "You withdrew this just now. Nothing more to do."],
  ["mia", 3_000, "You withdrew this 3 s ago. Nothing more to do."],
  ["ada", 100, "mia withdrew this just now. Nothing more to do."],
  ["ada", 3_000, "mia withdrew this 3 s before you. Nothing more to do."],
])("a click of %s that comes %i ms after a withdrawal hears: %s", (by, ms, words) => {
  expect(toPlain([lateWords(null, { ...asking, state: "withdrawn", at: NOON }, by, NOON + ms)])).toBe(words);
});

test("a request that another account of its asker's asked for anew says so, on its card, to approvers and to who asked", () => {
  const request = { ...asking, state: "withdrawn", at: NOON, anew: "bbbbbbbbbb" } as const;
  const facts = { names: null, request, grants: [], former: null, asker: null, record: null, now: NOON };
  const onCard = JSON.stringify(card(facts));

  expect(onCard).toContain("mia asked anew from another Slack account. That request has a card of its own.");
  expect(onCard).not.toContain("Withdrawn by");
  expect(toPlain([lateWords(null, request, "ada", NOON + 3_000)])).toBe(
    "mia asked for this anew from another Slack account 3 s before you. That request has a card of its own; this one is withdrawn.",
  );
  expect(asked(facts).text).toContain(
    "Withdrawn: it was asked for anew from the Slack account that the policy links now. Nothing was made.",
  );
});

test.each([
  [1_000, "ended on time"],
  [10_000, "ended 10 s late"],
])("a summary whose cluster refused %i ms after the end says %s", (lag, words) => {
  const since = ended.end;
  const grant = { ...ended, ending: { why: "expired", by: null, words: null, since }, refusedAt: since + lag } as const;

  expect(summary({ names: null, request: APPROVED, grant, asker: null, now: since + lag }).text).toContain(words);
});

test.each([
  ["is being made", [making], true],
  ["is active", [active], false],
  ["ends", [ending], false],
  ["has ended", [ended], false],
  ["never was", [{ ...ended, activeAt: null }], false],
])("who asked is promised a next message only until there is one: the pass %s", (__, grants, promised) => {
  const { text } = asked({ names: null, request: APPROVED, grants, now: NOON });

  expect(text.includes("The next message says when it works")).toBe(promised);
});

test("a pass that is still being made is not said to be lost", () => {
  const words = (grant: typeof making | typeof active) => JSON.stringify(confirmEndForm(null, grant, false, NOON));

  expect(words(making)).toContain("It is still being made; mia gets no access.");
  expect(words(active)).toContain("mia loses access within a second.");
});

test("what a lock screen shows has the reason of a no, and its sentences end", () => {
  const why = "The deploy is rolled back already";

  expect(denied(null, { ...asking, state: "denied", decision, why }).text).toContain(`Why: ${why}`);
  expect(requestsMessage().text).toContain("for so long as you need it. Say what you need");
});

const ASKS_AGAIN = '"value":"abcdefghij"';

test.each([
  ["roleChanged", "what daypass-profile-logs allows in prod is not what was approved"],
  ["namespaceDeleted", "the namespace payments is gone"],
  ["changedByHand", "its RoleBinding in payments was deleted"],
] as const)("P9 · who held a pass that ended in mid-life (%s) reads why, and can ask again", (why, words) => {
  const grant = { ...ended, ending: { why, by: null, words, since: NOON + 60_000 } };
  const { text, blocks } = endedWords(null, grant, NOON);

  expect(text).toContain(`Why: ${words}. `);
  expect(text.includes("an approver sees what it allows today")).toBe(why === "roleChanged");
  expect(JSON.stringify(blocks)).toContain(ASKS_AGAIN);
});

test("the warning has its buttons while the pass is active and not a moment longer", () => {
  const of = (grant: Grant, now = NOON) => ({ names: null, grant, request: null, now });
  const soon = endsSoon(of(active, active.end - 600_000));

  expect(soon.text).toMatch(/^● Ends at .*\(10 min left\): logs in payments on prod\.$/);
  expect(JSON.stringify(soon.blocks)).toMatch(/Extend….*I'm done/);
  expect(JSON.stringify(endsSoon(of(ending)).blocks)).not.toContain("action_id");
  expect(endsSoon(of(ended))).toEqual(ready(of(ended)));
});

test("a card says which end an extension does not move", () => {
  const request = { ...sampleRequest(), extends: active.id };
  const words = (former: typeof active | typeof ended | null) =>
    card({ names: null, request, grants: [], former, asker: null, record: null, now: NOON }).text;

  expect(words(active)).toMatch(/Extends a pass that ends .* \(2 h left\); that one ends on time all the same\./);
  expect(words(ended)).toContain("Extends a pass that is over by now: olga ended it.");
  expect(words(null)).toContain("Extends an earlier pass, which ends on time all the same.");
});

test("too late to extend says when it ended, why, and what to do", () => {
  expect(toPlain([tooLateToExtend(null, ended, NOON)])).toBe(
    "logs in payments on prod ended 12:02 UTC: olga ended it. " +
      "It cannot be extended any more, so nothing was asked. Ask again for a new one.",
  );
});

test("P7 · an overdue ending is a mark and a word on the card, and a call to those on call; later it says that it is over", () => {
  const late = { ...ending, paged: { at: ending.ending.since + 60_000, words: "prod does not answer" } };
  const now = ending.ending.since + 120_000;
  const onCard = card({
    names: null,
    request: APPROVED,
    grants: [late],
    former: null,
    asker: null,
    record: null,
    now,
  }).text;
  const over = { ...ended, paged: late.paged, refusedAt: ended.ending.since + 180_000 };

  expect(onCard).toMatch(
    /▲ OVERDUE by 2 min, since .*: prod does not answer\. Trying every 15 s; on-call was paged .*\. Why it ends: /,
  );
  expect(overdue(null, late, now).text).toMatch(
    /^▲ OVERDUE: mia's pass logs in payments on prod was to end .*; 2 min later prod .*: prod does not answer\. Why/,
  );
  expect(overdue(null, late, now).text).toContain("daypass.dev/grant=abcdefghija");
  expect(overdue(null, over, now).text).toMatch(/^■ Ended 3 min late: mia's pass .*, proven\./);
});

test("the count of many endings says what is proven, what is to go, and in the end the slowest", () => {
  const slow = { ...ended, refusedAt: ended.ending.since + 800 };
  const words = (grants: readonly (typeof ended | typeof ending | typeof slow)[], ms: number) =>
    endingProgress({ names: null, grants, last: false, now: ending.ending.since + ms }).text;

  expect(words([ended, ending, ending], 1_000)).toBe("● Ending 3: 1 proven, 2 to go.");
  expect(words([ended, ending], 130_000)).toContain("▲ OVERDUE by 2 min: mia: logs, prod, payments.");
  expect(words([{ ...ended, refusedAt: ended.ending.since + 200 }, slow], 900)).toBe(
    "■ 2 ended, slowest 0.8 s. Each refused, proven.",
  );
});

test("what ends is counted before it ends, passes and people", () => {
  const grants = [active, { ...active, id: "bbbbbbbbbba" }, { ...active, id: "ccccccccccca", grantee: "max" }];

  const form = confirmEndAllForm(null, { grants, people: 2, scope: "all", own: false }, NOON);
  expect(JSON.stringify(form)).toContain("Ends 3 passes of 2 people.");
  expect(JSON.stringify(form)).not.toContain("more than one name");
});

test("where nothing may be granted, people read why, what it means and what to do", () => {
  expect(toPlain([refusalWords(null, { refused: "endingsOnly", detail: "Redis forgets at a restart" })])).toBe(
    "Nothing new is granted right now: Redis forgets at a restart. So nothing was recorded; running passes go on and " +
      "end on time. Try again when whoever runs Daypass has mended it.",
  );
});

test("whoever is told that somebody broke the glass reads how risky it is, and what may still work beside it", () => {
  const why = [
    "A pass of theirs is ending, and is not proven over: logs in payments on prod may still work beside this",
  ];
  const needs = { ...APPROVED.needs, tier: "medium", why } as const;

  const { text } = brokeGlass({ names: null, request: { ...APPROVED, needs }, grants: [active], now: NOON });

  expect(text).toContain(`Risk: medium: ${why[0]}.`);
});

test.each([
  ["prod does not answer", "prod does not answer. The yes is kept until"],
  ["the bot has not read mia from Slack lately", "The bot has not read mia from Slack lately. The yes is kept until"],
])("what stands in a pass's way is a sentence on its card: %s", (trouble, words) => {
  const grants = [{ ...making, trouble }];

  const drawn = JSON.stringify(card({ ...{ names: null, request: APPROVED, grants, former: null }, ...NOBODY }));

  expect(drawn).toContain(words);
});

test("what was not made while the yes was kept says what stood in its way, and blames no cluster that was not asked", () => {
  const unread = "the bot has not read mia from Slack under their present account yet";
  const because = (words: string | null) => {
    const late = { ...ended.ending, why: "clusterSilent" as const, by: null, words };
    return failed(null, { ...ended, activeAt: null, ending: late }).text;
  };

  expect(because(unread)).toContain(`Why: it could not be made while the yes was kept: ${unread}. Nothing was left`);
  expect(because(null)).toContain("Why: it could not be made while the yes was kept. Nothing was left");
});
