/** Rounds start at least every minute and every call in them has a deadline of seconds: by then they hang for good. */
const STILL_MS = 300_000;

/** Tells whether what must come round again and again still does. */
export interface Pulse {
  /** Says that a round is over, well or badly. */
  beat(name: string): void;
  /** Returns the names of those that hang; empty in health. */
  still(): readonly string[];
}

/**
 * Takes the names of what comes round and a clock that no change of the time touches; returns their pulse, which counts
 * from now on. A worker that stops silently answers every ping, so its life is shown by work that came to an end.
 */
export function createPulse(names: readonly string[], clock: () => number = () => performance.now()): Pulse {
  const lastBeats = new Map(names.map((name) => [name, clock()]));
  return {
    beat: (name) => {
      lastBeats.set(name, clock());
    },
    still: () => [...lastBeats].filter(([, at]) => clock() - at > STILL_MS).map(([name]) => name),
  };
}
