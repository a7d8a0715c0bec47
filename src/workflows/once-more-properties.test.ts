import fc from "fast-check";
import { expect, test } from "vitest";
import { createFakeDesk, type FakeDesk } from "../../test/fakes/fake-desk.ts";
import { askFor, clickOn } from "../../test/fakes/sample-asking.ts";
import { sampleRecord } from "../../test/fakes/samples.ts";
import { policyWithRule, TWO_YESES } from "../../test/fakes/strict-policy.ts";
import { decide } from "./access.ts";
import { isRefusal } from "./refusal.ts";
import type { PendingRequest, Request } from "./request.ts";
import { sortYeses } from "./step-up.ts";

const APPROVERS = ["ada", "ben", "sam"];

const anyFlip = fc.record({ quorum: fc.integer({ min: 1, max: 3 }), stepUp: fc.boolean() });
const anyTurn = fc.record({ flip: fc.option(anyFlip), by: fc.constantFrom(...APPROVERS), stepped: fc.boolean() });
type Turn = typeof anyTurn extends fc.Arbitrary<infer Value> ? Value : never;

/** fast-check prints the seed and the smallest case with a failure. */
const RUNS = { numRuns: 300 };

function flip(desk: FakeDesk, { quorum, stepUp }: { readonly quorum: number; readonly stepUp: boolean }): void {
  desk.setPolicy(policyWithRule({ quorum }, { ...TWO_YESES, risk: { tiers: { low: { stepUp } } } }));
}

/** Approve on the card, and where it opens the form, Approve in that. */
async function press(desk: FakeDesk, request: PendingRequest, person: string) {
  const by = sampleRecord(person);
  const came = await decide(desk, clickOn(request, { by }));
  return isRefusal(came) && came.refused === "stepUpNeeded"
    ? decide(desk, clickOn(request, { by, stepped: true }))
    : came;
}

async function now(desk: FakeDesk, { id }: PendingRequest): Promise<Request> {
  const request = await desk.store.request(id);
  if (request === null) throw new Error("it was not saved");
  return request;
}

/** Takes what happens; returns the request it leaves, with the desk. */
async function afterTurns(turns: readonly Turn[]) {
  const desk = createFakeDesk();
  flip(desk, { quorum: 3, stepUp: false });
  const request = await askFor(desk);
  for (const turn of turns) {
    if (turn.flip !== null) flip(desk, turn.flip);
    await decide(desk, clickOn(request, { by: sampleRecord(turn.by), stepped: turn.stepped }));
  }
  return { desk, request };
}

/** Takes who presses Approve, one after the other, while it waits; returns whom the card asked for it in vain. */
async function pressAll(desk: FakeDesk, request: PendingRequest, people: readonly string[]) {
  const inVain: string[] = [];
  for (const person of people) {
    const known = await now(desk, request);
    if (known.state !== "pending") break;
    const isAsked = sortYeses(known).onceMore.some(({ by }) => by === person);
    const came = await press(desk, request, person);
    if (isAsked && isRefusal(came)) inVain.push(person);
  }
  return inVain;
}

const anyRun = fc.tuple(fc.array(anyTurn, { maxLength: 6 }), anyFlip, fc.shuffledSubarray(APPROVERS, { minLength: 3 }));

test("P6 · whatever the policy was at each click, who is asked to say yes once more can, and enough yeses decide", async () => {
  await fc.assert(
    fc.asyncProperty(anyRun, async ([turns, last, order]) => {
      const { desk, request } = await afterTurns(turns);
      const before = await now(desk, request);
      if (before.state !== "pending") return;
      flip(desk, last);
      const sayers = order.filter((person) => before.yeses.some(({ by }) => by === person));

      const inVain = await pressAll(desk, request, sayers);

      const after = await now(desk, request);
      expect(inVain).toEqual([]);
      expect(after.state).toBe(sayers.length >= last.quorum ? "approved" : "pending");
      expect(after.state === "pending" && sayers.length > 0 ? sortYeses(after).onceMore : []).toEqual([]);
    }),
    RUNS,
  );
});
