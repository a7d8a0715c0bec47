import { describe, expect, test } from "vitest";
import {
  NOON,
  POLICY_INPUT,
  SAMPLE_GRANTS,
  samplePolicy,
  sampleRecord,
  sampleRequest,
} from "../../test/fakes/samples.ts";
import { capOf, endOf, judgeDuration, judgeStart, openLimit, passLimit } from "./limits.ts";

const { companies } = POLICY_INPUT;
const DAY = 86_400_000;

describe("the cap of a person", () => {
  const cap = (person: string, expiresAt: number | null = null) =>
    capOf(samplePolicy(), sampleRecord(person, { expiresAt }));

  test("is the contract's end, or the guest account's expiry where that comes first", () => {
    expect(cap("max")).toBe(Date.UTC(2026, 5, 2));
    expect(cap("max", Date.UTC(2026, 5, 2) - 1)).toBe(Date.UTC(2026, 5, 2) - 1);
    expect(cap("max", Date.UTC(2026, 5, 2) + 1)).toBe(Date.UTC(2026, 5, 2));
    expect(cap("ada", 5)).toBe(5);
  });

  test("is none for employees with no expiry", () => {
    expect(cap("ada")).toBeNull();
  });
});

describe("the end", () => {
  test("is the beginning and the duration, in whole seconds", () => {
    expect(endOf(NOON, 7200, null)).toBe(NOON + 7_200_000);
    expect(endOf(NOON + 999, 7200, null)).toBe(NOON + 7_200_000);
    expect(endOf(NOON + 1000, 7200, null)).toBe(NOON + 7_201_000);
  });

  test("is never past the cap, which is rounded down", () => {
    expect(endOf(NOON, 7200, NOON + 7_200_000)).toBe(NOON + 7_200_000);
    expect(endOf(NOON, 7200, NOON + 7_199_999)).toBe(NOON + 7_199_000);
    expect(endOf(NOON, 7200, NOON + 7_200_001)).toBe(NOON + 7_200_000);
  });
});

describe("the start", () => {
  const start = (startsAt: number | null, cap: number | null = null) => judgeStart(startsAt, cap, NOON);

  test("is now, where none is asked for", () => {
    expect(start(null)).toBe(NOON);
  });

  test("is not in the past", () => {
    expect(start(NOON)).toBe(NOON);
    expect(start(NOON - 1)).toEqual({ refused: "startTooSoon", field: "start" });
  });

  test("is at most 14 days ahead", () => {
    expect(start(NOON + 14 * DAY)).toBe(NOON + 14 * DAY);
    expect(start(NOON + 14 * DAY + 1)).toEqual({ refused: "startTooLate", field: "start", detail: "14 days" });
  });

  test("leaves ten seconds before the cap at least", () => {
    const late = { refused: "startTooLate", field: "start", detail: "your contract's end" };

    expect(start(NOON + 5, NOON + 10_005)).toBe(NOON + 5);
    expect(start(NOON + 5, NOON + 10_004)).toEqual(late);
    expect(start(null, NOON + 10_000)).toBe(NOON);
    expect(start(null, NOON + 9_999)).toEqual({ refused: "nothingLeft" });
  });
});

describe("the duration", () => {
  test.each([
    ["10s", 10],
    ["1h", 3600],
    ["60 min", 3600],
  ])("%s is read", (text, seconds) => {
    expect(judgeDuration(text, 3600)).toBe(seconds);
  });

  test.each([
    ["1h1s", { refused: "durationTooLong", field: "duration", detail: "1 h" }],
    ["9s", { refused: "durationTooShort", field: "duration", detail: "10 s" }],
    ["1h banana", { refused: "durationUnreadable", field: "duration", detail: "1h banana" }],
    ["x".repeat(41), { refused: "durationUnreadable", field: "duration", detail: "x".repeat(40) }],
  ])("%s is refused", (text, refusal) => {
    expect(judgeDuration(text, 3600)).toEqual(refusal);
  });
});

describe("how many passes", () => {
  const pass = SAMPLE_GRANTS.active;
  const limit = (held: readonly (typeof pass)[], companyPasses = 0, person = "mia", most?: number) =>
    passLimit(
      samplePolicy({
        limits: { passesPerPerson: 2 },
        companies: { acme: { ...companies.acme, maxPasses: most } },
      }),
      sampleRecord(person),
      { held, companyPasses },
    );

  test("a person may hold", () => {
    expect(limit([pass])).toBeNull();
    expect(limit([pass, pass])).toEqual({ refused: "tooManyPasses", detail: "2" });
  });

  test("a company may hold, where the policy says so", () => {
    expect(limit([], 3, "mia", 4)).toBeNull();
    expect(limit([], 4, "mia", 4)).toEqual({ refused: "companyFull", detail: "4" });
    expect(limit([], 4, "ada", 4)).toBeNull();
    expect(limit([], 999, "mia")).toBeNull();
    expect(limit([], 999, "zoe", 4)).toBeNull();
  });
});

test("how many requests may wait", () => {
  const open = (count: number) => ({ open: Array.from({ length: count }, () => sampleRequest()) });
  const policy = samplePolicy({ limits: { openPerPerson: 2 } });

  expect(openLimit(policy, sampleRecord("mia"), open(1))).toBeNull();
  expect(openLimit(policy, sampleRecord("mia"), open(2))).toEqual({ refused: "tooManyOpen", detail: "2" });
});
