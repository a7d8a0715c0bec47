import { setTimeout as wait } from "node:timers/promises";
import { beforeEach, describe, expect, test } from "vitest";
import { createBullWaker } from "../../../src/jobs/bull-waker.ts";
import { createDeliveryCounter } from "../../../src/jobs/delivery-desk.ts";
import { DELIVERIES, openQueue, WAKES } from "../../../src/jobs/queues.ts";
import { checkRedisUrl, connectProducer } from "../../../src/jobs/redis.ts";
import { createRedisStore } from "../../../src/jobs/redis-store.ts";
import type { Commit } from "../../../src/workflows/ports.ts";
import { StoreUnavailable } from "../../../src/workflows/trouble.ts";
import { createRecordedEvents } from "../../fakes/recorded-events.ts";
import { NOON, sampleRequest } from "../../fakes/samples.ts";
import { useRedis } from "../../workbench/for-tests.ts";
import { findFreePort } from "../../workbench/ports.ts";
import { emptied, readFields, useConnections } from "../redis-for-contracts.ts";
import { createWeakLine } from "./weak-line.ts";

const redis = useRedis();
const connections = useConnections(() => redis.current.url);

const ASKING: Commit = {
  writes: [{ kind: "request", expected: null, next: sampleRequest() }],
  tellings: [{ key: "card", lane: "C0", tell: { kind: "card", request: "abcdefghij" } }],
  rows: [{ at: NOON, what: "asked", by: "mia", request: "abcdefghij", grant: null, detail: {} }],
};

/** As long as people may wait for the sentence that nothing was recorded, with a little for a busy machine. */
const PATIENCE_MS = 1_500 + 200;

beforeEach(async () => {
  await emptied((await connections.producer()).redis);
});

describe("while Redis is dead", () => {
  test("P5 · a commit is refused at once and says that nothing was recorded, and all is well when Redis is back", async () => {
    const line = (await connections.producer()).redis;
    const store = createRedisStore(line);
    await redis.current.kill();

    const { error, ms } = await fail(store.commit(ASKING));

    expect(error).toMatchObject({ name: "StoreUnavailable", recorded: "nothing" });
    expect(ms).toBeLessThan(PATIENCE_MS);
    await redis.current.restart();
    await expect.poll(() => line.status).toBe("ready");
    expect(await store.request("abcdefghij")).toBeNull();
    expect(await store.commit(ASKING)).toBe("saved");
  });

  test("a wake and a click on Get kubeconfig are refused in time too", async () => {
    const line = (await connections.producer()).redis;
    const events = createRecordedEvents();
    const waker = createBullWaker(openQueue(WAKES, line, events), { now: () => NOON });
    const deliveries = openQueue(DELIVERIES, line, events);
    const counter = createDeliveryCounter(line, await connections.consumer(), deliveries);
    await waker.wake({ kind: "grant", id: "before" }, 1, NOON);
    await redis.current.kill();

    const wake = await fail(waker.wake({ kind: "grant", id: "abcdefghija" }, 1, NOON));
    const click = await fail(counter.ask({ id: "c", grant: "abcdefghija", person: "mia", key: {}, at: NOON }));

    for (const { error, ms } of [wake, click]) {
      expect(error).toBeInstanceOf(StoreUnavailable);
      expect(ms).toBeLessThan(PATIENCE_MS);
    }
    await redis.current.restart();
  });

  test("a Redis that was never reached is told from one that answers, in time", async () => {
    const port = await findFreePort();
    const connection = connectProducer(`redis://127.0.0.1:${port}`, createRecordedEvents());
    const waker = createBullWaker(openQueue(WAKES, connection.redis, createRecordedEvents()), { now: () => NOON });

    const ready = await fail(connection.ready(300));
    const wake = await fail(waker.wake({ kind: "grant", id: "abcdefghija" }, 1, NOON));
    const commit = await fail(createRedisStore(connection.redis).commit(ASKING));
    await connection.close();

    expect(ready.ms).toBeLessThan(600);
    for (const { error, ms } of [ready, wake, commit]) {
      expect(error).toBeInstanceOf(StoreUnavailable);
      expect(ms).toBeLessThan(PATIENCE_MS);
    }
  });
});

describe("while Redis hangs", () => {
  test("P5 · a commit is given up within 1.5 s, and says that nobody knows whether it was recorded", async () => {
    const line = (await connections.producer()).redis;
    const store = createRedisStore(line);
    await store.request("warm");
    redis.current.pause();

    const { error, ms } = await fail(store.commit(ASKING));
    redis.current.resume();

    expect(error).toMatchObject({ name: "StoreUnavailable", recorded: "unknown" });
    expect(ms).toBeLessThan(PATIENCE_MS);
    await expect.poll(() => store.request("abcdefghij").catch(() => null)).toEqual(sampleRequest());
  });

  test("a wake is given up within 1.5 s", async () => {
    const line = (await connections.producer()).redis;
    const waker = createBullWaker(openQueue(WAKES, line, createRecordedEvents()), { now: () => NOON });
    await waker.wake({ kind: "grant", id: "before" }, 1, NOON);
    redis.current.pause();

    const { error, ms } = await fail(waker.wake({ kind: "grant", id: "abcdefghija" }, 1, NOON));
    redis.current.resume();

    expect(error).toBeInstanceOf(StoreUnavailable);
    expect(ms).toBeLessThan(PATIENCE_MS);
  });

  test("closing connections is quick all the same", async () => {
    const [producer, consumer] = [await connections.producer(), await connections.consumer()];
    const further = consumer.open();
    further.blpop("{daypass}:nothing", 0).catch(() => undefined);
    redis.current.pause();
    const began = performance.now();

    await Promise.all([producer.close(), consumer.close()]);

    expect(performance.now() - began).toBeLessThan(1_500);
    redis.current.resume();
  });
});

