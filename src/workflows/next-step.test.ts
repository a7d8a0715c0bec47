import { describe, expect, test } from "vitest";
import { NOON, SAMPLE_APPROVAL, SAMPLE_GRANTS, sampleGrant, sampleRequest } from "../../test/fakes/samples.ts";
import type { Grant } from "./grant.ts";
import { dueAt, isOverdue, keptUntil, nextStep } from "./next-step.ts";

const END = SAMPLE_GRANTS.making.end;
const HALF_AN_HOUR = 30 * 60_000;
const armed = { ...SAMPLE_GRANTS.active, timerArmed: true };
const warned = { ...armed, warned: true };
const WARNS_AT = END - 10 * 60_000;
const short = sampleGrant({ end: NOON + 60_000 });
const DAY = 24 * 3_600_000;
const STARTS_AT = NOON + 3_600_000;
const later = sampleGrant({ startsAt: STARTS_AT });

const STEPS: readonly [what: string, grant: Grant, now: number, step: object][] = [
  ["a grant just approved is made", SAMPLE_GRANTS.making, NOON, { do: "make" }],
  ["a grant in trouble is tried again", sampleGrant({ trouble: "does not answer" }), NOON + 1, { do: "make" }],
  ["a yes is kept for half an hour", SAMPLE_GRANTS.making, NOON + HALF_AN_HOUR - 1, { do: "make" }],
  [
    "and not longer, where the cluster stays silent",
    SAMPLE_GRANTS.making,
    NOON + HALF_AN_HOUR,
    { do: "beginEnding", ending: { why: "clusterSilent", by: null, words: null, since: NOON + HALF_AN_HOUR } },
  ],
  ["a short grant is made until just before its end", short, NOON + 59_999, { do: "make" }],
  [
    "a short grant that was never made ends at its end",
    short,
    NOON + 60_000,
    { do: "beginEnding", ending: { why: "clusterSilent", by: null, words: null, since: NOON + 60_000 } },
  ],
  ["an active grant's timer is looked at", SAMPLE_GRANTS.active, NOON + 1001, { do: "checkTimer" }],
  ["with its timer armed it waits until its grantee must be told", armed, NOON + 2000, { do: "wait", until: WARNS_AT }],
  ["ten minutes before its end the grantee is told", armed, WARNS_AT, { do: "warn" }],
  ["once, and then it waits for its end", warned, WARNS_AT, { do: "wait", until: END }],
  [
    "of twenty minutes or less nobody needs to be told",
    { ...armed, end: NOON + 1_200_000 },
    NOON + 2000,
    {
      ...{ do: "wait", until: NOON + 1_200_000 },
    },
  ],
  ["and still waits in the last millisecond", warned, END - 1, { do: "wait", until: END }],
  [
    "at its end it begins to end, since its end",
    armed,
    END,
    { do: "beginEnding", ending: { why: "expired", by: null, words: null, since: END } },
  ],
  [
    "noticed late, it still ends since its end, so the lag is told",
    armed,
    END + 99_000,
    { do: "beginEnding", ending: { why: "expired", by: null, words: null, since: END } },
  ],
  [
    "the end comes before the look at the timer",
    SAMPLE_GRANTS.active,
    END,
    { do: "beginEnding", ending: { why: "expired", by: null, words: null, since: END } },
  ],
  ["an ending grant is ended, however early", SAMPLE_GRANTS.ending, 0, { do: "end" }],
  ["an ending grant is ended, however late: nobody gives up", SAMPLE_GRANTS.ending, END * 2, { do: "end" }],
  ["an ended grant is done", SAMPLE_GRANTS.ended, END, { do: "done" }],
];

test.each(STEPS)("%s", (_, grant, now, step) => {
  expect(nextStep(grant, now)).toEqual(step);
});

test("no moment exists at which a grant past its end is made, waits or looks at its timer", () => {
  for (const grant of [SAMPLE_GRANTS.making, SAMPLE_GRANTS.active, armed, warned, short, later]) {
    for (const late of [0, 1, 1000, 86_400_000]) {
      expect(nextStep(grant, grant.end + late)).toMatchObject({ do: "beginEnding" });
    }
  }
});

