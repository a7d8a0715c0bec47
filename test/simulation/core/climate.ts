import type { Call } from "../../fakes/gate.ts";
import type { Fate } from "./fates.ts";
import type { Tape } from "./tape.ts";

/**
 * What kind of faults single calls of a run meet, and how often. Not every run has all of them: among many faults of
 * one kind the rare mixture of two others would hardly ever come up ("swarm testing", Groce and others, 2012).
 */
const CLIMATES: readonly (readonly Fate[])[] = [
  [],
  ["late answer", "late effect"],
  ["answer lost", "refused"],
  ["timed out, done later"],
  ["crash before", "crash after", "crash, done later"],
  ["late effect", "crash after"],
  ["late answer", "late effect", "answer lost", "refused", "timed out, done later"],
  [
    ...["late answer", "late effect", "answer lost", "refused"],
    ...["timed out, done later", "crash before", "crash after", "crash, done later"],
  ] as Fate[],
];

/** What a disk does instead: nothing is under way to it once its writer has gone, and it does not write and deny it. */
const ON_A_DISK: Partial<Record<Fate, Fate>> = {
  "answer lost": "refused",
  "timed out, done later": "late effect",
  "crash, done later": "crash before",
};

/** In a thousand calls. */
const RATES = [4, 15, 40];

export interface Climate {
  fateOf(call: Call): Fate;
  /** One of some, by the tape; the first once all is calm. */
  pick<Item>(items: readonly Item[]): Item;
  /** How many writes a list from an API server's cache is behind. */
  staleBy(): number;
  /** The run is so many times as long as others: it is to hold about as many faults as they, with quiet between them. */
  thinOut(times: number): void;
  /** From now on nothing goes wrong. */
  calmDown(): void;
}

/** Takes a tape; returns the climate that it gives to a run. */
export function createClimate(tape: Tape): Climate {
  const fates = CLIMATES[tape.choose(850, CLIMATES.length - 1)] ?? [];
  let perMille = RATES[tape.below(RATES.length)] ?? 0;
  const stalePerMille = [0, 0, 100, 400][tape.below(4)] ?? 0;
  let isCalm = false;
  return {
    fateOf: ({ to }) => {
      if (isCalm || fates.length === 0) return "now";
      const fate = fates[tape.choose(perMille, fates.length) - 1] ?? "now";
      return to === "disk" ? (ON_A_DISK[fate] ?? fate) : fate;
    },
    pick: (items) => items[isCalm ? 0 : tape.below(items.length)] as (typeof items)[number],
    staleBy: () => (isCalm || stalePerMille === 0 ? 0 : tape.choose(stalePerMille, 4)),
    thinOut: (times) => {
      perMille = Math.max(1, Math.round(perMille / times));
    },
    calmDown: () => {
      isCalm = true;
    },
  };
}
