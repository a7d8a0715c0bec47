import type { Redis } from "ioredis";
import { createRedisStore } from "../../src/jobs/redis-store.ts";
import { readFields } from "./redis-for-contracts.ts";
import type { StoreUnderTest } from "./store.contract.ts";

/** Takes a line to an empty Redis, real or not; returns the store on it, and what it handed on. */
export function storeOn(line: Redis): StoreUnderTest {
  return {
    store: createRedisStore(line),
    tellings: async () => (await readFields(line, "{daypass}:outbox")).map((text) => JSON.parse(text)),
    rows: async () => (await readFields(line, "{daypass}:ledger")).map((text) => JSON.parse(text)),
  };
}
