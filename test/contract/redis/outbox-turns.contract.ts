import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { Told } from "../../../src/workflows/telling.ts";
import { keysOf, type OutboxStage, verdict } from "./outbox-stage.ts";

/** Takes a stage; declares what two processes' outboxes promise between them, and how one ends. */
export function describeOutboxTurns(stage: OutboxStage): void {
  describe("two processes", () => {
    test("tell each thing once between them, in order", async () => {
      const [first, second] = [await stage.start(), await stage.start()];

      for (let i = 0; i < 20; i++) await stage.say(verdict(`${i}`));
      await stage.nothingLeft();

      const told = [...first.given, ...second.given].toSorted((a, b) => a.at - b.at);
      expect(keysOf(told)).toEqual(Array.from({ length: 20 }, (_, i) => `${i}`));
    });

    test("do not both tell what takes longer than the lease lasts", async () => {
      const gate = Promise.withResolvers<Told>();
      const both = [await stage.start(() => gate.promise), await stage.start(() => gate.promise)];
      await stage.say(verdict("a"));
      await expect.poll(() => both.flatMap(({ given }) => keysOf(given))).toEqual(["a"]);

      // That nothing is told has no event: a lease not renewed would run out in 6 s, and is sought every second.
      await wait(7_200);
      gate.resolve({ told: true });
      await stage.nothingLeft();

      expect(both.flatMap(({ given }) => keysOf(given))).toEqual(["a"]);
    });

    test("take turns within two seconds when one is closed", async () => {
      const first = await stage.start();
      await stage.say(verdict("a"));
      await stage.nothingLeft();
      const second = await stage.start();

      await first.outbox.close();
      await stage.say(verdict("b"));

      await expect.poll(() => keysOf(second.given), { timeout: 2_000 }).toEqual(["b"]);
    });

    test("P5 · lose nothing when one dies between telling and writing that down: the other tells it again", async () => {
      const first = await stage.start(async () => {
        await first.connection.close();
        return { told: true };
      });
      await stage.say(verdict("a"), verdict("b"));
      await expect.poll(() => keysOf(first.given)).toEqual(["a"]);
      const second = await stage.start();

      await expect.poll(() => keysOf(second.given), { timeout: 10_000 }).toEqual(["a", "b"]);
      await stage.nothingLeft();
      expect(keysOf(first.given)).toEqual(["a"]);
    });
  });

  test("closing while Slack hangs is bounded, and the telling stays", async () => {
    const gate = Promise.withResolvers<Told>();
    const { outbox, given } = await stage.start(() => gate.promise);
    await stage.say(verdict("a"));
    await expect.poll(() => keysOf(given)).toEqual(["a"]);
    const began = performance.now();

    await outbox.close();

    expect(performance.now() - began).toBeLessThan(6_000);
    expect(await stage.left()).toHaveLength(1);
    gate.resolve({ told: true });
  });
}
