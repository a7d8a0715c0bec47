import { expect, test } from "vitest";
import { NOON, SAMPLE_APPROVAL, SAMPLE_GRANTS, SAMPLE_HISTORY, sampleRequest } from "../../test/fakes/samples.ts";
import { type RequestEvent, transitionRequest } from "./request.ts";
import { forgetAt, forgetHistoryAt } from "./retention.ts";

const WEEK_MS = 7 * 24 * 3_600_000;
const { decision } = SAMPLE_APPROVAL;

function after(event: RequestEvent) {
  const next = transitionRequest(sampleRequest(), event);
  if ("refused" in next) throw new Error(next.refused);
  return next;
}

test("what still lives is never forgotten", () => {
  const { making, active, ending } = SAMPLE_GRANTS;

  expect([sampleRequest(), making, active, ending].map((record) => forgetAt(record, NOON))).toEqual([
    null,
    null,
    null,
    null,
  ]);
});

test("a request that came to nothing is forgotten seven days later", () => {
  const over = [
    after({ type: "deny", decision, why: null }),
    after({ type: "withdraw", at: NOON }),
    after({ type: "lapse", at: NOON }),
  ];

  expect(over.map((request) => forgetAt(request, NOON + 5))).toEqual(Array(3).fill(NOON + 5 + WEEK_MS));
});

test("an approved request is kept until seven days after its end, and seven days at least", () => {
  const approved = after({ ...SAMPLE_APPROVAL, end: NOON + 3_600_000 });

  expect(forgetAt(approved, NOON)).toBe(NOON + 3_600_000 + WEEK_MS);
  expect(forgetAt(approved, NOON + 9_000_000)).toBe(NOON + 9_000_000 + WEEK_MS);
});

test("an ended grant is kept seven days after its end, or after its ending where that came later", () => {
  const { ended } = SAMPLE_GRANTS;

  expect(forgetAt(ended, NOON)).toBe(ended.end + WEEK_MS);
  expect(forgetAt(ended, ended.end + 60_000)).toBe(ended.end + 60_000 + WEEK_MS);
});

test("an emergency is kept until somebody has looked at it, and seven days from then", () => {
  const review = { dueAt: NOON + 86_400_000, chasedAt: null, done: null };
  const owing = after({ ...SAMPLE_APPROVAL, review });
  const late = NOON + 30 * WEEK_MS;
  const over = transitionRequest(owing, { type: "reviewed", done: { by: "ada", at: late, words: "all is well" } });

  expect(forgetAt(owing, late)).toBeNull();
  expect("refused" in over ? over : forgetAt(over, late)).toBe(late + WEEK_MS);
});

test("what is remembered of a person is kept 400 days after it changed last, and as long as they owe a review", () => {
  expect(forgetHistoryAt({ ...SAMPLE_HISTORY, reviews: [] }, NOON)).toBe(NOON + 400 * 86_400_000);
  expect(forgetHistoryAt(SAMPLE_HISTORY, NOON)).toBeNull();
});
