import { setTimeout as wait } from "node:timers/promises";
import type { ClusterTrouble } from "../workflows/trouble.ts";

const LEAST_MS = 250;

/** One try: when it began (performance.now()), and what ended it; null where nothing was wrong. */
interface Tried {
  readonly since: number;
  readonly trouble: ClusterTrouble | null;
}

export interface BackOff {
  /** Resolves when it may be tried again, or after the signal. */
  pause(signal: AbortSignal, tried: Tried): Promise<void>;
}

/**
 * Takes the longest pause; returns pauses that grow up to it with every short try, and begin anew after one that lasted
 * longer than it. A long one without trouble is followed by none. Retry-After is obeyed beyond it.
 */
export function createBackOff(mostMs: number): BackOff {
  let short = 0;
  return {
    async pause(signal, { since, trouble }) {
      short = performance.now() - since > mostMs ? 0 : short + 1;
      const grown = short === 0 && trouble === null ? 0 : Math.min(mostMs, LEAST_MS * 2 ** Math.min(short, 16));
      // Many watches of many workers lose one API server at the same moment, and must not all come back at once.
      const spread = grown * (0.5 + Math.random() / 2);
      await rest(Math.max(trouble?.retryAfterMs ?? 0, spread), signal);
    },
  };
}

/** Takes milliseconds and a signal; resolves after whichever comes first. */
export async function rest(ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal }).catch(() => {});
}
