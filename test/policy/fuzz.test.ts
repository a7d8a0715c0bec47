import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { createRandom } from "../fakes/random.ts";
import { playRound } from "./fuzz-round.ts";

const ROUNDS = 10_000;
const run = promisify(execFile);

/** As `make fuzz` starts it. */
function fuzz(...options: string[]): Promise<{ readonly stdout: string; readonly stderr: string }> {
  return run(process.execPath, [join(import.meta.dirname, "fuzz.ts"), ...options]);
}

test(`of ${ROUNDS} inputs that nobody would write, each is taken or refused in words, and none throws`, () => {
  const random = createRandom();
  const counts = new Map<string, number>();

  try {
    for (let i = 0; i < ROUNDS; i++) {
      const { kind, accepted } = playRound(random);
      const key = `${kind} ${accepted ? "taken" : "refused"}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  } catch (cause) {
    throw new Error(`seed ${random.seed}: make fuzz SEED=${random.seed} RUNS=${ROUNDS} repeats it`, { cause });
  }

  // A generator that makes nothing but rubbish finds nothing.
  const kinds = ["policy", "condition", "pattern", "duration"];
  expect([...counts.keys()].sort()).toEqual(kinds.flatMap((kind) => [`${kind} refused`, `${kind} taken`]).sort());
});

test.each([
  [["--seed=abc"], "SEED=abc is not known; it is a whole number from 0 to 4294967295"],
  [["--seed=-1"], "SEED=-1 is not known; it is a whole number from 0 to 4294967295"],
  [["--seed=9007199254740993"], "SEED=9007199254740993 is not known; it is a whole number from 0 to 4294967295"],
  [["--runs=0"], "RUNS=0 is not known; it is a whole number from 1 to 1000000000"],
  [["--run=3"], "--run is not known; there are --runs, --seed"],
])("`make fuzz` is told in one sentence what is wrong with %j", async (options, words) => {
  await expect(fuzz(...options)).rejects.toMatchObject({ code: 1, stdout: "", stderr: `fuzz: ${words}\n` });
});

test("`make fuzz` says what the slowest round took of a core, which no load of the machine changes", async () => {
  const { stdout } = await fuzz("--runs=50", "--seed=4294967295");

  expect(stdout).toMatch(/^fuzz: 50 rounds, seed 4294967295\n/);
  expect(stdout).toMatch(/\nfuzz: 50 rounds, nothing thrown; the slowest took \d+ ms of a core \(round \d+\)\n$/);
});
