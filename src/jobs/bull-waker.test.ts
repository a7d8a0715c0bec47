import { expect, test } from "vitest";
import { NOON } from "../../test/fakes/samples.ts";
import { momentOf, wakeId } from "./bull-waker.ts";

const ref = { kind: "grant", id: "abcdefghija" } as const;

test("a wake's id tells kind, record, version and moment apart", () => {
  const ids = [
    wakeId(ref, 1, NOON, NOON),
    wakeId(ref, 2, NOON, NOON),
    wakeId(ref, 1, NOON + 1, NOON),
    wakeId(ref, 1, NOON + 2, NOON),
    wakeId({ ...ref, kind: "request" }, 1, NOON, NOON),
    wakeId({ ...ref, id: "abcdefghijb" }, 1, NOON, NOON),
  ];

  expect(new Set(ids).size).toBe(ids.length);
});

test("a wake for now has one id, however long ago its moment was", () => {
  expect(wakeId(ref, 1, NOON - 5_000, NOON)).toBe(wakeId(ref, 1, NOON, NOON));
});

test("a wake's id is one that BullMQ takes: no colon, not digits alone", () => {
  expect(wakeId({ kind: "request", id: "1234567890" }, 1, NOON + 1, NOON)).toMatch(/^[a-z][a-z0-9-]+$/);
});

test("a wake's id tells its moment, and none where it was for now or is no wake's", () => {
  expect(momentOf(wakeId(ref, 12, NOON + 1, NOON))).toBe(NOON + 1);
  expect(momentOf(wakeId(ref, 12, NOON, NOON))).toBeNull();
  expect(momentOf("")).toBeNull();
});
