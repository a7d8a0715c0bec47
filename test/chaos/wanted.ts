import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";

/** What one run does. */
export interface Wanted {
  /** Null for all of them. */
  readonly cases: number | null;
  readonly seed: number;
  /** From 1 to MOST_LANES. */
  readonly lanes: number;
  /** Only cases whose group and name hold one of these; null for all. */
  readonly only: readonly string[] | null;
}

/** Each has a Redis, a Slack and up to four processes of its own. */
const MOST_LANES = 16;

/** Takes the program's arguments; returns what is wanted, or one sentence that says what is wrong with them. */
export function readWanted(args: readonly string[]): Wanted | string {
  const values = parse(args);
  if (typeof values === "string") return values;
  const { cases, seed = String(randomInt(2 ** 32)), lanes = "4", only = null } = values;
  for (const [name, value] of Object.entries({ CASES: cases, SEED: seed, LANES: lanes })) {
    if (value !== undefined && !/^\d{1,10}$/.test(value))
      return `chaos: ${name}=${value} is not known; it is a whole number`;
  }
  if (Number(lanes) < 1 || Number(lanes) > MOST_LANES) {
    return `chaos: LANES=${lanes} is not known; it is from 1 to ${MOST_LANES}`;
  }
  const parts = only?.split("|").filter((part) => part.trim() !== "") ?? null;
  if (parts?.length === 0)
    return `chaos: ONLY=${only} names no case; it is a part of a name, or several with | between them`;
  return { cases: cases === undefined ? null : Number(cases), seed: Number(seed), lanes: Number(lanes), only: parts };
}

const OPTIONS = {
  cases: { type: "string" },
  seed: { type: "string" },
  lanes: { type: "string" },
  only: { type: "string" },
} as const;

/** Only what is wrong with the arguments: how Node came to see it is of no use to anybody. */
function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (cause) {
    const [words] = (cause instanceof Error ? cause.message : String(cause)).split(/[.\n]/);
    return `chaos: ${words}; known are ${Object.keys(OPTIONS)
      .map((name) => `--${name}=…`)
      .join(", ")}`;
  }
}
