import type { Redis } from "ioredis";
import { z } from "zod";
import { CHECK_AFTER_MS, type DeliveryAnswer, type DeliveryDesk } from "../workflows/delivery-ports.ts";
import type { DeliveryCounter } from "../workflows/telling.ts";
import { keys } from "./keys.ts";
import { LATE, within } from "./patience.ts";
import type { JobQueue } from "./queues.ts";
import type { Connection } from "./redis.ts";
import { answered } from "./store-unavailable.ts";

/** A click is answered in seconds; what nobody took up by then is no longer waited for. */
const REQUEST_SECONDS = 90;
/** Far longer than the bot takes to fetch it, and short: a sealed answer that nobody fetched must not stay in Redis. */
const ANSWER_SECONDS = 30;
/** Longer than a worker may be away before it checks what was received. */
const RECEIVED_SECONDS = 24 * 60 * 60;
/** For the answer's own way back, on top of how long the reader waits. */
const READ_GRACE_MS = 500;

const Asked = z.object({
  id: z.string(),
  grant: z.string(),
  person: z.string(),
  key: z.record(z.string(), z.unknown()),
  at: z.number(),
});

/** Takes a producer's connection and the queue of deliveries; returns the worker's side of a delivery. */
export function createDeliveryDesk(redis: Redis, deliveries: JobQueue): DeliveryDesk {
  return {
    load: async (id) => {
      const text = await answered(redis.get(keys.delivery(id)));
      return text === null ? null : Asked.parse(JSON.parse(text));
    },
    answer: async (id, answer) => {
      const key = keys.answer(id);
      // What was asked goes with it: a job that comes twice would end what the person was just given, for nobody.
      const leave = redis
        .multi()
        .del(keys.delivery(id), key)
        .rpush(key, JSON.stringify(answer))
        .expire(key, ANSWER_SECONDS);
      await answered(leave.exec());
    },
    received: async (id, n) => (await answered(redis.exists(keys.received(id, n)))) === 1,
    checkLater: ({ id, grant, n }) => deliveries.add("check", `check-${id}-${n}`, { id, grant, n }, CHECK_AFTER_MS),
    // Of a name of its own, since BullMQ leaves a job alone that is there: the first wake may be late, and not lost.
    checkNow: ({ id, grant, n }) => deliveries.add("check", `check-${id}-${n}-now`, { id, grant, n }, 0),
  };
}

/**
 * Takes a producer's connection, one to open lines from for waiting, and the queue of deliveries; returns the bot's
 * side of a delivery.
 */
export function createDeliveryCounter(redis: Redis, waiting: Connection, deliveries: JobQueue): DeliveryCounter {
  return {
    ask: async (request) => {
      await answered(redis.set(keys.delivery(request.id), JSON.stringify(request), "EX", REQUEST_SECONDS));
      await deliveries.add("deliver", `deliver-${request.id}`, { id: request.id }, 0);
    },
    answer: (id, timeoutMs) => waitForAnswer(waiting, id, timeoutMs),
    received: async (id, n) => {
      await answered(redis.set(keys.received(id, n), "yes", "EX", RECEIVED_SECONDS));
    },
  };
}

/** A line of its own for each wait: a blocking read holds up all that comes behind it. Reading takes the answer away. */
async function waitForAnswer(waiting: Connection, id: string, timeoutMs: number): Promise<DeliveryAnswer | null> {
  const line = waiting.open();
  try {
    const read = line.blpop(keys.answer(id), timeoutMs / 1000);
    const popped = await within(answered(read), timeoutMs + READ_GRACE_MS);
    return popped === LATE || popped === null ? null : JSON.parse(popped[1]);
  } finally {
    line.disconnect();
  }
}
