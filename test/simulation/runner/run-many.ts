import { addCounts, type Counts } from "../core/count.ts";
import { watchRejections } from "../core/rejections.ts";
import { recordedTape, tapeOfRun, writeTape } from "../core/tape.ts";
import { untilViolation } from "../core/trace.ts";
import type { Play } from "../run.ts";
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
  /** Null unless it was played once more, as it is to be shrunk. */
  readonly failsAgain: boolean | null;
  /** Shrunk, unless it did not fail again; see core/tape.ts. */
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
  { play, isShrunk }: { readonly play: Play; readonly isShrunk: boolean },
): Promise<BatchOutcome> {
  const counts: Counts = {};
  for (let run = from; run < to; run++) {
    const { violation, choices, counts: held } = await play(tapeOfRun(seed, run), { isTraced: false });
    addCounts(counts, held);
    if (violation === null) continue;
    const { invariant, message: words } = violation;
    const found = { run, invariant, words, failsAgain: null, tape: writeTape(choices), trace: [] };
    return { counts, runs: run - from + 1, found: isShrunk ? await tell(found, choices, play) : found };
  }
  return { counts, runs: to - from, found: null };
}

/** Takes a run that broke an invariant; returns it shrunk or, where it does not fail again, whole; with its trace. */
async function tell(found: Found, choices: readonly number[], play: Play): Promise<Found> {
  const shrunk = await shrink(choices, found.invariant, play);
  if (shrunk === null) {
    const { trace } = await play(recordedTape(choices), { isTraced: true });
    return { ...found, failsAgain: false, trace };
  }
  const { violation, trace } = shrunk.outcome;
  const tape = writeTape(shrunk.choices);
  return { ...found, words: violation.message, failsAgain: true, tape, trace: untilViolation(trace) };
}
