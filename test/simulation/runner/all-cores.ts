import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { addCounts, type Counts } from "../core/count.ts";
import type { Batch, BatchOutcome, Found } from "./run-many.ts";

/** Short enough that progress is seen, long enough that asking for the next costs nothing. */
const BATCH = 200;

/** How far the runs have come. */
export interface Progress {
  readonly runs: number;
  readonly seconds: number;
}

export interface AllRuns {
  readonly seed: number;
  readonly runs: number;
  readonly progress: (progress: Progress) => void;
}

/** Plays runs on all cores. Returns what they held, and every one that broke an invariant, until there are three. */
export async function runOnAllCores({ seed, runs, progress }: AllRuns): Promise<{ counts: Counts; found: Found[] }> {
  const counts: Counts = {};
  const found: Found[] = [];
  const startedAt = performance.now();
  let next = 0;
  let done = 0;
  const takeBatch = (): Batch | null => {
    if (next >= runs || found.length >= 3) return null;
    const from = next;
    next = Math.min(runs, from + BATCH);
    return { seed, from, to: next };
  };
  const work = async () => {
    const thread = new Worker(new URL("./batch-thread.ts", import.meta.url), {
      resourceLimits: { maxYoungGenerationSizeMb: 64 },
    });
    try {
      for (let batch = takeBatch(); batch !== null; batch = takeBatch()) {
        const outcome = await ask(thread, batch);
        addCounts(counts, outcome.counts);
        done += outcome.runs;
        if (outcome.found !== null) found.push(outcome.found);
        progress({ runs: done, seconds: (performance.now() - startedAt) / 1000 });
      }
    } finally {
      await thread.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), Math.ceil(runs / BATCH)) }, work));
  return { counts, found };
}

function ask(thread: Worker, batch: Batch): Promise<BatchOutcome> {
  return new Promise((resolve, reject) => {
    thread.once("error", reject);
    thread.once("message", (outcome: BatchOutcome) => {
      thread.off("error", reject);
      resolve(outcome);
    });
    thread.postMessage(batch);
  });
}
