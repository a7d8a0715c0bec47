import type { Redis } from "ioredis";
import type { Cards, Place } from "../workflows/telling.ts";
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
    find: async (card) => read(await answered(redis.hget(placeOf(card).key, card))),
    keep: async (card, place) => {
      const { key, isRequest } = placeOf(card);
      const keeping = redis.multi().hsetnx(key, card, `${place.channel} ${place.ts}`).hget(key, card);
      const [, [fault, text] = []] =
        (await answered((isRequest ? keeping.expire(key, KEPT_SECONDS) : keeping).exec())) ?? [];
      if (fault) throw fault;
      return read(text) ?? place;
    },
    forget: async (card) => {
      await answered(redis.hdel(placeOf(card).key, card));
    },
  };
}

function read(text: unknown): Place | null {
  const [channel, ts] = typeof text === "string" ? text.split(" ") : [];
  return channel === undefined || ts === undefined ? null : { channel, ts };
}

/** A name ends with the id of what it is about: `card-<request>`, `ready-<grant>`, or a channel's, in capitals. */
function placeOf(card: string): { readonly key: string; readonly isRequest: boolean } {
  const id = card.slice(card.lastIndexOf("-") + 1).slice(0, ID_LENGTH);
  return { key: keys.cards(id), isRequest: /^[a-z2-7]{10}$/.test(id) };
}
