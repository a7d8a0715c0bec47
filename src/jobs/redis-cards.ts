import type { Redis } from "ioredis";
import type { Cards } from "../workflows/telling.ts";
import { keys } from "./keys.ts";
import { answered } from "./store-unavailable.ts";

/** Longer than a request's record lives: it waits, lasts and is kept for less than two weeks in all. */
const KEPT_SECONDS = 30 * 24 * 60 * 60;

/** As long as a request's id: a grant's has one character more. */
const ID_LENGTH = 10;

/**
 * Takes a producer's connection; returns where Slack messages stand, by names of ours. What belongs to a request stands
 * together, which takes half the room, and is forgotten when nothing of it was posted for a month; all else is kept.
 */
export function createRedisCards(redis: Redis): Cards {
  return {
    find: async (card) => {
      const text = await answered(redis.hget(placeOf(card).key, card));
      const [channel, ts] = text?.split(" ") ?? [];
      return channel === undefined || ts === undefined ? null : { channel, ts };
    },
    keep: async (card, { channel, ts }) => {
      const { key, isRequest } = placeOf(card);
      const keeping = redis.multi().hset(key, card, `${channel} ${ts}`);
      await answered((isRequest ? keeping.expire(key, KEPT_SECONDS) : keeping).exec());
    },
    forget: async (card) => {
      await answered(redis.hdel(placeOf(card).key, card));
    },
  };
}

/** A name ends with the id of what it is about: `card-<request>`, `ready-<grant>`, or a channel's, in capitals. */
function placeOf(card: string): { readonly key: string; readonly isRequest: boolean } {
  const id = card.slice(card.lastIndexOf("-") + 1).slice(0, ID_LENGTH);
  return { key: keys.cards(id), isRequest: /^[a-z2-7]{10}$/.test(id) };
}
