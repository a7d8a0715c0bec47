import { type JobsOptions, Queue } from "bullmq";
import type { Redis } from "ioredis";
import type { Events } from "../workflows/ports.ts";
import { StoreUnavailable } from "../workflows/trouble.ts";
import { TAG } from "./keys.ts";
import { LATE, within } from "./patience.ts";
import { reportRarely } from "./rare-reports.ts";
import { answered } from "./store-unavailable.ts";

/** BullMQ's prefix for all its keys. */
export const PREFIX = TAG;
export const WAKES = "wake";
export const DELIVERIES = "deliver";

/** As long as a command may take: BullMQ itself would wait without limit for a Redis that was never reached. */
const ADD_MS = 1_100;

/**
 * What stands in Redis of each job is its id, its delay and these: as long as every field has at most 64 bytes, Redis
 * keeps it in a third of the room. That a job never gives up, and that nothing is left of it, is the worker's to say.
 * BullMQ writes down 0 attempts where there is no such property at all.
 */
const jobOptions: JobsOptions = {};
Reflect.set(jobOptions, "attempts", undefined);

/** BullMQ's stream of what befell each job, which nobody reads. */
const EVENTS_KEPT = 0;

/** One BullMQ queue, to put jobs into. */
export interface JobQueue {
  /** Adds a job; one whose id is still there is left as it is. Rejects with `StoreUnavailable` within 1.1 s. */
  add(name: string, id: string, data: Readonly<Record<string, string | number>>, delayMs: number): Promise<void>;
  close(): Promise<void>;
}

/** Takes a queue's name and a producer's connection; returns the queue. It leaves the connection open when closed. */
export function openQueue(name: string, redis: Redis, events: Events): JobQueue {
  const queue = new Queue(name, {
    connection: redis,
    prefix: PREFIX,
    // The check fails for good where Redis hangs at this very moment, and with it every later add.
    skipVersionCheck: true,
    defaultJobOptions: jobOptions,
    streams: { events: { maxLen: EVENTS_KEPT } },
  });
  queue.on("error", reportRarely(events, "a queue is in trouble"));
  return {
    add: async (job, jobId, data, delayMs) => {
      const added = await within(answered(queue.add(job, data, { jobId, delay: Math.max(0, delayMs) })), ADD_MS);
      if (added === LATE) throw new StoreUnavailable("unknown", `no job could be added within ${ADD_MS / 1000} s`);
    },
    close: async () => {
      await within(
        queue.close().catch(() => undefined),
        ADD_MS,
      );
    },
  };
}
