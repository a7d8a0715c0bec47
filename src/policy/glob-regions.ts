/**
 * Which globs a namespace's name can match together: a name for each set of them that there is. Each glob is an automaton,
 * and all of them are walked at once, by the shortest names first.
 */
import { matchesGlob } from "../workflows/glob.ts";

/** A name, and all of the globs that match it. */
export interface Region {
  readonly name: string;
  readonly globs: readonly string[];
}

/** How many steps may still be taken; whoever walks takes from it. */
export interface Effort {
  left: number;
}

/** What was found; not whole where there may be more. */
export interface Regions {
  readonly regions: readonly Region[];
  readonly isWhole: boolean;
}

/** RFC 1123: a label's length. */
const MOST_LENGTH = 63;
/** More positions than a glob has, its end included. */
const WIDTH = 64;
/** About a second on a slow machine. */
const MOST_STEPS = 4_000_000;
/** In the order in which people like to read them where any would do. */
const LETTERS = [..."xabcdefghijklmnopqrstuvwyz0123456789-"];

/**
 * Takes globs (a plain name is one) and the effort that is left; returns a shortest valid name for each set of them that a
 * name can match, none of them included. Where that takes too long, what was found so far and each pair's.
 */
export function regionsOf(globs: readonly string[], effort: Effort): Regions {
  const all = [...new Set(globs)].sort();
  const found = new Map<string, Region>();
  const keep = (name: string, matching: readonly string[]) => {
    const key = matching.join();
    if (!found.has(key)) found.set(key, { name, globs: matching });
  };
  const isWhole = spend(effort, (part) => walk(all, part, keep));
  if (!isWhole) spend(effort, (part) => walkPairs(all, part, keep));
  return { regions: [...found.values()], isWhole };
}

function spend(effort: Effort, on: (part: Effort) => boolean): boolean {
  const given = Math.min(effort.left, MOST_STEPS);
  const part = { left: given };
  const isDone = on(part);
  effort.left -= given - Math.max(0, part.left);
  return isDone;
}

type Keep = (name: string, matching: readonly string[]) => void;

function walkPairs(globs: readonly string[], effort: Effort, keep: Keep): boolean {
  const whole: Keep = (name) =>
    keep(
      name,
      globs.filter((glob) => matchesGlob(glob, name)),
    );
  return globs.every((one, i) => globs.slice(i + 1).every((other) => walk([one, other], effort, whole)));
}

/** A name so far, and all positions in globs at which it may stand: `glob * WIDTH + position`, in order. */
interface Step {
  readonly word: string;
  readonly at: readonly number[];
}

/** Returns whether all was seen. */
function walk(globs: readonly string[], effort: Effort, keep: Keep): boolean {
  const seen = new Set<string>();
  let edge: readonly Step[] = [
    {
      word: "",
      at: settle(
        globs,
        [...globs.keys()].map((glob) => glob * WIDTH),
      ),
    },
  ];
  for (let length = 0; length < MOST_LENGTH && edge.length > 0; length++) {
    edge = edge.flatMap((from) =>
      effort.left <= 0 ? [] : stepsFrom(globs, from, effort).filter((to) => isNew(to, seen)),
    );
    for (const step of edge) if (!step.word.endsWith("-")) keep(step.word, matching(globs, step));
  }
  return effort.left > 0;
}

/** A name does not end with a dash, so that one that stands at the same positions without is no equal. */
function isNew({ word, at }: Step, seen: Set<string>): boolean {
  const key = `${at.join()}${word.endsWith("-") ? "-" : ""}`;
  if (seen.has(key)) return false;
  seen.add(key);
  return true;
}

/** Letters that stand in no glob next are all one. */
function stepsFrom(globs: readonly string[], { word, at }: Step, effort: Effort): readonly Step[] {
  const any: number[] = [];
  const byLetter = new Map<string, number[]>();
  for (const place of at) {
    const sign = signAt(globs, place);
    if (sign === "*") any.push(place);
    else if (sign === "?") any.push(place + 1);
    else if (sign !== "") put(byLetter, sign, place + 1);
  }
  const other = LETTERS.find((letter) => !byLetter.has(letter));
  const letters = [...(other === undefined ? [] : [other]), ...byLetter.keys()];
  effort.left -= at.length + letters.length * (any.length + 1);
  return letters
    .filter((letter) => letter !== "-" || word !== "")
    .map((letter) => ({ word: word + letter, at: settle(globs, [...any, ...(byLetter.get(letter) ?? [])]) }));
}

function put(lists: Map<string, number[]>, key: string, place: number): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [place]);
  else list.push(place);
}

/** A `*` may stand for nothing; and once one is reached, what comes before it says nothing any more. */
function settle(globs: readonly string[], places: readonly number[]): readonly number[] {
  const all = new Set<number>();
  const stars = new Map<number, number>();
  for (const start of places) {
    let place = start;
    all.add(place);
    while (signAt(globs, place) === "*") {
      const glob = Math.floor(place / WIDTH);
      stars.set(glob, Math.max(place, stars.get(glob) ?? place));
      place += 1;
      all.add(place);
    }
  }
  return [...all]
    .filter((place) => place >= (stars.get(Math.floor(place / WIDTH)) ?? place))
    .sort((one, another) => one - another);
}

function matching(globs: readonly string[], { at }: Step): readonly string[] {
  return at.flatMap((place) => (signAt(globs, place) === "" ? [globs[Math.floor(place / WIDTH)] ?? ""] : []));
}

/** Empty at the end. */
function signAt(globs: readonly string[], place: number): string {
  return globs[Math.floor(place / WIDTH)]?.charAt(place % WIDTH) ?? "";
}
