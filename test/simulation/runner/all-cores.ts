import { type ChildProcess, fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { type Guardian, runMarker } from "../../workbench/guardian.ts";
import { addCounts, type Counts } from "../core/count.ts";
import { createBatches } from "./batches.ts";
import { NODE_FLAGS } from "./node-flags.ts";
import type { Batch, BatchOutcome, Found } from "./run-many.ts";

/** How far the runs have come. */
export interface Progress {
  readonly runs: number;
  readonly seconds: number;
}

export interface AllRuns {
  /** Whatever becomes of this process, the processes that play are ended by it. */
  readonly guardian: Guardian;
  readonly seed: number;
  readonly runs: number;
  readonly progress: (progress: Progress) => void;
  /** Called at once with each run that broke an invariant. */
  readonly broken: (found: Found) => void;
}

/** Plays runs on all cores. Returns what they held, and every one that broke an invariant, until there are three. */
export async function runOnAllCores({
  guardian,
  seed,
  runs,
  progress,
  broken,
}: AllRuns): Promise<{ counts: Counts; found: Found[] }> {
  const counts: Counts = {};
  const found: Found[] = [];
  const startedAt = performance.now();
  const batches = createBatches(seed, runs);
  let done = 0;
  const takeBatch = () => (found.length >= 3 ? null : batches.take());
  const work = async () => {
    const lane = startLane(guardian);
    try {
      for (let batch = takeBatch(); batch !== null; batch = takeBatch()) {
        const outcome = await ask(lane, batch);
        addCounts(counts, outcome.counts);
        done += outcome.runs;
        batches.putBack(batch, outcome.runs);
        if (outcome.found !== null) {
          found.push(outcome.found);
          broken(outcome.found);
        }
        progress({ runs: done, seconds: (performance.now() - startedAt) / 1000 });
      }
    } finally {
      lane.kill();
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), batches.count) }, work));
  return { counts, found };
}

/** In a group of its own: Ctrl-C reaches this process alone, which has its guardian end all. */
function startLane({ runId }: Guardian): ChildProcess {
  const env = { ...process.env, [runMarker]: runId };
  return fork(join(import.meta.dirname, "batch-process.ts"), { execArgv: [...NODE_FLAGS], detached: true, env });
}

function ask(lane: ChildProcess, batch: Batch): Promise<BatchOutcome> {
  return new Promise((resolve, reject) => {
    const died = () => reject(new Error("a process that plays runs died: its fault stands above"));
    lane.once("exit", died);
    lane.once("message", (outcome) => {
      lane.off("exit", died);
      resolve(outcome as BatchOutcome);
    });
    lane.send(batch);
  });
}
