/**
 * All that is left to chance in a run comes from its tape: a list of small whole numbers. Whether something happens at all
 * is asked by `choose`, where 0 is the dull choice; of what it is, `below`, where 0 is the first in line. A tape made of
 * zeros is a day on which nothing happens; shrinking a failing run means finding a tape with fewer and smaller numbers that
 * still fails.
 */
export interface Tape {
  /** Takes how often, in a thousand, the choice is not the dull one, and how many others there are; returns 0..others. */
  choose(perMille: number, others: number): number;
  /** A number from 0 to below `limit`, all alike. */
  below(limit: number): number;
  /** Every choice so far. */
  readonly choices: readonly number[];
}

/**
 * How many seeds there are, and runs of each. Both together come to 2^53, up to which a number holds every whole one: each
 * run of each seed has a tape of its own.
 */
export const SEEDS = 2 ** 32;
export const RUNS_PER_SEED = 2 ** 21;

/** Takes a seed below `SEEDS` and the number of one of its runs; returns that run's tape of fresh choices. */
export function tapeOfRun(seed: number, run: number): Tape {
  return seededTape(seed * RUNS_PER_SEED + run);
}

/** Takes a whole number; returns a tape of fresh choices, the same for the same number on every machine. */
export function seededTape(seed: number): Tape {
  const next = sfc32(seed);
  const choices: number[] = [];
  const record = (choice: number) => {
    choices.push(choice);
    return choice;
  };
  return {
    choices,
    choose: (perMille, others) => {
      const drawn = next();
      const rest = drawn % 1000;
      return record(rest >= perMille || others === 0 ? 0 : 1 + (Math.floor(drawn / 1000) % others));
    },
    below: (limit) => record(next() % limit),
  };
}

/** Takes choices; returns a tape that makes them again, and the dull one wherever there is none. */
export function recordedTape(recorded: readonly number[]): Tape {
  const choices: number[] = [];
  const read = (most: number) => {
    const choice = Math.min(recorded[choices.length] ?? 0, most);
    choices.push(choice);
    return choice;
  };
  return { choices, choose: (_, others) => read(others), below: (limit) => read(limit - 1) };
}

/** Chris Doty-Humphrey's sfc32 (PractRand, 2010): 32 bits at a time, from a state of 128. */
function sfc32(seed: number): () => number {
  let [a, b, c, count] = [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0, 0x9e3779b9, 1];
  const next = () => {
    const sum = (a + b + count) | 0;
    count = (count + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
  for (let round = 0; round < 12; round++) next();
  return next;
}

const EMPTY = "-";
/** The place and the choice of one that is not dull: no run has 36^5 choices, and none is above 2^32. */
const ENTRY = /^[0-9a-z]{1,5}:[0-9a-z]{1,7}$/;

/** Takes choices; returns them as one line of text: `place:choice` for each that is not dull, in base 36. */
export function writeTape(choices: readonly number[]): string {
  const bold = choices.flatMap((choice, i) => (choice === 0 ? [] : `${i.toString(36)}:${choice.toString(36)}`));
  return bold.join(",") || EMPTY;
}

/** Takes such a line; returns the choices. Throws where it is none. */
export function readTape(text: string): number[] {
  const choices: number[] = [];
  for (const entry of text === EMPTY ? [] : text.split(",")) {
    if (!ENTRY.test(entry)) throw new Error(`“${entry}” is no part of a tape`);
    const [place = 0, choice = 0] = entry.split(":").map((digits) => Number.parseInt(digits, 36));
    while (choices.length < place) choices.push(0);
    choices[place] = choice;
  }
  return choices;
}
