import { expect, test } from "vitest";
import { NOON, SAMPLE_GRANTS, sampleRequest } from "../../../test/fakes/samples.ts";
import { toPlain } from "../sentences.ts";
import { asked, denied } from "./asker.ts";
import { confirmEndForm } from "./ending.ts";
import { requestsMessage } from "./entry.ts";
import { lateWords } from "./refusals.ts";
import { summary } from "./thread.ts";

const { state: _, ...asking } = sampleRequest();
const decision = { by: "ada", at: NOON, policyHash: "p1" };
const APPROVED = { ...asking, state: "approved", decision, end: NOON + 7_200_000, grants: ["abcdefghija"] } as const;
const { making, active, ending, ended } = SAMPLE_GRANTS;

test.each([
  ["mia", 100, "You withdrew this just now. Nothing more to do."],
  ["mia", 3_000, "You withdrew this 3 s ago. Nothing more to do."],
  ["ada", 100, "mia withdrew this just now. Nothing more to do."],
  ["ada", 3_000, "mia withdrew this 3 s before you. Nothing more to do."],
])("a click of %s that comes %i ms after a withdrawal hears: %s", (by, ms, words) => {
  expect(toPlain([lateWords(null, { ...asking, state: "withdrawn", at: NOON }, by, NOON + ms)])).toBe(words);
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
