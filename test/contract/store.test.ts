import type { Redis } from "ioredis";
import RedisMock from "ioredis-mock";
import { COMMIT_LUA } from "../../src/jobs/commit.lua.ts";
import { createRedisStore } from "../../src/jobs/redis-store.ts";
import { createMemoryStore } from "../fakes/memory-store.ts";
import { useRedis } from "../workbench/for-tests.ts";
import { emptied, readFields, useConnections } from "./redis-for-contracts.ts";
import { describeStore, type StoreUnderTest } from "./store.contract.ts";

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

function storeOn(line: Redis): StoreUnderTest {
  return {
    store: createRedisStore(line),
    tellings: async () => (await readFields(line, "{daypass}:outbox")).map((text) => JSON.parse(text)),
    rows: async () => (await readFields(line, "{daypass}:ledger")).map((text) => JSON.parse(text)),
  };
}
