import { setTimeout as wait } from "node:timers/promises";

/** What `within` answers when the time is over. */
export const LATE: unique symbol = Symbol("late");

/** Takes work and milliseconds; returns the work's result, or `LATE`. The work itself goes on unwatched. */
export async function within<T>(work: Promise<T>, ms: number): Promise<T | typeof LATE> {
  const timer = new AbortController();
  try {
    return await Promise.race([work, wait(ms, LATE, { signal: timer.signal })]);
  } finally {
    timer.abort();
  }
}

/** Resolves after so many milliseconds, or as soon as the signal says stop. Never rejects. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal }).catch(() => undefined);
}
