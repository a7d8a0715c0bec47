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

/**
 * Sweeps at once and then again and again, never two at a time in this process. A sweep that throws is logged, and the
 * next one comes all the same; none of them can stop it.
 */
export function startSweeper({ what, everyMs, sweep, events }: SweeperParts): { close(): Promise<void> } {
  const stop = new AbortController();
  const loop = (async () => {
    while (!stop.signal.aborted) {
      const startedAt = performance.now();
      try {
        await sweep();
      } catch (cause) {
        events.failed(`${what} failed`, {}, cause);
      }
      await pause(Math.max(0, everyMs - (performance.now() - startedAt)), stop.signal);
    }
  })();
  return {
    close: async () => {
      stop.abort();
      await within(loop, CLOSE_MS);
    },
  };
}
