import type { Redis } from "ioredis";
import type { Facts } from "../workflows/ports.ts";
import { keys } from "./keys.ts";
import { answered } from "./store-unavailable.ts";

/** Takes a producer's connection; returns what the worker read from each cluster, as the bot shows it. */
export function createRedisFacts(redis: Redis): Facts {
  return {
    of: async (cluster) => {
      const text = await answered(redis.get(keys.facts(cluster)));
      return text === null ? null : JSON.parse(text);
    },
    publish: async (facts) => {
      await answered(redis.set(keys.facts(facts.cluster), JSON.stringify(facts)));
    },
  };
}
