import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";

/** What one run does. */
export interface Wanted {
  /** Null for all of them. */
  readonly cases: number | null;
  readonly seed: number;
  readonly lanes: number;
  /** Only cases whose name holds this, or one of several between bars. */
  readonly only: string | null;
}

/** Takes the program's arguments; returns what is wanted, or one sentence that says what is wrong with them. */
export function readWanted(args: readonly string[]): Wanted | string {
  const string = { type: "string" } as const;
  const options = {
    cases: string,
    seed: string,
    lanes: string,
    only: string,
  } as const;
  const { values } = parseArgs({ args: [...args], options });
  const { cases, seed = String(randomInt(2 ** 32)), lanes = "4", only = null } = values;
  for (const [name, value] of Object.entries({ CASES: cases, SEED: seed, LANES: lanes })) {
    if (value !== undefined && !/^\d{1,10}$/.test(value))
      return `chaos: ${name}=${value} is not known; it is a whole number`;
  }
  return {
    ...{ cases: cases === undefined ? null : Number(cases), seed: Number(seed), lanes: Number(lanes), only },
  };
}
