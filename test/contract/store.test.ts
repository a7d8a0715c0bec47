import RedisMock from "ioredis-mock";
import { expect, test } from "vitest";
import { COMMIT_LUA } from "../../src/jobs/commit.lua.ts";
import { createRedisStore } from "../../src/jobs/redis-store.ts";
import type { Write } from "../../src/workflows/ports.ts";
import { createMemoryStore } from "../fakes/memory-store.ts";
import { NOON, SAMPLE_GRANTS, SAMPLE_HISTORY, sampleGrant, sampleRequest } from "../fakes/samples.ts";
import { useRedis } from "../workbench/for-tests.ts";
import { emptied, useConnections } from "./redis-for-contracts.ts";
import { describeStore } from "./store.contract.ts";
import { storeOn } from "./store-on-redis.ts";

const redis = useRedis();
const connections = useConnections(() => redis.current.url);

describeStore("the store in memory", async () => {
  const store = createMemoryStore();
  return { store, tellings: async () => store.tellings, rows: async () => store.rows };
});

describeStore("the store's script on a pretended Redis", async () => {
  const line = await emptied(new RedisMock());
  const pretended = storeOn(line);
  // Commands of one's own have a fixed number of keys there; its EVAL takes any.
  line.commitDaypass = (...given) => line.eval(COMMIT_LUA, ...given) as Promise<"saved" | "raced">;
  return pretended;
});

describeStore("the store on Redis", async () => storeOn(await emptied((await connections.producer()).redis)), "P5 · ");

test("what still lives stays in Redis for good, what is over for seven days more, and what is remembered of people for 400", async () => {
  const line = await emptied((await connections.producer()).redis);
  const store = createRedisStore(line, { clock: { now: () => NOON } });
  const request = sampleRequest();
  const { making, active, ending, ended } = SAMPLE_GRANTS;
  const left: number[] = [];
  const save = async (write: Write) => {
    await store.commit({ writes: [write], tellings: [], rows: [] });
    left.push(await line.pttl(`{daypass}:${write.kind}:${write.next.id}`));
  };

  for (const next of [making, active, ending, ended]) {
    await save({ kind: "grant", expected: next === making ? null : next.version - 1, next });
  }
  await save({ kind: "request", expected: null, next: request });
  await save({ kind: "request", expected: 1, next: { ...request, version: 2, state: "lapsed", at: NOON } });

  await save({ kind: "history", expected: null, next: SAMPLE_HISTORY });
  await save({ kind: "history", expected: 1, next: { ...SAMPLE_HISTORY, version: 2, reviews: [] } });

  const week = 7 * 24 * 3_600_000;
  const kept = [-1, -1, -1, ended.end - NOON + week, -1, week, -1, 400 * 24 * 3_600_000];
  expect(left.map((ms) => (ms < 0 ? ms : Math.round(ms / 10_000)))).toEqual(
    kept.map((ms) => (ms < 0 ? ms : Math.round(ms / 10_000))),
  );
});

test("a record that is over and comes to life again is not forgotten", async () => {
  const line = await emptied((await connections.producer()).redis);
  const store = createRedisStore(line);
  const request = sampleRequest();
  const lapsed = { ...request, state: "lapsed", at: NOON } as const;
  await store.commit({ writes: [{ kind: "request", expected: null, next: lapsed }], tellings: [], rows: [] });
  expect(await line.pttl(`{daypass}:request:${request.id}`)).toBeGreaterThan(0);

  await store.commit({
    writes: [{ kind: "request", expected: 1, next: { ...request, version: 2 } }],
    tellings: [],
    rows: [],
  });

  expect(await line.pttl(`{daypass}:request:${request.id}`)).toBe(-1);
});

test("two thousand records that are due are listed in less than 50 ms, and all that lives in less than a second", async () => {
  const line = await emptied((await connections.producer()).redis);
  const store = createRedisStore(line);
  for (let from = 0; from < 2_000; from += 100) {
    const writes = Array.from({ length: 100 }, (_, i) => ({
      ...({ kind: "grant", expected: null, next: sampleGrant({ id: `grant-${from + i}` }) } as const),
    }));
    await store.commit({ writes, tellings: [], rows: [] });
  }

  const began = performance.now();
  const due = await store.due(NOON, 2_000);
  const listed = performance.now();
  const { grants } = await store.live();

  expect([due.length, grants.length]).toEqual([2_000, 2_000]);
  expect(listed - began).toBeLessThan(50);
  expect(performance.now() - listed).toBeLessThan(1_000);
});
