/** `make fuzz`: as many rounds as it is told, with the longest of them. */
import { createRandom } from "../fakes/random.ts";
import { readOptions, sayNoNumber, wholeNumber } from "../options.ts";
import { playRound } from "./fuzz-round.ts";

const RUNS = { least: 1, most: 10 ** 9 };
/** As many as a random one is from. */
const SEED = { least: 0, most: 2 ** 32 - 1 };

const wanted = readWanted(process.argv.slice(2));
if (typeof wanted === "string") {
  console.error(wanted);
  process.exit(1);
}
const { runs } = wanted;
const random = createRandom(wanted.seed);
console.log(`fuzz: ${runs} rounds, seed ${random.seed}`);

const counts = new Map<string, number>();
let slowest = { ms: 0, round: 0 };
for (let round = 1; round <= runs; round++) {
  const started = spentMs();
  try {
    const { kind, accepted } = playRound(random);
    const key = `${kind} ${accepted ? "taken" : "refused"}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  } catch (cause) {
    console.error(`fuzz: round ${round} of seed ${random.seed}:`, cause);
    process.exit(1);
  }
  const ms = spentMs() - started;
  if (ms > slowest.ms) slowest = { ms, round };
  if (round % 100_000 === 0) console.log(`fuzz: ${round} rounds`);
}
console.log(
  [...counts]
    .sort()
    .map(([key, count]) => `  ${key}: ${count}`)
    .join("\n"),
);
console.log(
  `fuzz: ${runs} rounds, nothing thrown; the slowest took ${slowest.ms.toFixed(0)} ms of a core (round ${slowest.round})`,
);

/** What this thread has spent of a core, in milliseconds: others on the machine make no round slow. */
function spentMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** Takes the program's arguments; returns what is wanted, or one sentence that says what is wrong with them. */
function readWanted(args: readonly string[]): { readonly runs: number; readonly seed: number | undefined } | string {
  const given = readOptions("fuzz", args, ["runs", "seed"]);
  if (typeof given === "string") return given;
  const { runs: many = "100000", seed: from } = given;
  const runs = wholeNumber(many, RUNS);
  if (runs === null) return sayNoNumber("fuzz", `RUNS=${many}`, RUNS);
  const seed = from === undefined ? undefined : wholeNumber(from, SEED);
  return seed === null ? sayNoNumber("fuzz", `SEED=${from}`, SEED) : { runs, seed };
}
