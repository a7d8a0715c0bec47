import { describe, expect, test } from "vitest";
import { createFakeBench, type FakeBench, settle } from "../../test/fakes/fake-bench.ts";
import { askFor, clickOn, SAMPLE_ASK } from "../../test/fakes/sample-asking.ts";
import { NOON, POLICY_INPUT, samplePolicy, sampleRecord } from "../../test/fakes/samples.ts";
import { BREAK_GLASS } from "../../test/fakes/strict-policy.ts";
import { ask, decide } from "./access.ts";
import { reconcile } from "./reconcile.ts";
import { refuse } from "./refusal.ts";
import { review, whyNotReview } from "./review.ts";

const SAM = sampleRecord("sam");
const WORDS = "restarted api, looked at nothing else";
const DAY = 86_400_000;

async function owing(): Promise<{ bench: FakeBench; id: string }> {
  const bench = createFakeBench();
  bench.setPolicy(samplePolicy(BREAK_GLASS));
  const by = sampleRecord("olga");
  const request = await ask(bench, { ...SAMPLE_ASK, by, duration: "1h", breakGlass: true });
  if (!("state" in request)) throw new Error(JSON.stringify(request));
  await settle(bench);
  return { bench, id: request.id };
}

/** How often reviewers were asked for a review, or shown that it is done. */
function chases({ store }: FakeBench): number {
  return store.tellings.filter(({ tell }) => tell.kind === "review").length;
}

