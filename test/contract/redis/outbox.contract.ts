import { describe, expect, test } from "vitest";
import type { Told } from "../../../src/workflows/telling.ts";
import { card, keysOf, type OutboxStage, verdict } from "./outbox-stage.ts";

const OUTBOX = "{daypass}:outbox";

/** Takes a stage; declares what the outbox promises on every Redis. */
export function describeOutbox(stage: OutboxStage): void {
  describe("the outbox", () => {
    test("tells what waited for it, in order, and then what is added, at once", async () => {
      await stage.say(verdict("a"), verdict("b"));
      const { given } = await stage.start();
      await expect.poll(() => keysOf(given)).toEqual(["a", "b"]);

      const addedAt = performance.now();
      await stage.say(verdict("c"));

      await expect.poll(() => keysOf(given)).toEqual(["a", "b", "c"]);
      expect((given[2]?.at ?? 0) - addedAt).toBeLessThan(200);
      await stage.nothingLeft();
    });

    test("tells a thousand that waited, each lane in its order", async () => {
      const tellings = Array.from({ length: 1_000 }, (_, i) => verdict(`${i}`, `C${i % 7}`));
      await stage.say(...tellings);
      const { given } = await stage.start();

      await stage.nothingLeft();

      expect(given).toHaveLength(1_000);
      for (let lane = 0; lane < 7; lane++) {
        const inLane = keysOf(given)
          .map(Number)
          .filter((i) => i % 7 === lane);
        expect(inLane).toEqual(inLane.toSorted((a, b) => a - b));
      }
    });

    test("keeps a telling in Redis until it is told", async () => {
      const gate = Promise.withResolvers<Told>();
      const { given } = await stage.start(() => gate.promise);
      await stage.say(verdict("a"));
      await expect.poll(() => keysOf(given)).toEqual(["a"]);

      expect(await stage.left()).toHaveLength(1);
      gate.resolve({ told: true });

      await stage.nothingLeft();
    });

    test("P12 · what has the number of something that was told meanwhile is told as well", async () => {
      const gate = Promise.withResolvers<Told>();
      const { outbox, given } = await stage.start(() => gate.promise);
      const id = "1780315200000-0";
      await stage.line.xadd(OUTBOX, id, "telling", JSON.stringify(verdict("a")));
      await expect.poll(() => keysOf(given)).toEqual(["a"]);

      await stage.line.del(OUTBOX);
      await stage.line.xadd(OUTBOX, id, "telling", JSON.stringify(verdict("b")));
      gate.resolve({ told: true });
      await expect.poll(() => stage.line.exists("{daypass}:told:a")).toBe(1);

      await outbox.close();

      const next = await stage.start();
      await stage.nothingLeft();
      expect([...keysOf(given), ...keysOf(next.given)]).toEqual(["a", "b"]);
    });

    test("P12 · a lane that must wait keeps its order and holds up no other", async () => {
      const { given } = await stage.start(({ lane }, tries) =>
        lane === "C1" && tries === 1 ? { told: false, retryAfterMs: 500 } : { told: true },
      );

      await stage.say(verdict("a1", "C1"), verdict("a2", "C1"), verdict("b1", "C2"), verdict("b2", "C2"));
      await stage.nothingLeft();

      const told = keysOf(given);
      expect(told.indexOf("b2")).toBeLessThan(told.lastIndexOf("a1"));
      expect(told.filter((key) => key.startsWith("a"))).toEqual(["a1", "a1", "a2", "a2"]);
    });

    test("does not try again before Retry-After is over", async () => {
      const { given } = await stage.start((_, tries) =>
        tries < 3 ? { told: false, retryAfterMs: 400 } : { told: true },
      );

      await stage.say(verdict("a"));
      await stage.nothingLeft();

      expect(given).toHaveLength(3);
      const [first, second, third] = given.map(({ at }) => at);
      expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(395);
      expect((third ?? 0) - (second ?? 0)).toBeGreaterThanOrEqual(395);
    });

    test("tries again what broke, says so in the log, and does not run hot", async () => {
      const { given, events } = await stage.start((_, tries) => {
        if (tries < 3) throw new Error("Slack's answer made no sense");
        return { told: true };
      });

      await stage.say(verdict("a"));
      await stage.nothingLeft();

      const [first, second, third] = given.map(({ at }) => at);
      expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(495);
      expect((third ?? 0) - (second ?? 0)).toBeGreaterThanOrEqual(995);
      expect(events.failures.map(({ what }) => what)).toEqual(["not told yet", "not told yet"]);
    });

    test("lays aside what can never be told, says so in the log, and goes on", async () => {
      const { given, events } = await stage.start(({ key }) =>
        key === "a" ? { told: false, never: "channel_not_found" } : { told: true },
      );

      await stage.say(verdict("a"), verdict("b"));
      await stage.nothingLeft();

      expect(keysOf(given)).toEqual(["a", "b"]);
      expect(events.failures).toMatchObject([{ what: "never told", cause: new Error("channel_not_found") }]);
    });

    test("throws away what nobody can read and goes on", async () => {
      await stage.line.xadd(OUTBOX, "*", "telling", "no JSON");
      await stage.line.xadd(OUTBOX, "*", "telling", '{"key":7}');
      const { given, events } = await stage.start();

      await stage.say(verdict("a"));
      await stage.nothingLeft();

      expect(keysOf(given)).toEqual(["a"]);
      expect(events.failures.map(({ what }) => what)).toEqual(Array(2).fill("nobody can read this telling"));
    });
  });

  describe("a key is told once", () => {
    test("however often it was put down", async () => {
      await stage.say(verdict("a"), verdict("a"), verdict("b"));
      const { given } = await stage.start();
      await stage.nothingLeft();

      await stage.say(verdict("a"));
      await stage.nothingLeft();

      expect(keysOf(given)).toEqual(["a", "b"]);
    });

    test("and that is remembered for a minute, also by the next process", async () => {
      const first = await stage.start();
      await stage.say(verdict("a"));
      await stage.nothingLeft();
      await first.outbox.close();
      const seconds = await stage.line.ttl("{daypass}:told:a");

      const second = await stage.start();
      await stage.say(verdict("a"), verdict("b"));
      await stage.nothingLeft();

      expect(seconds).toBeGreaterThan(50);
      expect(seconds).toBeLessThanOrEqual(60);
      expect(keysOf(second.given)).toEqual(["b"]);
    });
  });

  describe("cards", () => {
    test("of one request that wait together are told as one, in the place of the first", async () => {
      await stage.say(
        card("r1-v1", "r1"),
        verdict("r1-denied"),
        card("r1-v2", "r1"),
        card("r2-v1", "r2"),
        card("r1-v3", "r1"),
      );
      const { given } = await stage.start();

      await stage.nothingLeft();

      expect(keysOf(given)).toEqual(["r1-v1", "r1-denied", "r2-v1"]);
      expect(await stage.line.keys("{daypass}:told:*")).toEqual(["{daypass}:told:r1-denied"]);
    });

    test("that came while one was being told are told after it: it may show an older state", async () => {
      const gate = Promise.withResolvers<Told>();
      const { given } = await stage.start(({ key }) => (key === "v1" ? gate.promise : { told: true }));
      await stage.say(card("v1", "r1"));
      await expect.poll(() => keysOf(given)).toEqual(["v1"]);

      await stage.say(card("v2", "r1"), card("v3", "r1"), verdict("read by now", "C2"));
      await expect.poll(() => keysOf(given)).toEqual(["v1", "read by now"]);
      gate.resolve({ told: true });
      await stage.nothingLeft();

      expect(keysOf(given)).toEqual(["v1", "read by now", "v2"]);
    });

    test("are told as often as they are put down and leave nothing behind in Redis: each only draws anew", async () => {
      const asker = { kind: "asker", request: "r1", grant: null, moment: "approved" } as const;
      const { given } = await stage.start();
      for (let i = 0; i < 2; i++) {
        await stage.say(card("v1", "r1"), { key: "approved-r1", lane: "person:mia", tell: asker });
        await stage.nothingLeft();
      }

      expect(keysOf(given).toSorted()).toEqual(["approved-r1", "approved-r1", "v1", "v1"]);
      expect(await stage.line.keys("{daypass}:told:*")).toEqual([]);
    });
  });
}
