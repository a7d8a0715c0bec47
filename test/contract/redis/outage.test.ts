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
import { emptied, useConnections } from "../redis-for-contracts.ts";
import { ASKING, describeOutage, fail, PATIENCE_MS } from "./outage.contract.ts";
import { createWeakLine } from "./weak-line.ts";

const redis = useRedis();
const connections = useConnections(() => redis.current.url);

beforeEach(async () => {
  await emptied((await connections.producer()).redis);
});

describeOutage({
  line: async () => (await connections.producer()).redis,
  weak: async () => {
    const weak = await createWeakLine(redis.current.port);
    return { ...weak, line: (await connections.producer(weak.url)).redis };
  },
  kill: () => redis.current.kill(),
  restart: () => redis.current.restart(),
  pause: () => redis.current.pause(),
  resume: () => redis.current.resume(),
  fill: async (full) => {
    await (await connections.producer()).redis.config("SET", "maxmemory", full ? "1mb" : "0");
  },
});

describe("while Redis is dead", () => {
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
