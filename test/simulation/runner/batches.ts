import type { Batch } from "./run-many.ts";

/** Short enough that progress is seen, long enough that asking for the next costs nothing. */
const BATCH = 200;

/** The runs of a seed, each of which is played once. */
export interface Batches {
  /** How many there are where none is put back. */
  readonly count: number;
  /** Takes the next runs; null where there are none. */
  take(): Batch | null;
  /** Puts back those runs of a batch that were not played: it ends with one that broke an invariant. */
  putBack(batch: Batch, played: number): void;
}

/** Takes a seed and how many runs of it are to be played; returns them in batches. */
export function createBatches(seed: number, runs: number): Batches {
  const rests: Batch[] = [];
  let next = 0;
  return {
    count: Math.ceil(runs / BATCH),
    take: () => {
      const rest = rests.pop();
      if (rest !== undefined || next >= runs) return rest ?? null;
      const from = next;
      next = Math.min(runs, from + BATCH);
      return { seed, from, to: next };
    },
    putBack: (batch, played) => {
      const from = batch.from + played;
      if (from < batch.to) rests.push({ ...batch, from });
    },
  };
}
