import { expect, test } from "vitest";
import {
  NOON,
  SAMPLE_HISTORY,
  sampleAround,
  sampleForce,
  sampleRecord,
  sampleRequest,
} from "../../test/fakes/samples.ts";
import { lendAtOnce } from "./lend-at-once.ts";

test("an emergency that a policy without any would lend owes its review at once, and does not go unseen", () => {
  const found = { around: sampleAround(), history: SAMPLE_HISTORY, current: SAMPLE_HISTORY, company: null };
  const request = { ...sampleRequest(), leave: "breakGlass" as const, askedAt: NOON };

  const lent = lendAtOnce(sampleForce(), { request, asker: sampleRecord("mia"), found, history: SAMPLE_HISTORY });

  expect(lent.request.review).toEqual({ dueAt: NOON, chasedAt: null, done: null });
  expect(lent.commit.writes).toContainEqual(
    expect.objectContaining({
      kind: "history",
      next: expect.objectContaining({ reviews: expect.arrayContaining([{ request: request.id, dueAt: NOON }]) }),
    }),
  );
});