test("P5 · a commit whose answer was lost on the way is saved once, told once, and known as saved", async () => {
  const weak = await createWeakLine(redis.current.port);
  const line = (await connections.producer(weak.url)).redis;
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
  const line = (await connections.producer()).redis;
  const store = createRedisStore(line);
  await store.commit(ASKING);
  await line.config("SET", "maxmemory", "1mb");

  const full = { ...sampleRequest({ id: "other" }), reason: "x".repeat(500) };
  const { error } = await fail(store.commit({ ...ASKING, writes: [{ kind: "request", expected: null, next: full }] }));
  await line.config("SET", "maxmemory", "0");

  expect(error).toMatchObject({ name: "StoreUnavailable", recorded: "nothing" });
  expect(await store.request("other")).toBeNull();
  expect(await readFields(line, "{daypass}:outbox")).toHaveLength(1);
});

test("a Redis that takes no writes, such as a replica, records nothing of a commit, says so, and still shows what it has", async () => {
  const line = (await connections.producer()).redis;
  const store = createRedisStore(line);
  await store.commit(ASKING);
  await line.config("SET", "min-replicas-to-write", "1");
  const noReplica = await fail(store.commit(creating("other")));
  await line.config("SET", "min-replicas-to-write", "0");
  await line.replicaof("127.0.0.1", String(await findFreePort()));
  const readOnly = await fail(store.commit(creating("other")));
  const shown = await store.request("abcdefghij");
  await line.replicaof("NO", "ONE");

  for (const { error, ms } of [noReplica, readOnly]) {
    expect(error).toMatchObject({ name: "StoreUnavailable", recorded: "nothing" });
    expect(ms).toBeLessThan(PATIENCE_MS);
  }
  expect(shown).toEqual(sampleRequest());
  expect(await store.commit(creating("other"))).toBe("saved");
});

describe("a Redis that is slow", () => {
  test("within what people may wait is only slow", async () => {
    const slow = await createWeakLine(redis.current.port);
    const store = createRedisStore((await connections.producer(slow.url)).redis);
    slow.delayAnswers(400);

    expect(await store.commit(ASKING)).toBe("saved");
    expect(await store.request("abcdefghij")).toEqual(sampleRequest());
  });

  test("P5 · beyond it is given up within 1.5 s, nobody knows what was recorded, and later all is well", async () => {
    const slow = await createWeakLine(redis.current.port);
    const store = createRedisStore((await connections.producer(slow.url)).redis);
    slow.delayAnswers(2_500);

    const commit = await fail(store.commit(ASKING));
    const read = await fail(store.request("abcdefghij"));
    slow.delayAnswers(0);

    for (const { error, ms } of [commit, read]) {
      expect(error).toMatchObject({ name: "StoreUnavailable", recorded: "unknown" });
      expect(ms).toBeLessThan(PATIENCE_MS);
    }
    await expect.poll(() => store.request("abcdefghij").catch(() => null), { timeout: 5_000 }).toEqual(sampleRequest());
  });
});

test("an error of Redis carries none of what was written", async () => {
  const line = (await connections.producer()).redis;
  await line.hset("{daypass}:request:abcdefghij", "no", "string");

  const next = sampleRequest({ version: 2 });
  const writes = [{ kind: "request", expected: 1, next }] as const;
  const { error } = await fail(createRedisStore(line).commit({ ...ASKING, writes }));

  expect(error).toMatchObject({ message: expect.stringContaining("WRONGTYPE") });
  expect(error).not.toHaveProperty("command");
});

test("after an outage the time-out of the lost socket does not end the next one (ioredis#2147)", async () => {
  const weak = await createWeakLine(redis.current.port);
  const connection = await connections.producer(weak.url);
  await connection.redis.ping();
  weak.loseNextAnswer();
  await connection.redis.ping();
  const after = weak.count();

  // That nothing happens has no event: the lost socket's time-out would strike 5 s after its last command.
  await wait(5_200);

  expect(weak.count()).toBe(after);
  expect(connection.redis.status).toBe("ready");
});

describe("REDIS_URL", () => {
  test("may be redis:// or, with TLS, rediss://", () => {
    expect(() => checkRedisUrl("redis://:pa55word@localhost:6379/0")).not.toThrow();
    expect(() => checkRedisUrl("rediss://cache.example:6380")).not.toThrow();
  });

  test.each([
    ["redis+sentinel://:pa55word@a:26379,b:26379/mymaster", "Sentinel is not supported yet"],
    ["sentinel://:pa55word@a:26379", "Sentinel is not supported yet"],
    ["http://:pa55word@localhost", "must be redis://"],
    ["localhost:6379", "must be redis://"],
    ["", "must be redis://"],
  ])("%j is refused with a sentence that does not repeat it", (url, sentence) => {
    expect(() => checkRedisUrl(url)).toThrow(sentence);
    expect(() => checkRedisUrl(url)).not.toThrow("pa55word");
  });
});

function creating(id: string): Commit {
  return { ...ASKING, writes: [{ kind: "request", expected: null, next: sampleRequest({ id }) }] };
}

async function fail(work: Promise<unknown>): Promise<{ readonly error: unknown; readonly ms: number }> {
  const began = performance.now();
  const error = await work.then(
    () => "no error at all",
    (cause: unknown) => cause,
  );
  return { error, ms: performance.now() - began };
}
