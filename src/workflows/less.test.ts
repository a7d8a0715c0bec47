import { describe, expect, test } from "vitest";
import { createRandom } from "../../test/fakes/random.ts";
import { NOON, SAMPLE_TARGET, sampleRequest } from "../../test/fakes/samples.ts";
import { allOf, leftOf, lessThanAll, narrowest, whyNotLess } from "./less.ts";
import type { Less, Yes } from "./request.ts";

const TARGETS = [
  { ...SAMPLE_TARGET, namespaces: ["web", "payments"] },
  { ...SAMPLE_TARGET, profile: "restart", namespaces: ["ledger"] },
];
const REQUEST = sampleRequest({ targets: TARGETS, startsAt: NOON + 3_600_000 });
const ALL: Less = { durationSeconds: 7200, namespaces: ["ledger", "payments", "web"], startsAt: NOON + 3_600_000 };

const yesTo = (less: Less | null): Yes => ({ by: "ada", at: NOON, policyHash: "p1", less });

test("all that was asked for is each namespace of each target, and no yes leaves less than that", () => {
  expect(allOf(REQUEST)).toEqual(ALL);
  expect(narrowest(REQUEST, [yesTo(null), yesTo(null)])).toEqual(ALL);
  expect(lessThanAll(REQUEST, ALL)).toBeNull();
  expect(lessThanAll(REQUEST, { ...ALL, durationSeconds: 7199 })).toEqual({ ...ALL, durationSeconds: 7199 });
});

test("the narrowest is the shortest of what is left everywhere, from the latest start on", () => {
  const one = { durationSeconds: 600, namespaces: ["web", "ledger"], startsAt: NOON + 3_600_000 };
  const other = { durationSeconds: 900, namespaces: ["payments", "web"], startsAt: NOON + 4_000_000 };

  expect(narrowest(REQUEST, [yesTo(one), yesTo(null), yesTo(other)])).toEqual({
    ...{ durationSeconds: 600, namespaces: ["web"], startsAt: NOON + 4_000_000 },
  });
});

test("a target of which nothing is left is not lent at all", () => {
  expect(leftOf(REQUEST, { ...ALL, namespaces: ["web"] })).toEqual([{ ...TARGETS[0], namespaces: ["web"] }]);
});

describe("a yes that leaves less", () => {
  test.each<[string, Partial<Less>, object | null]>([
    ["may leave all", {}, null],
    ["may leave ten seconds", { durationSeconds: 10 }, null],
    ["may begin later by as much as it is shorter", { durationSeconds: 7100, startsAt: NOON + 3_700_000 }, null],
    ["never leaves nine seconds", { durationSeconds: 9 }, { refused: "nothingLeft", field: "duration" }],
    ["never leaves what is no number of seconds", { durationSeconds: Number.NaN }, { refused: "nothingLeft" }],
    ["never leaves no namespace", { namespaces: [] }, { refused: "nothingLeft", field: "namespaces" }],
    ["never adds a namespace", { namespaces: ["kube-system"] }, { refused: "notNarrower", detail: "kube-system" }],
    ["never adds a second", { durationSeconds: 7201 }, { refused: "notNarrower", field: "duration" }],
    ["never begins sooner", { startsAt: NOON + 3_599_999 }, { refused: "notNarrower", field: "start" }],
    ["never begins at once instead", { startsAt: null }, { refused: "notNarrower", field: "start" }],
    [
      "never ends later",
      { durationSeconds: 7101, startsAt: NOON + 3_700_000 },
      { refused: "notNarrower", field: "start" },
    ],
  ])("%s", (_, changes, no) => {
    const answer = whyNotLess(REQUEST, { ...ALL, ...changes }, NOON);

    if (no === null) expect(answer).toBeNull();
    else expect(answer).toMatchObject(no);
  });

  test("to a request that begins at once may begin later, by as much as it is shorter, counted from the yes", () => {
    const request = { ...REQUEST, startsAt: null };
    const later = { ...ALL, durationSeconds: 7000, startsAt: NOON + 500_000 };

    expect(whyNotLess(request, later, NOON + 300_000)).toBeNull();
    expect(whyNotLess(request, later, NOON + 299_999)).toMatchObject({ refused: "notNarrower", field: "start" });
  });
});

test("whatever yeses there are, more of them never leave more", () => {
  const random = createRandom();
  const anyLess = (): Less => ({
    durationSeconds: 10 + random.below(7191),
    namespaces: ALL.namespaces.filter(() => random.below(3) > 0),
    startsAt: (ALL.startsAt ?? 0) + random.below(5) * 1000,
  });

  for (let i = 0; i < 500; i++) {
    const yeses = Array.from({ length: 1 + random.below(4) }, () => yesTo(random.below(4) === 0 ? null : anyLess()));
    const before = narrowest(REQUEST, yeses.slice(0, -1));
    const after = narrowest(REQUEST, yeses);

    const said = `seed ${random.seed}`;
    expect(after.durationSeconds, said).toBeLessThanOrEqual(before.durationSeconds);
    expect(after.startsAt ?? 0, said).toBeGreaterThanOrEqual(before.startsAt ?? 0);
    expect(before.namespaces, said).toEqual(expect.arrayContaining([...after.namespaces]));
    expect(narrowest(REQUEST, yeses.toReversed()), said).toEqual(after);
  }
});
