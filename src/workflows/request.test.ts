import { describe, expect, test } from "vitest";
import { NOON, SAMPLE_APPROVAL, SAMPLE_NEEDS, sampleRequest } from "../../test/fakes/samples.ts";
import { isRefusal } from "./refusal.ts";
import {
  type ApprovedRequest,
  type Decision,
  owesReview,
  type PendingEvent,
  type Request,
  transitionRequest,
} from "./request.ts";

const decision: Decision = { people: ["ada"], at: NOON + 5000, policyHash: "p2", rules: ["acme-payments"] };
const yes = { ...SAMPLE_APPROVAL.yes, at: NOON + 5000 };
const EVENTS = {
  approve: { ...SAMPLE_APPROVAL, yes, decision },
  deny: { type: "deny", decision, why: "not during the freeze" },
  withdraw: { type: "withdraw", at: NOON + 5000 },
  lapse: { type: "lapse", at: NOON + 3_600_000 },
} as const satisfies Partial<{ readonly [Type in PendingEvent["type"]]: Extract<PendingEvent, { type: Type }> }>;
const YES = { ...SAMPLE_APPROVAL, type: "yes", yes, fingerprint: "another" } as const;

const { state: _, ...asked } = sampleRequest();
const { lent, end, grants } = SAMPLE_APPROVAL;
const approved: ApprovedRequest = {
  ...{ ...asked, version: 2, state: "approved", yeses: [yes], decision, lent, end, grants, review: null },
};
const STATES = {
  approved,
  denied: { ...asked, version: 2, state: "denied", decision, why: null },
  withdrawn: { ...asked, version: 2, state: "withdrawn", at: NOON },
  lapsed: { ...asked, version: 2, state: "lapsed", at: NOON },
} as const satisfies Partial<{ readonly [State in Request["state"]]: Extract<Request, { state: State }> }>;

const review = { dueAt: NOON + 86_400_000, chasedAt: null, done: null };
const owing: ApprovedRequest = { ...approved, leave: "breakGlass", review };
const done = { by: "ada", at: NOON + 90_000, words: "restarted api, nothing else" };

describe("a pending request", () => {
  test.each<[keyof typeof EVENTS, object]>([
    ["approve", approved],
    ["deny", { ...STATES.denied, why: "not during the freeze" }],
    ["withdraw", { ...STATES.withdrawn, at: NOON + 5000 }],
    ["lapse", { ...STATES.lapsed, at: NOON + 3_600_000 }],
  ])("can %s, once, with all that was asked unchanged", (type, next) => {
    expect(transitionRequest(sampleRequest(), EVENTS[type])).toEqual(next);
  });

  test("waits on after a yes that is not enough, with what is needed and shown now", () => {
    const needs = { ...SAMPLE_NEEDS, quorum: 2 };

    const next = transitionRequest(sampleRequest(), { ...YES, needs });

    expect(next).toEqual({ ...sampleRequest(), version: 2, yeses: [yes], needs, fingerprint: "another" });
  });

  test("forgets a yes that no longer counts, when the next one is given", () => {
    const before = sampleRequest({
      yeses: [
        { ...yes, by: "ben" },
        { ...yes, by: "cleo" },
      ],
    });

    const next = transitionRequest(before, { ...YES, dropped: ["ben"] });

    expect(next).toMatchObject({ state: "pending", yeses: [{ by: "cleo" }, { by: "ada" }] });
  });

  test("is approved with no yes at all where none is needed", () => {
    const next = transitionRequest(sampleRequest({ leave: "policy" }), { ...EVENTS.approve, yes: null });

    expect(next).toMatchObject({ state: "approved", yeses: [] });
  });
});

describe.each(Object.values(STATES))("a request that is $state", (request) => {
  test.each([...Object.values(EVENTS), YES])("refuses to $type: it was answered already", (event) => {
    expect(transitionRequest(request, event)).toEqual({ refused: "alreadyDecided" });
  });
});

test("of any two answers the first one holds and the second one changes nothing", () => {
  for (const first of Object.values(EVENTS)) {
    for (const second of [...Object.values(EVENTS), YES]) {
      const once = transitionRequest(sampleRequest(), first);
      if (isRefusal(once)) throw new Error(`${first.type} was refused`);
      const before = structuredClone(once);

      expect(transitionRequest(once, second)).toEqual({ refused: "alreadyDecided" });
      expect(once).toEqual(before);
    }
  }
});

describe("a review", () => {
  const chased = { type: "chased", at: NOON + 86_400_000 } as const;
  const reviewed = { type: "reviewed", done } as const;

  test("is owed until it is done, however often it was asked for", () => {
    const later = transitionRequest(owing, chased) as Request;
    const over = transitionRequest(later, reviewed) as Request;

    expect([owing, later, over].map(owesReview)).toEqual([true, true, false]);
    expect(over).toEqual({ ...owing, version: 4, review: { ...review, chasedAt: chased.at, done } });
  });

  test("is given once, and nothing is asked for after it", () => {
    const over = transitionRequest(owing, reviewed) as Request;

    expect(transitionRequest(over, reviewed)).toEqual({ refused: "alreadyReviewed" });
    expect(transitionRequest(over, chased)).toEqual({ refused: "alreadyReviewed" });
  });

  test.each([approved, sampleRequest(), STATES.denied])(
    "is nothing that an ordinary request owes: $state",
    (request) => {
      expect(owesReview(request)).toBe(false);
      expect(transitionRequest(request, reviewed)).toEqual({ refused: "notNow" });
    },
  );
});
