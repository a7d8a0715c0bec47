import { setTimeout as wait } from "node:timers/promises";

/**
 * Takes what is played, after how many milliseconds it has hung, and how many are left (infinity where there is no end to
 * them); returns what came of it, or which of the two was over first. What plays on is for the caller to end.
 */
export async function inTime<T>(
  playing: Promise<T>,
  longestMs: number,
  leftMs: number,
): Promise<T | "hung" | "cut short"> {
  const stop = new AbortController();
  const late = wait(Math.min(longestMs, leftMs), leftMs < longestMs ? "cut short" : "hung", { signal: stop.signal });
  late.catch(() => undefined);
  try {
    return (await Promise.race([playing, late] as const)) as T | "hung" | "cut short";
  } finally {
    stop.abort();
  }
}
