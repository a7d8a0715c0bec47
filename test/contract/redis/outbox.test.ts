import { setTimeout as wait } from "node:timers/promises";
import type { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startOutbox } from "../../../src/jobs/outbox.ts";
import { createRedisStore } from "../../../src/jobs/redis-store.ts";
import type { Telling } from "../../../src/workflows/ports.ts";
import type { Told } from "../../../src/workflows/telling.ts";
import { createRecordedEvents } from "../../fakes/recorded-events.ts";
import { useRedis } from "../../workbench/for-tests.ts";
import { emptied, readFields, useConnections } from "../redis-for-contracts.ts";

const OUTBOX = "{daypass}:outbox";
const redis = useRedis();
const connections = useConnections(() => redis.current.url);
const running: { close(): Promise<void> }[] = [];
let line: Redis;

beforeEach(async () => {
  line = await emptied((await connections.producer()).redis);
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((outbox) => outbox.close()));
});

type Answer = (telling: Telling, tries: number) => Told | Promise<Told>;

/** Starts an outbox whose notifier answers as the test wants, and keeps what it was given, and when. */
async function start(answer: Answer = () => ({ told: true })) {
  const given: { readonly key: string; readonly at: number }[] = [];
  const events = createRecordedEvents();
  const connection = await connections.consumer();
  const notifier = {
    tell: async (telling: Telling) => {
      given.push({ key: telling.key, at: performance.now() });
      return answer(telling, given.filter(({ key }) => key === telling.key).length);
    },
  };
  const outbox = startOutbox({ connection, notifier, events });
  running.push(outbox);
  return { outbox, connection, given, events };
}

function say(...tellings: Telling[]): Promise<unknown> {
  return createRedisStore(line).commit({ writes: [], tellings, rows: [] });
}

function verdict(key: string, lane = "C1"): Telling {
  return { key, lane, tell: { kind: "verdict", request: key } };
}

function card(key: string, request: string, lane = "C1"): Telling {
  return { key, lane, tell: { kind: "card", request } };
}

const keysOf = (given: readonly { readonly key: string }[]) => given.map(({ key }) => key);
const left = () => readFields(line, OUTBOX);
const nothingLeft = () => expect.poll(left, { timeout: 10_000 }).toEqual([]);

describe("the outbox", () => {
  test("tells what waited for it, in order, and then what is added, at once", async () => {
    await say(verdict("a"), verdict("b"));
    const { given } = await start();
    await expect.poll(() => keysOf(given)).toEqual(["a", "b"]);

    const addedAt = performance.now();
    await say(verdict("c"));

    await expect.poll(() => keysOf(given)).toEqual(["a", "b", "c"]);
    expect((given[2]?.at ?? 0) - addedAt).toBeLessThan(200);
    await nothingLeft();
  });

  test("tells a thousand that waited, each lane in its order", async () => {
    const tellings = Array.from({ length: 1_000 }, (_, i) => verdict(`${i}`, `C${i % 7}`));
    await say(...tellings);
    const { given } = await start();

    await nothingLeft();

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
    const { given } = await start(() => gate.promise);
    await say(verdict("a"));
    await expect.poll(() => keysOf(given)).toEqual(["a"]);

    expect(await left()).toHaveLength(1);
    gate.resolve({ told: true });

    await nothingLeft();
  });

  test("P12 · a lane that must wait keeps its order and holds up no other", async () => {
    const { given } = await start(({ lane }, tries) =>
      lane === "C1" && tries === 1 ? { told: false, retryAfterMs: 500 } : { told: true },
    );

    await say(verdict("a1", "C1"), verdict("a2", "C1"), verdict("b1", "C2"), verdict("b2", "C2"));
    await nothingLeft();

    const told = keysOf(given);
    expect(told.indexOf("b2")).toBeLessThan(told.lastIndexOf("a1"));
    expect(told.filter((key) => key.startsWith("a"))).toEqual(["a1", "a1", "a2", "a2"]);
  });

  test("does not try again before Retry-After is over", async () => {
    const { given } = await start((_, tries) => (tries < 3 ? { told: false, retryAfterMs: 400 } : { told: true }));

    await say(verdict("a"));
    await nothingLeft();

    expect(given).toHaveLength(3);
    const [first, second, third] = given.map(({ at }) => at);
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(395);
    expect((third ?? 0) - (second ?? 0)).toBeGreaterThanOrEqual(395);
  });

  test("tries again what broke, says so in the log, and does not run hot", async () => {
    const { given, events } = await start((_, tries) => {
      if (tries < 3) throw new Error("Slack's answer made no sense");
      return { told: true };
    });

    await say(verdict("a"));
    await nothingLeft();

    const [first, second, third] = given.map(({ at }) => at);
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(495);
    expect((third ?? 0) - (second ?? 0)).toBeGreaterThanOrEqual(995);
    expect(events.failures.map(({ what }) => what)).toEqual(["not told yet", "not told yet"]);
  });

  test("lays aside what can never be told, says so in the log, and goes on", async () => {
    const { given, events } = await start(({ key }) =>
      key === "a" ? { told: false, never: "channel_not_found" } : { told: true },
    );

    await say(verdict("a"), verdict("b"));
    await nothingLeft();

    expect(keysOf(given)).toEqual(["a", "b"]);
    expect(events.failures).toEqual([{ what: "never told", cause: new Error("channel_not_found") }]);
  });

  test("throws away what nobody can read and goes on", async () => {
    await line.xadd(OUTBOX, "*", "telling", "no JSON");
    await line.xadd(OUTBOX, "*", "telling", '{"key":7}');
    const { given, events } = await start();

    await say(verdict("a"));
    await nothingLeft();

    expect(keysOf(given)).toEqual(["a"]);
    expect(events.failures.map(({ what }) => what)).toEqual(Array(2).fill("nobody can read this telling"));
  });
});

