import { describe, expect, test } from "vitest";
import { NOON, sampleRequest } from "../../test/fakes/samples.ts";
import { isRefusal } from "./refusal.ts";
import { type Decision, type Request, type RequestEvent, transitionRequest } from "./request.ts";

const decision: Decision = { by: "ada", at: NOON + 5000, policyHash: "p2" };
const EVENTS = {
  approve: { type: "approve", decision, end: NOON + 7_200_000, grants: ["abcdefghija"] },
  deny: { type: "deny", decision, why: "not during the freeze" },
  withdraw: { type: "withdraw", at: NOON + 5000 },
  lapse: { type: "lapse", at: NOON + 3_600_000 },
} as const satisfies { readonly [Type in RequestEvent["type"]]: Extract<RequestEvent, { type: Type }> };

const { state: _, ...asked } = sampleRequest();
const STATES = {
  pending: sampleRequest(),
  approved: { ...asked, version: 2, state: "approved", decision, end: NOON + 7_200_000, grants: ["abcdefghija"] },
  denied: { ...asked, version: 2, state: "denied", decision, why: null },
  withdrawn: { ...asked, version: 2, state: "withdrawn", at: NOON },
  lapsed: { ...asked, version: 2, state: "lapsed", at: NOON },
} as const satisfies { readonly [State in Request["state"]]: Extract<Request, { state: State }> };

const LEADS_TO: Readonly<Record<RequestEvent["type"], Request["state"]>> = {
  approve: "approved",
  deny: "denied",
  withdraw: "withdrawn",
  lapse: "lapsed",
};

describe("a pending request", () => {
  test.each(Object.values(EVENTS))("can $type, once, with all that was asked unchanged", (event) => {
    const next = transitionRequest(STATES.pending, event);

    const { type: _type, ...said } = event;
    expect(next).toEqual({ ...asked, version: 2, state: LEADS_TO[event.type], ...said });
  });
});

describe.each(Object.values(STATES).filter(({ state }) => state !== "pending"))(
  "a request that is $state",
  (request) => {
    test.each(Object.values(EVENTS))("refuses to $type: it was answered already", (event) => {
      expect(transitionRequest(request, event)).toEqual({ refused: "alreadyDecided" });
    });
  },
);

test("of any two events the first one holds and the second one changes nothing", () => {
  for (const first of Object.values(EVENTS)) {
    for (const second of Object.values(EVENTS)) {
      const once = transitionRequest(STATES.pending, first);
      if (isRefusal(once)) throw new Error(`${first.type} was refused`);
      const before = structuredClone(once);

      expect(transitionRequest(once, second)).toEqual({ refused: "alreadyDecided" });
      expect(once).toEqual(before);
    }
  }
});
