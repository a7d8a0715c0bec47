import { describe, expect, test } from "vitest";
import { Violation } from "./core/run-state.ts";
import type { Play } from "./run.ts";
import { createBatches } from "./runner/batches.ts";
import { runMany } from "./runner/run-many.ts";
import { sayFound } from "./runner/words.ts";

const BATCH = { seed: 5, from: 10, to: 20 };
const TRACE = [
  "00:00:02.000  mia       asks",
  "00:00:03.000  ada       clicks Approve",
  "00:00:04.000  world     heals",
];

/** Plays runs of which these break I3, by their place among all that are played; each of them draws 7 and 9. */
function playing(broken: (play: number) => boolean): { readonly play: Play; readonly plays: () => number } {
  let plays = 0;
  const play: Play = async (tape, { isTraced }) => {
    plays += 1;
    const choices = [tape.below(1) + 7, 0, 9];
    const violation = broken(plays) ? new Violation("I3", `an object lies about (${plays})`) : null;
    return { violation, counts: { runs: 1 }, choices, trace: isTraced ? TRACE : [] };
  };
  return { play, plays: () => plays };
}

describe("a run that breaks an invariant, and does not fail again when it is played alone", () => {
  test("is told all the same, with its number, its words, its whole tape and how it went then", async () => {
    const { play, plays } = playing((one) => one === 3);

    const { found, runs, counts } = await runMany(BATCH, { play, isShrunk: true });

    expect(found).toEqual({
      ...{ run: 12, invariant: "I3", words: "an object lies about (3)", failsAgain: false },
      ...{ tape: "0:7,2:9", trace: TRACE },
    });
    expect({ runs, counts, plays: plays() }).toEqual({ runs: 3, counts: { runs: 3 }, plays: 5 });
    expect(found && sayFound(found, BATCH.seed).split("\n")).toEqual([
      "VIOLATION of I3 in run 12 of seed 5: an object lies about (3)",
      "it did not fail again when played alone, which went like this:",
      ...TRACE.map((line) => `  ${line}`),
      "its tape, by which it did not fail again: node test/simulation/simulate.ts --tape='0:7,2:9'",
    ]);
  });

  test("also where it fails while it is shrunk, and no more when its trace is written", async () => {
    const { play } = playing((one) => one >= 3 && one <= 4);

    const { found } = await runMany(BATCH, { play, isShrunk: true });

    expect(found).toMatchObject({ run: 12, failsAgain: false, tape: "0:7,2:9", trace: TRACE });
  });
});

test("a run that fails whenever it is played is told shrunk, with how to play it again", async () => {
  const { play } = playing((one) => one >= 3);

  const { found } = await runMany(BATCH, { play, isShrunk: true });

  expect(found).toMatchObject({ run: 12, invariant: "I3", failsAgain: true });
  expect(found && sayFound(found, BATCH.seed)).toMatch(/\nplay it again: node .*--tape='0:7,2:9'$/);
});

test("behind a run that broke an invariant all others are played, each of them once", () => {
  const batches = createBatches(5, 450);
  const played: number[] = [];

  for (let batch = batches.take(); batch !== null; batch = batches.take()) {
    // The 30th of each, or what is left.
    const runs = Math.min(30, batch.to - batch.from);
    played.push(...Array.from({ length: runs }, (_, i) => (batch?.from ?? 0) + i));
    batches.putBack(batch, runs);
  }

  expect(played).toEqual(Array.from({ length: 450 }, (_, i) => i));
});
