import { recordedTape } from "../core/tape.ts";
import { type Outcome, play } from "../run.ts";

/** A tape that fails, and what it fails by. */
export interface Failing {
  readonly choices: readonly number[];
  readonly outcome: Outcome;
}

/** So many runs are tried at most: a tape that is not the shortest is still far shorter than the one that was found. */
const MOST_TRIES = 1_500;

/**
 * Takes choices whose run breaks an invariant; returns fewer and smaller ones whose run breaks the same one, with the
 * trace of that. A choice taken away is a fault that does not come, an act that nobody does, or a wait that is not.
 */
export async function shrink(choices: readonly number[], invariant: string): Promise<Failing> {
  let tries = 0;
  let best = await attempt(choices);
  if (best === null)
    throw new Error("the run does not fail when it is played again: something in it is left to chance");

  async function attempt(candidate: readonly number[]): Promise<number[] | null> {
    tries += 1;
    const { violation, choices: made } = await play(recordedTape(candidate), { isTraced: false });
    return violation?.invariant === invariant ? withoutTail(made) : null;
  }
  async function improve(candidate: readonly number[]): Promise<boolean> {
    if (tries >= MOST_TRIES || best === null) return false;
    const shorter = await attempt(candidate);
    if (shorter === null || !isSimpler(shorter, best)) return false;
    best = shorter;
    return true;
  }
  for (let isBetter = true; isBetter && tries < MOST_TRIES; ) {
    isBetter = false;
    for (let size = best.length >> 1; size >= 1; size >>= 1) {
      for (let from = 0; from < best.length; from += size) {
        const part = best.slice(from, from + size);
        if (part.every((choice) => choice === 0)) continue;
        const without = best.map((choice, i) => (i >= from && i < from + size ? 0 : choice));
        isBetter = (await improve(without)) || isBetter;
      }
    }
    for (let i = 0; i < best.length; i++) {
      for (const smaller of [1, (best[i] ?? 0) >> 1]) {
        if (smaller > 0 && smaller < (best[i] ?? 0)) isBetter = (await improve(best.with(i, smaller))) || isBetter;
      }
    }
  }
  return { choices: best, outcome: await play(recordedTape(best), { isTraced: true }) };
}

function withoutTail(choices: readonly number[]): number[] {
  return choices.slice(0, choices.findLastIndex((choice) => choice !== 0) + 1);
}

function isSimpler(a: readonly number[], b: readonly number[]): boolean {
  const weight = (choices: readonly number[]) => choices.filter((choice) => choice !== 0).length;
  if (weight(a) !== weight(b)) return weight(a) < weight(b);
  const sum = (choices: readonly number[]) => choices.reduce((all, choice) => all + choice, 0);
  return sum(a) !== sum(b) ? sum(a) < sum(b) : a.length < b.length;
}
