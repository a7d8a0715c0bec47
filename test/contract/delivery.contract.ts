import { describe, expect, test } from "vitest";
import type { DeliveryDesk, DeliveryRequest } from "../../src/workflows/delivery-ports.ts";
import type { Clock } from "../../src/workflows/ports.ts";
import type { DeliveryCounter } from "../../src/workflows/telling.ts";
import type { DeskJob } from "../fakes/memory-desk.ts";
import { NOON } from "../fakes/samples.ts";

/** Both sides of one desk, empty, and what the worker would be woken for. */
export interface DeliveryUnderTest {
  readonly desk: DeliveryDesk;
  readonly counter: DeliveryCounter;
  readonly clock: Clock;
  jobs(): Promise<readonly DeskJob[]>;
}

const REQUEST: DeliveryRequest = {
  ...{ id: "delivery-1", grant: "abcdefghija", person: "mia", at: NOON },
  key: { kty: "EC", crv: "P-256", x: "x", y: "y" },
};
const CHECK = { id: REQUEST.id, grant: REQUEST.grant, n: 2 } as const;
const ANSWER = { sealed: "eyJ.sealed.answer", n: 2, end: NOON + 7_200_000, former: NOON } as const;

/** Takes which desk it is and how to make a fresh one; declares what every desk promises. */
export function describeDelivery(name: string, make: () => Promise<DeliveryUnderTest>): void {
  describe(name, () => {
    test("what was asked for is what the worker loads, and it is woken for it", async () => {
      const { desk, counter, jobs } = await make();
      expect(await desk.load(REQUEST.id)).toBeNull();

      await counter.ask(REQUEST);

      expect(await desk.load(REQUEST.id)).toEqual(REQUEST);
      expect(await jobs()).toEqual([{ name: "deliver", id: REQUEST.id }]);
    });

    test("an answer reaches who waits for it already", async () => {
      const { desk, counter } = await make();

      const waiting = counter.answer(REQUEST.id, 5_000);
      await desk.answer(REQUEST.id, ANSWER);

      expect(await waiting).toEqual(ANSWER);
    });

    test("what was answered is asked for no more, so that a job that comes twice hands over once", async () => {
      const { desk, counter } = await make();
      await counter.ask(REQUEST);

      await desk.answer(REQUEST.id, ANSWER);

      expect(await desk.load(REQUEST.id)).toBeNull();
    });

    test("an answer can be read once, also by who comes a little later", async () => {
      const { desk, counter } = await make();

      await desk.answer(REQUEST.id, { refused: "notActive" });

      expect(await counter.answer(REQUEST.id, 1_000)).toEqual({ refused: "notActive" });
      expect(await counter.answer(REQUEST.id, 50)).toBeNull();
    });

    test("of two answers the later one is read, and nothing is left", async () => {
      const { desk, counter } = await make();

      await desk.answer(REQUEST.id, ANSWER);
      await desk.answer(REQUEST.id, { ...ANSWER, n: 3 });

      expect(await counter.answer(REQUEST.id, 1_000)).toEqual({ ...ANSWER, n: 3 });
      expect(await counter.answer(REQUEST.id, 50)).toBeNull();
    });

    test("each waits for the answer to their own click", async () => {
      const { desk, counter } = await make();

      const [first, second] = [counter.answer("click-1", 5_000), counter.answer("click-2", 5_000)];
      await desk.answer("click-2", { ...ANSWER, n: 2 });
      await desk.answer("click-1", { ...ANSWER, n: 1 });

      expect(await first).toEqual({ ...ANSWER, n: 1 });
      expect(await second).toEqual({ ...ANSWER, n: 2 });
    });

    test("who waits for an answer that never comes is told so in time", async () => {
      const { counter } = await make();
      const began = performance.now();

      expect(await counter.answer(REQUEST.id, 200)).toBeNull();

      expect(performance.now() - began).toBeLessThan(1_500);
    });

    test("a delivery is not received until the bot says so, and another one of the same click not even then", async () => {
      const { desk, counter } = await make();
      expect(await desk.received(REQUEST.id, 2)).toBe(false);

      await counter.received(REQUEST.id, 2);

      expect(await desk.received(REQUEST.id, 2)).toBe(true);
      expect(await desk.received(REQUEST.id, 3)).toBe(false);
      expect(await desk.received("delivery-2", 2)).toBe(false);
    });

    test("the check of a delivery comes forty-five seconds later, once for each delivery", async () => {
      const { desk, clock, jobs } = await make();
      const now = clock.now();

      await desk.checkLater(CHECK);

      const [check] = await jobs();
      expect(check).toMatchObject({ name: "check", id: REQUEST.id, grant: REQUEST.grant, n: 2 });
      const at = check?.name === "check" ? check.at : 0;
      expect(at).toBeGreaterThanOrEqual(now + 45_000);
      expect(at).toBeLessThan(now + 46_000);
    });

    test("a check whose wake is lost or late comes at once where it is asked for anew, and once however often", async () => {
      const { desk, clock, jobs } = await make();
      const now = clock.now();
      await desk.checkLater(CHECK);

      for (const _ of [1, 2]) await desk.checkNow(CHECK);

      const moments = (await jobs()).map((job) => (job.name === "check" ? job.at : 0)).sort((a, b) => a - b);
      expect(moments).toHaveLength(2);
      expect(moments[0]).toBeLessThan(now + 5_000);
      expect(moments[1]).toBeGreaterThanOrEqual(now + 45_000);
    });
  });
}
