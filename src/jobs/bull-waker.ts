import type { Millis } from "../workflows/person.ts";
import type { Clock, Ref, Waker } from "../workflows/ports.ts";
import type { JobQueue } from "./queues.ts";

/** Takes the queue of wakes and the clock; returns the waker. Rejects with `StoreUnavailable`. */
export function createBullWaker(wakes: JobQueue, clock: Clock): Waker {
  return {
    wake: async ({ kind, id }, version, at) => {
      const now = clock.now();
      await wakes.add("wake", wakeId({ kind, id }, version, at, now), { kind, id }, at - now);
    },
  };
}

/**
 * Takes what is to be looked at, its version, when, and the time; returns the job's id. Each state and each moment has
 * its own: an add whose id is still there is ignored, so the wake of a grant's end must swallow neither an earlier
 * revocation nor the look that comes before it. Short, since it stands in Redis three times: see queues.ts.
 */
export function wakeId({ kind, id }: Ref, version: number, at: Millis, now: Millis): string {
  return `${kind === "grant" ? "g" : "r"}-${id}-${version}-${at <= now ? "now" : at.toString(36)}`;
}

/** Takes a job's id; returns the moment for which that wake was meant, or null where it was for now. */
export function momentOf(wake: string): Millis | null {
  const moment = Number.parseInt(wake.slice(wake.lastIndexOf("-") + 1), 36);
  return Number.isNaN(moment) || wake.endsWith("-now") ? null : moment;
}
