import { randomInt } from "node:crypto";
import { readOptions, sayNoNumber, wholeNumber } from "../options.ts";
import { RUNS_PER_SEED, readTape, SEEDS } from "./core/tape.ts";

/** What one start of the program does. */
export type Wanted =
  /** Plays one tape, as a failing run prints it, and shows its trace. */
  | { readonly what: "replay"; readonly choices: readonly number[] }
  /** Finds the planted defects whose names begin so, and shows the shrunk trace of each. */
  | { readonly what: "show"; readonly defect: string; readonly seed: number }
  /** Looks for the planted defects whose names begin so (`none`: for no defect at all), then plays runs. */
  | { readonly what: "simulate"; readonly runs: number; readonly seed: number; readonly defects: string };

const OPTIONS = ["runs", "seed", "tape", "defect", "defects"] as const;
const RUNS = { least: 1, most: RUNS_PER_SEED };
const SEED = { least: 0, most: SEEDS - 1 };
/** Planted defects are shown of this one unless told otherwise, so that they are the same for everybody. */
const SEED_OF_DEFECTS = 1;

/** Takes the program's arguments; returns what is wanted, or one sentence that says what is wrong with them. */
export function readWanted(args: readonly string[]): Wanted | string {
  const given = readOptions("simulate", args, OPTIONS);
  if (typeof given === "string") return given;
  if (given.tape !== undefined) return wantTape(given.tape);
  const { runs: many = "10000", seed: from, defect, defects = "" } = given;
  const runs = wholeNumber(many, RUNS);
  if (runs === null) return sayNoNumber("simulate", `RUNS=${many}`, RUNS);
  const usual = defect === undefined ? randomInt(SEEDS) : SEED_OF_DEFECTS;
  const seed = from === undefined ? usual : wholeNumber(from, SEED);
  if (seed === null) return sayNoNumber("simulate", `SEED=${from}`, SEED);
  return defect === undefined ? { what: "simulate", runs, seed, defects } : { what: "show", defect, seed };
}

function wantTape(text: string): Wanted | string {
  try {
    return { what: "replay", choices: readTape(text) };
  } catch (cause) {
    return `simulate: ${cause instanceof Error ? cause.message : cause}; a failing run prints one, such as --tape='0:9rc,3:1'`;
  }
}
