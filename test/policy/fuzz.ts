/** `make fuzz`: as many rounds as it is told, with the longest of them. */
import { createRandom } from "../fakes/random.ts";
import { playRound } from "./fuzz-round.ts";

const option = (name: string) => process.argv.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
const runs = Number(option("runs") ?? 100_000);
const seed = option("seed");
if (!Number.isInteger(runs) || runs < 1) throw new RangeError("RUNS is a whole number from 1");
const random = createRandom(seed === undefined ? undefined : Number(seed));
console.log(`fuzz: ${runs} rounds, seed ${random.seed}`);

const counts = new Map<string, number>();
let slowest = { ms: 0, round: 0 };
for (let round = 1; round <= runs; round++) {
  const started = performance.now();
  try {
    const { kind, accepted } = playRound(random);
    const key = `${kind} ${accepted ? "taken" : "refused"}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  } catch (cause) {
    console.error(`fuzz: round ${round} of seed ${random.seed}:`, cause);
    process.exit(1);
  }
  const ms = performance.now() - started;
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
  `fuzz: ${runs} rounds, nothing thrown; the slowest took ${slowest.ms.toFixed(0)} ms (round ${slowest.round})`,
);
