import { afterEach, beforeEach, describe, expect, inject, test } from "vitest";
import { createRedisStore } from "../../../src/jobs/redis-store.ts";
import type { Commit, Store } from "../../../src/workflows/ports.ts";
import { NOON, SAMPLE_GRANTS, sampleRequest } from "../../fakes/samples.ts";
import { useGuardian, useRedis } from "../../workbench/for-tests.ts";
import { type Redis, startRedis } from "../../workbench/redis.ts";
import { emptied, useConnections } from "../redis-for-contracts.ts";

const guardian = useGuardian();
const redis = useRedis(guardian);
const connections = useConnections(() => redis.current.url);
let replica: Redis;
let store: Store;

beforeEach(async () => {
  const { redis: line } = await connections.producer();
  await emptied(line);
  replica = await startRedis({
    ...{ guardian, server: inject("redisServer"), folder: guardian.folder },
    settings: { replicaof: `127.0.0.1 ${redis.current.port}`, "repl-diskless-sync-delay": "0" },
  });
  await line.config("SET", "repl-diskless-sync-delay", "0");
  // In its first second a replica is online and confirms no write yet.
  const confirm = async () => {
    await line.set("{daypass}:written", "now");
    return line.wait(1, 500);
  };
  await expect.poll(confirm, { timeout: 10_000 }).toBe(1);
  store = createRedisStore(line, { replicas: () => 1 });
});

afterEach(() => replica.stop());

function asking(id: string): Commit {
  const row = { at: NOON, what: "asked", by: "mia", request: id, grant: null, detail: {} };
  return { writes: [{ kind: "request", expected: null, next: sampleRequest({ id }) }], tellings: [], rows: [row] };
}

describe("while a replica follows Redis", () => {
  test("P5 · what was acknowledged is there after a failover", async () => {
    const saved = await Promise.all(Array.from({ length: 50 }, (_, i) => store.commit(asking(`request-${i}`))));
    await redis.current.kill();
    await replica.ask("REPLICAOF NO ONE");

    expect(saved).toEqual(Array(50).fill("saved"));
    const after = createRedisStore((await connections.producer(replica.url)).redis);
    expect((await after.live()).requests).toHaveLength(50);
    await redis.current.restart();
  });

  test("that hangs, a commit is recorded or not: nobody knows, and people hear so in time", async () => {
    await store.commit(asking("before"));
    replica.pause();
    const began = performance.now();

    const outcomes = await Promise.allSettled([1, 2, 3, 4, 5].map((i) => store.commit(asking(`hung-${i}`))));
    replica.resume();

    expect(performance.now() - began).toBeLessThan(1_500);
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({
        reason: { name: "StoreUnavailable", recorded: "unknown", message: expect.stringContaining("no replica") },
      });
    }
    await expect.poll(() => store.commit(asking("again")).catch(() => null)).not.toBeNull();
  });

  test("P5 · that hangs, an ending is recorded and told as not yet safe; a read waits for nothing", async () => {
    const { active, ending } = SAMPLE_GRANTS;
    await store.commit({ writes: [{ kind: "grant", expected: null, next: active }], tellings: [], rows: [] });
    replica.pause();
    const asked = store.commit(asking("hung")).catch(() => null);
    const began = performance.now();

    const writes = [{ kind: "grant", expected: active.version, next: ending }] as const;
    const saving = store.commit({ writes, tellings: [], rows: [] }).catch((cause: unknown) => cause);
    await expect.poll(async () => (await store.grant(active.id))?.state).toBe("ending");
    expect(performance.now() - began).toBeLessThan(300);

    expect(await saving).toMatchObject({ name: "StoreUnavailable", recorded: "unknown" });
    replica.resume();
    await asked;
  });

  test("that took over without a commit does not count as having it", async () => {
    const { redis: line } = await connections.producer();
    const lagging = createRedisStore(line, {
      replicas: () => {
        // Between the commit and the question Redis loses it, as a failover to a lagging replica does.
        void line.flushall();
        return 1;
      },
    });

    const outcome = await lagging.commit(asking("lost")).catch((cause: unknown) => cause);

    expect(outcome).toMatchObject({ name: "StoreUnavailable", recorded: "unknown" });
  });
});

test("where no replica follows, nobody is waited for", async () => {
  await replica.stop();
  const alone = createRedisStore((await connections.producer()).redis, { replicas: () => 0 });
  const began = performance.now();

  expect(await alone.commit(asking("alone"))).toBe("saved");

  expect(performance.now() - began).toBeLessThan(200);
});
