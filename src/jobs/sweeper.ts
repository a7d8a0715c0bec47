import type { Events } from "../workflows/ports.ts";
import { pause, within } from "./patience.ts";

const CLOSE_MS = 5_000;

export interface SweeperParts {
  /** For the log, such as `sweep`. */
  readonly what: string;
  readonly everyMs: number;
  readonly sweep: () => Promise<unknown>;
  readonly events: Events;
}

export interface Sweeper {
  /** Resolves when the first sweep is over, well or badly, or has taken as long as the time between two. */
  readonly first: Promise<void>;
  close(): Promise<void>;
}

/**
 * Sweeps at once and then again and again. A sweep that throws is logged, and the next one comes all the same. One that
 * takes longer than the time between two goes on beside the next: what hangs in it must not keep the rest from being
 * looked at (promise P12).
 */
export function startSweeper({ what, everyMs, sweep, events }: SweeperParts): Sweeper {
  const first = Promise.withResolvers<void>();
  const stop = new AbortController();
  const loop = (async () => {
    while (!stop.signal.aborted) {
      const startedAt = performance.now();
      try {
        await within(sweep(), everyMs);
      } catch (cause) {
        events.failed(`${what} failed`, {}, cause);
      }
      first.resolve();
      await pause(Math.max(0, everyMs - (performance.now() - startedAt)), stop.signal);
    }
  })();
  return {
    first: first.promise,
    close: async () => {
      stop.abort();
      await within(loop, CLOSE_MS);
    },
  };
}
