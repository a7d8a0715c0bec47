import { describe, expect, test } from "vitest";
import type { Told } from "../../../src/workflows/telling.ts";
import { card, keysOf, type OutboxStage, urgent, verdict } from "./outbox-stage.ts";

/** Takes a stage; declares what the outbox promises of what is urgent. */
export function describeUrgent(stage: OutboxStage): void {
  describe("what is urgent", () => {
    test("goes before what waits in its lane, in the order in which it came, and is told once", async () => {
      const gate = Promise.withResolvers<Told>();
      const { given } = await stage.start(({ key }) => (key === "first" ? gate.promise : { told: true }));
      await stage.say(verdict("first"));
      await expect.poll(() => keysOf(given)).toEqual(["first"]);

      await stage.say(
        verdict("a"),
        card("b", "r1"),
        urgent("u1"),
        verdict("c"),
        urgent("u2"),
        verdict("read by now", "C2"),
      );
      await expect.poll(() => keysOf(given)).toEqual(["first", "read by now"]);
      gate.resolve({ told: true });
      await stage.nothingLeft();
      await stage.say(urgent("u1"), urgent("u3"));
      await stage.nothingLeft();

      expect(keysOf(given)).toEqual(["first", "read by now", "u1", "u2", "a", "b", "c", "u3"]);
    });

    test("waits with its lane while Slack wants it to wait, and then is the first", async () => {
      const { given } = await stage.start((_, tries) =>
        tries === 1 && given.length === 1 ? { told: false, retryAfterMs: 600 } : { told: true },
      );
      await stage.say(verdict("a"));
      await expect.poll(() => keysOf(given)).toEqual(["a"]);

      await stage.say(urgent("u"));
      await stage.nothingLeft();

      expect(keysOf(given)).toEqual(["a", "u", "a"]);
      expect((given[1]?.at ?? 0) - (given[0]?.at ?? 0)).toBeGreaterThanOrEqual(595);
    });

    test("that comes while another is told settles that other and not itself", async () => {
      const gate = Promise.withResolvers<Told>();
      const { given } = await stage.start(({ key }) => (key === "v1" ? gate.promise : { told: true }));
      await stage.say(card("v1", "r1"));
      await expect.poll(() => keysOf(given)).toEqual(["v1"]);

      await stage.say(urgent("u"), verdict("read by now", "C2"));
      await expect.poll(() => keysOf(given)).toEqual(["v1", "read by now"]);
      expect(await stage.left()).toHaveLength(2);
      gate.resolve({ told: true });
      await stage.nothingLeft();

      expect(keysOf(given)).toEqual(["v1", "read by now", "u"]);
    });

    test("P7 · is tried as often as it takes", async () => {
      const { given } = await stage.start((_, tries) =>
        tries <= 30 ? { told: false, retryAfterMs: 1 } : { told: true },
      );

      await stage.say(urgent("u"));
      await stage.nothingLeft();

      expect(given).toHaveLength(31);
    });
  });
}
