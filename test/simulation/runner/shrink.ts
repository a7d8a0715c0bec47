import type { Violation } from "../core/run-state.ts";
import { recordedTape } from "../core/tape.ts";
import type { Outcome, Play } from "../run.ts";

/** A tape that fails, and what it fails by. */
interface Failing {
  readonly choices: readonly number[];
  readonly outcome: Outcome & { readonly violation: Violation };
}

/** Such as a trouble's kind, its length, whom it befalls and when; or the calls of one more click. */
const MOST_LED_TO = 24;
/** So many runs are tried at most: a tape that is not the shortest is still far shorter than the one that was found. */
const MOST_TRIES = 3_000;

/**
 * Takes choices whose run broke an invariant, and what plays them; returns fewer and smaller ones whose run breaks the
 * same one, with the trace of that. A choice taken away is a fault that does not come, an act that nobody does, or a wait
 * that is not. Returns null where the run does not fail again: something in it came from elsewhere than its tape.
 */
export async function shrink(choices: readonly number[], invariant: string, play: Play): Promise<Failing | null> {
  const search = new Search(invariant, play);
  if (!(await search.improve(choices))) return null;
  while ((await takeAwayParts(search)) || (await takeOutActs(search)) || (await makeSmaller(search)));
  const { violation, ...outcome } = await play(recordedTape(search.best), { isTraced: true });
  return violation === null ? null : { choices: search.best, outcome: { ...outcome, violation } };
}

/** The simplest tape so far. */
class Search {
  readonly #invariant: string;
  readonly #play: Play;
  #best: readonly number[] | null = null;
  #tries = 0;

  constructor(invariant: string, play: Play) {
    this.#invariant = invariant;
    this.#play = play;
  }

  get best(): readonly number[] {
    return this.#best ?? [];
  }

  /** Plays a tape; keeps it where it fails by the same invariant and is simpler. Returns whether it was. */
  async improve(candidate: readonly number[]): Promise<boolean> {
    if (this.#tries >= MOST_TRIES) return false;
    this.#tries += 1;
    const { violation, choices } = await this.#play(recordedTape(candidate), { isTraced: false });
    if (violation?.invariant !== this.#invariant) return false;
    const made = withoutTail(choices);
    if (this.#best !== null && !isSimpler(made, this.#best)) return false;
    this.#best = made;
    return true;
  }
}

/** Makes ever smaller parts of it dull. Returns whether that helped anywhere. */
async function takeAwayParts(search: Search): Promise<boolean> {
  let isBetter = false;
  for (let size = search.best.length >> 1; size >= 1; size >>= 1) {
    for (let from = 0; from < search.best.length; from += size) {
      if (search.best.slice(from, from + size).every((choice) => choice === 0)) continue;
      const without = search.best.map((choice, i) => (i >= from && i < from + size ? 0 : choice));
      isBetter = (await search.improve(without)) || isBetter;
    }
  }
  return isBetter;
}

/**
 * A choice that is made dull often takes with it the choices that it led to; those behind must stay with what they were
 * for. Makes one dull, and takes out so many behind it. Returns whether that helped anywhere.
 */
async function takeOutActs(search: Search): Promise<boolean> {
  let isBetter = false;
  for (let i = 0; i < search.best.length; i++) {
    if (search.best[i] === 0) continue;
    for (let led = 1; led <= MOST_LED_TO && (search.best[i] ?? 0) !== 0; led++) {
      isBetter = (await search.improve(search.best.with(i, 0).toSpliced(i + 1, led))) || isBetter;
    }
  }
  return isBetter;
}

async function makeSmaller(search: Search): Promise<boolean> {
  let isBetter = false;
  for (let i = 0; i < search.best.length; i++) {
    for (const smaller of [1, (search.best[i] ?? 0) >> 1]) {
      if (smaller <= 0 || smaller >= (search.best[i] ?? 0)) continue;
      isBetter = (await search.improve(search.best.with(i, smaller))) || isBetter;
    }
  }
  return isBetter;
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
