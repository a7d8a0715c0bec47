import { describe, expect, test } from "vitest";
import type { Clock, Waker } from "../../src/workflows/ports.ts";
import type { Wake } from "../fakes/memory-waker.ts";

/** A waker with nothing to come, its clock, and what is to come, the earliest first. */
export interface WakerUnderTest {
  readonly waker: Waker;
  readonly clock: Clock;
  waiting(): Promise<readonly Wake[]>;
}

/** Takes which waker it is and how to make a fresh one; declares what every waker promises. */
export function describeWaker(name: string, make: () => Promise<WakerUnderTest>): void {
  describe(name, () => {
    const ref = { kind: "grant", id: "abcdefghija" } as const;

    test("a wake for now or for a moment gone by is there at once", async () => {
      const { waker, clock, waiting } = await make();
      const now = clock.now();

      await waker.wake(ref, 1, now);
      await waker.wake({ kind: "request", id: "abcdefghij" }, 1, now - 60_000);

      const wakes = await waiting();
      expect(wakes.map((wake) => wake.ref)).toEqual(
        expect.arrayContaining([ref, { kind: "request", id: "abcdefghij" }]),
      );
      expect(wakes.every((wake) => wake.at <= clock.now())).toBe(true);
    });

    test("a wake for later comes at its moment, not before and not 50 ms after", async () => {
      const { waker, clock, waiting } = await make();
      const at = clock.now() + 3_600_000;

      await waker.wake(ref, 1, at);

      const [wake] = await waiting();
      expect(wake?.ref).toEqual(ref);
      expect(wake?.at).toBeGreaterThanOrEqual(at);
      expect(wake?.at).toBeLessThan(at + 50);
    });

    test("the same wake asked for many times is one", async () => {
      const { waker, clock, waiting } = await make();
      const at = clock.now() + 3_600_000;

      await Promise.all(Array.from({ length: 20 }, () => waker.wake(ref, 1, at)));

      expect(await waiting()).toHaveLength(1);
    });

    test("the wake of a grant's end swallows neither a later version's nor an earlier moment's", async () => {
      const { waker, clock, waiting } = await make();
      const end = clock.now() + 3_600_000;

      await waker.wake(ref, 3, end);
      await waker.wake(ref, 3, end - 60_000);
      await waker.wake(ref, 4, end);
      await waker.wake(ref, 4, clock.now());

      expect((await waiting()).map((wake) => wake.ref)).toEqual([ref, ref, ref, ref]);
    });
  });
}