describe("a review", () => {
  test("is recorded, remembered and told, and owed no more", async () => {
    const { bench, id } = await owing();
    bench.clock.advance(60_000);

    const reviewed = await review(bench, { by: SAM, request: id, words: `  ${WORDS} ` });

    const done = { by: "sam", at: NOON + 60_000, words: WORDS };
    expect(reviewed).toMatchObject({ state: "approved", review: { done } });
    expect((await bench.store.history("olga"))?.reviews).toEqual([]);
    expect(bench.store.rows.at(-1)).toMatchObject({
      what: "reviewed",
      by: "sam",
      request: id,
      detail: { words: WORDS },
    });
    expect(chases(bench)).toBe(1);
    expect(await bench.store.due(Number.MAX_SAFE_INTEGER, 10)).not.toContainEqual({ kind: "request", id });
  });

  test.each([
    ["by the one who broke the glass", { by: sampleRecord("olga") }, "ownRequest"],
    ["by another account with their id", { by: sampleRecord("olga", { slackKey: "T0HOME/U0ANEW" }) }, "ownRequest"],
    ["by their account under another id", { by: { ...SAM, slackKey: "E0ORG/U0OLGA" } }, "ownRequest"],
    ["by somebody who is no reviewer", { by: sampleRecord("ada") }, "notReviewer"],
    ["by a guest", { by: { ...SAM, guest: true } }, "guestOrExternal"],
    ["by an account switched off", { by: { ...SAM, active: false } }, "inactive"],
    ["that says nothing", { words: " fine  " }, "reasonTooShort"],
    ["that is a book", { words: "x".repeat(501) }, "reasonTooLong"],
    ["of what is not there", { request: "nothere000" }, "notFound"],
  ])("%s is refused and changes nothing", async (_, changes, refused) => {
    const { bench, id } = await owing();
    const before = await bench.store.request(id);

    expect(await review(bench, { by: SAM, request: id, words: WORDS, ...changes })).toMatchObject({ refused });
    expect(await bench.store.request(id)).toEqual(before);
  });

  test.each([
    ["least", "x".repeat(10), null],
    ["less", "x".repeat(9), refuse("reasonTooShort", { field: "reason", detail: "10" })],
    ["most", "x".repeat(500), null],
    ["more", "x".repeat(501), refuse("reasonTooLong", { field: "reason", detail: "500" })],
  ])("says something that can be read: %s", async (_, words, refusal) => {
    const { bench, id } = await owing();

    const answer = await review(bench, { by: SAM, request: id, words });

    expect("refused" in answer ? answer : null).toEqual(refusal);
  });

  test("is not given of what still waits, nor twice, and says whose it is", async () => {
    const { bench, id } = await owing();
    const policy = samplePolicy(BREAK_GLASS);
    const reviewed = await review(bench, { by: SAM, request: id, words: WORDS });
    if (!("state" in reviewed)) throw new Error(reviewed.refused);

    expect(whyNotReview(policy, SAM, await askFor(bench, { seed: "view V2" }), NOON)).toEqual(refuse("notNow"));
    expect(whyNotReview(policy, SAM, reviewed, NOON)).toEqual(refuse("alreadyReviewed"));
    expect(whyNotReview(policy, sampleRecord("ada"), reviewed, NOON)).toEqual(
      refuse("notReviewer", { detail: "web-approvers" }),
    );
  });

  test("P6 · is nobody's to give from the moment their own contract is over, or their account", async () => {
    const { bench, id } = await owing();
    const request = await bench.store.request(id);
    if (request === null) throw new Error("no request");
    const { people } = POLICY_INPUT;
    const policy = samplePolicy({
      ...BREAK_GLASS,
      people: { ...people, sam: { ...people.sam, contractEnd: "2026-06-01" } },
    });
    const over = Date.UTC(2026, 5, 2);
    const no = refuse("notReviewer", { detail: "web-approvers" });

    expect(whyNotReview(policy, SAM, request, over - 1)).toBeNull();
    expect(whyNotReview(policy, SAM, request, over)).toEqual(no);
    expect(whyNotReview(samplePolicy(BREAK_GLASS), { ...SAM, expiresAt: over }, request, over)).toEqual(no);
    bench.setPolicy(policy);
    bench.clock.advance(over - bench.clock.now());
    expect(await review(bench, { by: SAM, request: id, words: WORDS })).toEqual(no);
  });

  test("is given once, of two at one moment", async () => {
    const { bench, id } = await owing();

    const answers = await Promise.all([1, 2].map(() => review(bench, { by: SAM, request: id, words: WORDS })));

    expect(answers.filter((answer) => "state" in answer)).toHaveLength(1);
    expect(answers).toContainEqual(refuse("alreadyReviewed"));
  });

  test("is not what an ordinary request asks for, and needs a policy that says who reviews", async () => {
    const bench = createFakeBench();
    const request = await askFor(bench);
    await decide(bench, clickOn(request));
    expect(await review(bench, { by: SAM, request: request.id, words: WORDS })).toEqual(refuse("notNow"));

    bench.setPolicy(null);

    expect(await review(bench, { by: SAM, request: request.id, words: WORDS })).toEqual(refuse("policyUnreadable"));
  });

  test("is on-call's to give where the policy names no reviewers any more", async () => {
    const { bench, id } = await owing();
    const groups = { "on-call": { name: "on-call", channel: "C0ONCALL", people: ["olga", "sam"] } };
    bench.setPolicy(samplePolicy({ groups: { ...samplePolicy().groups, ...groups } }));

    expect(await review(bench, { by: SAM, request: id, words: WORDS })).toMatchObject({ state: "approved" });
  });
});

describe("a review that nobody gives", () => {
  test("is asked for when it is due and each day from then on, until somebody does", async () => {
    const { bench, id } = await owing();
    const counts: number[] = [];
    for (const after of [DAY - 1, 1, DAY - 1, 1, DAY]) {
      bench.clock.advance(after);
      await settle(bench);
      counts.push(chases(bench));
    }
    await review(bench, { by: SAM, request: id, words: WORDS });
    bench.clock.advance(9 * DAY);
    await settle(bench);

    expect(counts).toEqual([0, 1, 1, 2, 3]);
    expect(chases(bench)).toBe(4);
  });

  test("is found by a sweep where its wake was lost, and asked for once by two workers", async () => {
    const { bench, id } = await owing();
    bench.waker.take();
    bench.clock.advance(DAY);
    expect(await bench.store.due(bench.clock.now(), 10)).toContainEqual({ kind: "request", id });

    await Promise.all([1, 2].map(() => reconcile(bench, { kind: "request", id })));

    expect(chases(bench)).toBe(1);
  });

  test("is asked for while no policy can be read, where its card stands", async () => {
    const { bench } = await owing();
    bench.setPolicy(null);
    bench.clock.advance(DAY);
    await settle(bench);

    const lanes = bench.store.tellings.flatMap(({ tell, lane }) => (tell.kind === "review" ? lane : []));
    expect(lanes).toEqual(["C0WEB"]);
  });
});
