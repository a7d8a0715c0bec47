import type { Redis } from "ioredis";
import { describe, expect, test } from "vitest";
import { createRedisCards } from "../../../src/jobs/redis-cards.ts";
import { createRedisStore } from "../../../src/jobs/redis-store.ts";
import type { Commit } from "../../../src/workflows/ports.ts";
import { NOON, sampleRequest } from "../../fakes/samples.ts";
import { readFields } from "../redis-for-contracts.ts";
import type { WeakLine } from "./weak-line.ts";

/** An empty Redis for each test, and what can befall it. */
export interface OutageStage {
  /** A producer's line. */
  line(): Promise<Redis>;
  /** A producer's line that can be cut. */
  weak(): Promise<Omit<WeakLine, "url"> & { readonly line: Redis }>;
  kill(): Promise<void>;
  restart(): Promise<void>;
  pause(): void;
  resume(): void;
  /** Whether it has no memory left from now on. */
  fill(full: boolean): Promise<void>;
}

export const ASKING: Commit = {
  writes: [{ kind: "request", expected: null, next: sampleRequest() }],
  tellings: [{ key: "card", lane: "C0", tell: { kind: "card", request: "abcdefghij" } }],
  rows: [{ at: NOON, what: "asked", by: "mia", request: "abcdefghij", grant: null, detail: {} }],
};

/** As long as people may wait for the sentence that nothing was recorded, with a little for a busy machine. */
export const PATIENCE_MS = 1_500 + 200;

/** Takes a stage; declares what becomes of commits while Redis is in trouble. */
export function describeOutage(stage: OutageStage): void {
  describe("while Redis is dead or hangs", () => {
    test("P5 · a commit is refused at once and says that nothing was recorded, and all is well when Redis is back", async () => {
      const line = await stage.line();
      const store = createRedisStore(line);
      await stage.kill();

      const { error, ms } = await fail(store.commit(ASKING));

      expect(error).toMatchObject({ name: "StoreUnavailable", recorded: "nothing" });
      expect(ms).toBeLessThan(PATIENCE_MS);
      await stage.restart();
      await expect.poll(() => line.status).toBe("ready");
      expect(await store.request("abcdefghij")).toBeNull();
      expect(await store.commit(ASKING)).toBe("saved");
    });

    test("P5 · a commit is given up within 1.5 s, and says that nobody knows whether it was recorded", async () => {
      const line = await stage.line();
      const store = createRedisStore(line);
      await store.request("warm");
      stage.pause();

      const { error, ms } = await fail(store.commit(ASKING));
      stage.resume();

      expect(error).toMatchObject({ name: "StoreUnavailable", recorded: "unknown" });
      expect(ms).toBeLessThan(PATIENCE_MS);
      await expect.poll(() => store.request("abcdefghij").catch(() => null)).toEqual(sampleRequest());
    });
  });

  test("P5 · a commit whose answer was lost on the way is saved once, told once, and known as saved", async () => {
    const weak = await stage.weak();
    const { line } = weak;
    const store = createRedisStore(line);
    await store.commit({ writes: [], tellings: [], rows: [] });
    weak.loseNextAnswer();

    const answer = await store.commit(ASKING);

    expect(answer).toBe("saved");
    expect(weak.count()).toBe(2);
    expect(await store.request("abcdefghij")).toEqual(sampleRequest());
    expect(await readFields(line, "{daypass}:outbox")).toHaveLength(1);
    expect(await readFields(line, "{daypass}:ledger")).toHaveLength(1);

    weak.loseNextAnswer();
    expect(await store.commit({ ...ASKING, writes: [] })).toBe("saved");
    expect(await readFields(line, "{daypass}:ledger")).toHaveLength(2);
  });

  test("a Redis that is full records nothing of a commit, says so, and still shows what it has", async () => {
    const line = await stage.line();
    const store = createRedisStore(line);
    await store.commit(ASKING);
    await stage.fill(true);

    const full = { ...sampleRequest({ id: "other" }), reason: "x".repeat(500) };
    const { error } = await fail(
      store.commit({ ...ASKING, writes: [{ kind: "request", expected: null, next: full }] }),
    );
    await stage.fill(false);

    expect(error).toMatchObject({ name: "StoreUnavailable", recorded: "nothing" });
    expect(await store.request("other")).toBeNull();
    expect(await readFields(line, "{daypass}:outbox")).toHaveLength(1);
  });

  test("where it is full, no card is kept either, and it is said that nothing was", async () => {
    const line = await stage.line();
    const cards = createRedisCards(line);
    await stage.fill(true);

    const { error } = await fail(cards.keep("card-abcdefghij", { channel: "C1", ts: "1.0" }));
    await stage.fill(false);

    expect(error).toMatchObject({ name: "StoreUnavailable", recorded: "nothing" });
    expect(await cards.find("card-abcdefghij")).toBeNull();
  });

  describe("a Redis that is slow", () => {
    test("within what people may wait is only slow", async () => {
      const slow = await stage.weak();
      const store = createRedisStore(slow.line);
      slow.delayAnswers(400);

      expect(await store.commit(ASKING)).toBe("saved");
      expect(await store.request("abcdefghij")).toEqual(sampleRequest());
    });

    test("P5 · beyond it is given up within 1.5 s, nobody knows what was recorded, and later all is well", async () => {
      const slow = await stage.weak();
      const store = createRedisStore(slow.line);
      slow.delayAnswers(2_500);

      const commit = await fail(store.commit(ASKING));
      const read = await fail(store.request("abcdefghij"));
      slow.delayAnswers(0);

      for (const { error, ms } of [commit, read]) {
        expect(error).toMatchObject({ name: "StoreUnavailable", recorded: "unknown" });
        expect(ms).toBeLessThan(PATIENCE_MS);
      }
      await expect
        .poll(() => store.request("abcdefghij").catch(() => null), { timeout: 5_000 })
        .toEqual(sampleRequest());
    });
  });

  test("an error of Redis carries none of what was written", async () => {
    const line = await stage.line();
    await line.hset("{daypass}:request:abcdefghij", "no", "string");

    const next = sampleRequest({ version: 2 });
    const writes = [{ kind: "request", expected: 1, next }] as const;
    const { error } = await fail(createRedisStore(line).commit({ ...ASKING, writes }));

    expect(error).toMatchObject({ message: expect.stringContaining("WRONGTYPE") });
    expect(error).not.toHaveProperty("command");
  });
}

/** Takes work that must fail; returns with what, and after how many milliseconds. */
export async function fail(work: Promise<unknown>): Promise<{ readonly error: unknown; readonly ms: number }> {
  const began = performance.now();
  const error = await work.then(
    () => "no error at all",
    (cause: unknown) => cause,
  );
  return { error, ms: performance.now() - began };
}
