import type { Redis } from "ioredis";
import type { Cards } from "../workflows/telling.ts";
import { keys } from "./keys.ts";
import { answered } from "./store-unavailable.ts";

/** Takes a producer's connection; returns where Slack messages stand, by names of ours. */
export function createRedisCards(redis: Redis): Cards {
  return {
    find: async (card) => {
      const text = await answered(redis.get(keys.card(card)));
      return text === null ? null : JSON.parse(text);
    },
    keep: async (card, place) => {
      await answered(redis.set(keys.card(card), JSON.stringify(place)));
    },
    forget: async (card) => {
      await answered(redis.del(keys.card(card)));
    },
  };
}
