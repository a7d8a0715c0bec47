import { afterEach, beforeEach, expect, inject } from "vitest";
import { createRedisStore } from "../../../src/jobs/redis-store.ts";
import type { Store } from "../../../src/workflows/ports.ts";
import { useGuardian, useRedis } from "../../workbench/for-tests.ts";
import { type Redis, startRedis } from "../../workbench/redis.ts";
import { emptied, useConnections } from "../redis-for-contracts.ts";
import { describeReplica } from "./replica.contract.ts";

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

describeReplica({
  line: async () => (await connections.producer()).redis,
  store: () => store,
  pauseReplica: () => replica.pause(),
  resumeReplica: () => replica.resume(),
  stopReplica: () => replica.stop(),
  failOver: async () => {
    await redis.current.kill();
    await replica.ask("REPLICAOF NO ONE");
    const { redis: line } = await connections.producer(replica.url);
    await redis.current.restart();
    return line;
  },
});