test("an ending is overdue after a minute, not before", () => {
  expect(isOverdue(SAMPLE_GRANTS.ending, NOON + 179_999)).toBe(false);
  expect(isOverdue(SAMPLE_GRANTS.ending, NOON + 180_000)).toBe(true);
});

describe("a grant that begins later", () => {
  test("waits for its start, is made from then on, and a silent cluster is given its time from then", () => {
    expect(nextStep(later, NOON)).toEqual({ do: "wait", until: STARTS_AT });
    expect(nextStep(later, STARTS_AT - 1)).toEqual({ do: "wait", until: STARTS_AT });
    expect(nextStep(later, STARTS_AT)).toEqual({ do: "make" });
    expect(nextStep(later, STARTS_AT + HALF_AN_HOUR - 1)).toEqual({ do: "make" });
    expect(nextStep(later, STARTS_AT + HALF_AN_HOUR)).toMatchObject({ ending: { why: "clusterSilent" } });
  });

  test("is made at once where its start had passed when the last yes came", () => {
    expect(nextStep({ ...later, startsAt: NOON - 1 }, NOON)).toEqual({ do: "make" });
  });

  test("warns by how long it lasts, not by how long ago it was decided", () => {
    const brief = { ...armed, startsAt: END - 20 * 60_000 };

    expect(nextStep(brief, END - 11 * 60_000)).toEqual({ do: "wait", until: END });
  });
});

test("a yes is never kept past the end", () => {
  expect(keptUntil(SAMPLE_GRANTS.making)).toBe(NOON + HALF_AN_HOUR);
  expect(keptUntil(short)).toBe(short.end);
});

describe("when somebody must look again", () => {
  const { state: _, ...asked } = sampleRequest();
  const { decision, lent } = SAMPLE_APPROVAL;
  const approved = { ...asked, state: "approved", decision, lent, end: END, grants: [], review: null } as const;
  const review = { dueAt: NOON + DAY, chasedAt: null, done: null };

  test.each([
    ["a pending request", sampleRequest(), NOON + 3_600_000],
    ["an approved request", approved, null],
    ["an emergency whose review is owed", { ...approved, review }, NOON + DAY],
    [
      "one whose reviewers were reminded",
      { ...approved, review: { ...review, chasedAt: NOON + DAY + 9 } },
      NOON + 2 * DAY + 9,
    ],
    ["one that was reviewed", { ...approved, review: { ...review, done: { by: "ada", at: NOON, words: "" } } }, null],
    ["a denied request", { ...asked, state: "denied", decision, why: null } as const, null],
    ["a withdrawn request", { ...asked, state: "withdrawn", at: NOON } as const, null],
    ["a lapsed request", { ...asked, state: "lapsed", at: NOON } as const, null],
    ["a grant being made", SAMPLE_GRANTS.making, NOON],
    ["a grant that begins later", later, STARTS_AT],
    ["an active grant with its timer unseen", SAMPLE_GRANTS.active, NOON + 1000],
    ["an active grant with its timer armed", armed, WARNS_AT],
    ["an active grant whose grantee was told", warned, END],
    ["an ending grant", SAMPLE_GRANTS.ending, 0],
    ["an ended grant", SAMPLE_GRANTS.ended, null],
  ])("%s: %#", (_what, record, moment) => {
    expect(dueAt(record)).toBe(moment);
  });

  test.each(
    [...Object.values(SAMPLE_GRANTS), armed, warned, later].flatMap((grant: Grant) =>
      [NOON + 120_000, END - 1, END, END + 5000].map((now) => ({ grant, state: grant.state, now })),
    ),
  )("a grant that is $state and still has a step to take is due by then, so a sweep finds it: %#", ({ grant, now }) => {
    const step = nextStep(grant, now);
    const latest = { wait: END, done: Number.NEGATIVE_INFINITY }[step.do as string] ?? now;

    expect(dueAt(grant) ?? Number.NEGATIVE_INFINITY).toBeLessThanOrEqual(latest);
    expect(dueAt(grant) === null).toBe(step.do === "done");
  });
});
