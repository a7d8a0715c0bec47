import { expect, test } from "vitest";
import { NOON, SAMPLE_GRANTS, sampleRequest } from "../../test/fakes/samples.ts";
import { type RequestEvent, transitionRequest } from "./request.ts";
import { forgetAt } from "./retention.ts";

const WEEK_MS = 7 * 24 * 3_600_000;
const decision = { by: "ada", at: NOON, policyHash: "p1" };

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
  const approved = after({ type: "approve", decision, end: NOON + 3_600_000, grants: ["abcdefghija"] });

  expect(forgetAt(approved, NOON)).toBe(NOON + 3_600_000 + WEEK_MS);
  expect(forgetAt(approved, NOON + 9_000_000)).toBe(NOON + 9_000_000 + WEEK_MS);
});

test("an ended grant is kept seven days after its end, or after its ending where that came later", () => {
  const { ended } = SAMPLE_GRANTS;

  expect(forgetAt(ended, NOON)).toBe(ended.end + WEEK_MS);
  expect(forgetAt(ended, ended.end + 60_000)).toBe(ended.end + 60_000 + WEEK_MS);
});
