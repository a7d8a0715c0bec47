import { describe, expect, test } from "vitest";
import {
  emptyHistory,
  oweReview,
  rememberOutcome,
  rememberReason,
  settleReview,
  timesSaid,
  touchHistory,
} from "./history.ts";

const EMPTY = emptyHistory("mia");

test("a record begins empty, unsaved, and each change is its next version", () => {
  expect(EMPTY).toEqual({ id: "mia", version: 0, reasons: [], outcomes: [], reviews: [], open: [], held: [] });
  expect(touchHistory(touchHistory(EMPTY))).toEqual({ ...EMPTY, version: 2 });
});

describe("reasons", () => {
  test("are counted", () => {
    const said = ["a", "b", "a"].reduce(rememberReason, EMPTY);

    expect(said).toEqual({
      ...EMPTY,
      version: 3,
      reasons: [
        { said: "b", times: 1 },
        { said: "a", times: 2 },
      ],
    });
    expect([timesSaid(said, "a"), timesSaid(said, "b"), timesSaid(said, "c"), timesSaid(null, "a")]).toEqual([
      2, 1, 0, 0,
    ]);
  });

  test("are forgotten beyond fifty, the one not given for longest first", () => {
    const fifty = Array.from({ length: 50 }, (_, i) => `r${i}`).reduce(rememberReason, EMPTY);
    const more = rememberReason(rememberReason(fifty, "r0"), "new");

    expect(fifty.reasons).toHaveLength(50);
    expect(more.reasons).toHaveLength(50);
    expect([timesSaid(more, "r0"), timesSaid(more, "r1"), timesSaid(more, "new")]).toEqual([2, 0, 1]);
  });
});

test("the last ten outcomes are kept, the newest last", () => {
  const history = Array.from({ length: 10 }).reduce<typeof EMPTY>((now) => rememberOutcome(now, "ended"), EMPTY);
  const next = rememberOutcome(history, "revoked");

  expect(history.outcomes).toHaveLength(10);
  expect(next).toMatchObject({ version: 11, outcomes: { length: 10, 9: "revoked", 8: "ended" } });
});

test("a review is owed once, and until it is given", () => {
  const owed = oweReview(oweReview(EMPTY, { request: "one", dueAt: 5 }), { request: "two", dueAt: 6 });
  const again = oweReview(owed, { request: "one", dueAt: 7 });

  expect(owed).toMatchObject({ version: 2, reviews: [{ request: "one" }, { request: "two" }] });
  expect(again.reviews).toEqual([
    { request: "two", dueAt: 6 },
    { request: "one", dueAt: 7 },
  ]);
  expect(settleReview(again, "two")).toMatchObject({ version: 4, reviews: [{ request: "one" }] });
  expect(settleReview(again, "none").reviews).toEqual(again.reviews);
});
