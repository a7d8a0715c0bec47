import { addCounts, type Counts } from "../core/count.ts";
import { watchRejections } from "../core/rejections.ts";
import { tapeOfRun, writeTape } from "../core/tape.ts";
import { untilViolation } from "../core/trace.ts";
import { play } from "../run.ts";
import { shrink } from "./shrink.ts";

/** Which runs: of a seed, from one number to below another. */
export interface Batch {
  readonly seed: number;
  readonly from: number;
  readonly to: number;
}

/** What a batch of runs came to. */
export interface BatchOutcome {
  readonly counts: Counts;
  readonly runs: number;
  readonly found: Found | null;
}

/** A run that broke an invariant. */
export interface Found {
  readonly run: number;
  readonly invariant: string;
  readonly words: string;
  /** Shrunk; see core/tape.ts. */
  readonly tape: string;
  readonly trace: readonly string[];
}

/** To be called once in a process that simulates, before its first run. */
export function prepareToSimulate(): void {
  // Nobody reads a stack here, and there are some hundred errors in a run. Whoever plays a tape again gets them.
  Error.stackTraceLimit = 0;
  watchRejections();
}

/** Plays a batch of runs until the first that breaks an invariant, which is then shrunk where that is wanted. */
export async function runMany(
  { seed, from, to }: Batch,
  { isShrunk }: { readonly isShrunk: boolean },
): Promise<BatchOutcome> {
  const counts: Counts = {};
  for (let run = from; run < to; run++) {
    const { violation, choices, counts: held } = await play(tapeOfRun(seed, run), { isTraced: false });
    addCounts(counts, held);
    if (violation === null) continue;
    const { invariant, message } = violation;
    const found = { run, invariant, words: message, tape: writeTape(choices), trace: [] };
    if (!isShrunk) return { counts, runs: run - from + 1, found };
    const { choices: fewer, outcome: shrunk } = await shrink(choices, invariant);
    const words = shrunk.violation?.message ?? message;
    return {
      counts,
      runs: run - from + 1,
      found: { ...found, words, tape: writeTape(fewer), trace: untilViolation(shrunk.trace) },
    };
  }
  return { counts, runs: to - from, found: null };
}
