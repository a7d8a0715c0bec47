import { setTimeout as wait } from "node:timers/promises";
import type { ClusterTrouble } from "../workflows/trouble.ts";

const LEAST_MS = 250;

export interface BackOff {
  /** Takes what ended a try, null where nothing was wrong; resolves when it may be tried again, or after the signal. */
  pause(signal: AbortSignal, trouble: ClusterTrouble | null): Promise<void>;
}

/**
 * Takes the longest pause; returns pauses that grow up to it with every try that ends soon after the one before, and begin
 * anew where none was needed for longer than that. Without trouble there is none then. Retry-After is obeyed beyond it.
 */
export function createBackOff(mostMs: number): BackOff {
  let short = 0;
  let wentOnAt = performance.now();
  return {
    async pause(signal, trouble) {
      short = performance.now() - wentOnAt > mostMs ? 0 : short + 1;
      const grown = short === 0 && trouble === null ? 0 : Math.min(mostMs, LEAST_MS * 2 ** Math.min(short, 16));
      // Many watches of many workers lose one API server at the same moment, and must not all come back at once.
      const spread = grown * (0.5 + Math.random() / 2);
      await rest(Math.max(trouble?.retryAfterMs ?? 0, spread), signal);
      wentOnAt = performance.now();
    },
  };
}

/** Takes milliseconds and a signal; resolves after whichever comes first. */
export async function rest(ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal }).catch(() => {});
}
