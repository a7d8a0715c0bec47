import { expect, test } from "vitest";
import { createRandom } from "../fakes/random.ts";
import { playRound } from "./fuzz-round.ts";

const ROUNDS = 10_000;

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