describe("a key is told once", () => {
  test("however often it was put down", async () => {
    await say(verdict("a"), verdict("a"), verdict("b"));
    const { given } = await start();
    await nothingLeft();

    await say(verdict("a"));
    await nothingLeft();

    expect(keysOf(given)).toEqual(["a", "b"]);
  });

  test("and that is remembered for a week, also by the next process", async () => {
    const first = await start();
    await say(verdict("a"));
    await nothingLeft();
    await first.outbox.close();
    const seconds = await line.ttl("{daypass}:told:a");

    const second = await start();
    await say(verdict("a"), verdict("b"));
    await nothingLeft();

    expect(seconds).toBeGreaterThan(7 * 24 * 3600 - 60);
    expect(keysOf(second.given)).toEqual(["b"]);
  });
});

describe("cards", () => {
  test("of one request that wait together are told as one, in the place of the first", async () => {
    await say(card("r1-v1", "r1"), verdict("r1-denied"), card("r1-v2", "r1"), card("r2-v1", "r2"), card("r1-v3", "r1"));
    const { given } = await start();

    await nothingLeft();

    expect(keysOf(given)).toEqual(["r1-v1", "r1-denied", "r2-v1"]);
    expect(await line.exists("{daypass}:told:r1-v3")).toBe(1);
  });

  test("that came while one was being told are told after it: it may show an older state", async () => {
    const gate = Promise.withResolvers<Told>();
    const { given } = await start(({ key }) => (key === "v1" ? gate.promise : { told: true }));
    await say(card("v1", "r1"));
    await expect.poll(() => keysOf(given)).toEqual(["v1"]);

    await say(card("v2", "r1"), card("v3", "r1"), verdict("read by now", "C2"));
    await expect.poll(() => keysOf(given)).toEqual(["v1", "read by now"]);
    gate.resolve({ told: true });
    await nothingLeft();

    expect(keysOf(given)).toEqual(["v1", "read by now", "v2"]);
  });

  test("of which the first was told already are still told", async () => {
    await line.set("{daypass}:told:v1", "yes");
    await say(card("v1", "r1"), card("v2", "r1"));
    const { given } = await start();

    await nothingLeft();

    expect(keysOf(given)).toEqual(["v2"]);
  });
});

describe("two processes", () => {
  test("tell each thing once between them, in order", async () => {
    const [first, second] = [await start(), await start()];

    for (let i = 0; i < 20; i++) await say(verdict(`${i}`));
    await nothingLeft();

    const told = [...first.given, ...second.given].toSorted((a, b) => a.at - b.at);
    expect(keysOf(told)).toEqual(Array.from({ length: 20 }, (_, i) => `${i}`));
  });

  test("do not both tell what takes longer than the lease lasts", async () => {
    const gate = Promise.withResolvers<Told>();
    const both = [await start(() => gate.promise), await start(() => gate.promise)];
    await say(verdict("a"));
    await expect.poll(() => both.flatMap(({ given }) => keysOf(given))).toEqual(["a"]);

    // The lease lasts 6 s, and is sought every second.
    await wait(7_500);
    gate.resolve({ told: true });
    await nothingLeft();

    expect(both.flatMap(({ given }) => keysOf(given))).toEqual(["a"]);
  });

  test("take turns within two seconds when one is closed", async () => {
    const first = await start();
    await say(verdict("a"));
    await nothingLeft();
    const second = await start();

    await first.outbox.close();
    await say(verdict("b"));

    await expect.poll(() => keysOf(second.given), { timeout: 2_000 }).toEqual(["b"]);
  });

  test("P5 · lose nothing when one dies between telling and writing that down: the other tells it again", async () => {
    const first = await start(async () => {
      await first.connection.close();
      return { told: true };
    });
    await say(verdict("a"), verdict("b"));
    await expect.poll(() => keysOf(first.given)).toEqual(["a"]);
    const second = await start();

    await expect.poll(() => keysOf(second.given), { timeout: 10_000 }).toEqual(["a", "b"]);
    await nothingLeft();
    expect(keysOf(first.given)).toEqual(["a"]);
  });
});

test("an outage of Redis loses no telling and repeats none that was written down", async () => {
  const { given } = await start();
  await line.config("SET", "appendfsync", "always");
  await say(verdict("a"));
  await nothingLeft();
  await redis.current.kill();
  await redis.current.restart();
  await expect.poll(() => line.status).toBe("ready");

  await say(verdict("a"), verdict("b"));

  await nothingLeft();
  expect(keysOf(given)).toEqual(["a", "b"]);
});

test("closing while Slack hangs is bounded, and the telling stays", async () => {
  const gate = Promise.withResolvers<Told>();
  const { outbox, given } = await start(() => gate.promise);
  await say(verdict("a"));
  await expect.poll(() => keysOf(given)).toEqual(["a"]);
  const began = performance.now();

  await outbox.close();

  expect(performance.now() - began).toBeLessThan(6_000);
  expect(await left()).toHaveLength(1);
  gate.resolve({ told: true });
});
