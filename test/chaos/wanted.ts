import { randomInt } from "node:crypto";
import { type Bounds, readOptions, sayNoNumber, wholeNumber } from "../options.ts";

/** What one run does. */
export interface Wanted {
  /** Null for all of them. */
  readonly cases: number | null;
  readonly seed: number;
  readonly lanes: number;
  /** Only cases whose group and name hold one of these; null for all. */
  readonly only: readonly string[] | null;
}

const OPTIONS = ["cases", "seed", "lanes", "only"] as const;
const CASES: Bounds = { least: 1, most: 1_000_000 };
const SEED: Bounds = { least: 0, most: 2 ** 32 - 1 };
/** Each has a Redis, a Slack and up to four processes of its own. */
const LANES: Bounds = { least: 1, most: 16 };

/** Takes the program's arguments; returns what is wanted, or one sentence that says what is wrong with them. */
export function readWanted(args: readonly string[]): Wanted | string {
  const given = readOptions("chaos", args, OPTIONS);
  if (typeof given === "string") return given;
  const cases = given.cases === undefined ? null : wholeNumber(given.cases, CASES);
  if (given.cases !== undefined && cases === null) return sayNoNumber("chaos", `CASES=${given.cases}`, CASES);
  const seed = given.seed === undefined ? randomInt(2 ** 32) : wholeNumber(given.seed, SEED);
  if (seed === null) return sayNoNumber("chaos", `SEED=${given.seed}`, SEED);
  const { lanes: many = "4" } = given;
  const lanes = wholeNumber(many, LANES);
  if (lanes === null) return sayNoNumber("chaos", `LANES=${many}`, LANES);
  const only = given.only?.split("|").filter((part) => part.trim() !== "") ?? null;
  if (only?.length === 0)
    return `chaos: ONLY=${given.only} names no case; it is a part of a name, or several with | between them`;
  return { cases, seed, lanes, only };
}
