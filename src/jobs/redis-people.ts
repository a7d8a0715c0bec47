import type { Redis } from "ioredis";
import type { People } from "../workflows/ports.ts";
import { keys } from "./keys.ts";
import { answered } from "./store-unavailable.ts";

/** Takes a producer's connection; returns the bot's records of linked people, as the worker reads them too. */
export function createRedisPeople(redis: Redis): People {
  return {
    record: async (person) => {
      const text = await answered(redis.get(keys.person(person)));
      return text === null ? null : JSON.parse(text);
    },
    save: async (record) => {
      await answered(redis.set(keys.person(record.person), JSON.stringify(record)));
    },
  };
}
