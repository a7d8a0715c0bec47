import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { seedOfSources } from "../fakes/seed-of-sources.ts";
import { readTape, recordedTape, seededTape, writeTape } from "./core/tape.ts";
import { findPlantedDefects, namesOfDefects } from "./runner/planted-defects.ts";
import { RECORDED } from "./runner/recorded-tapes.ts";

const run = promisify(execFile);
const ROOT = resolve(import.meta.dirname, "../..");
const SIMULATE = join(import.meta.dirname, "simulate.ts");
const DEFECTS = join(import.meta.dirname, "defects");
/** As many as a run of all tests has time for; `make simulate` plays a million. */
const RUNS = 10_000;
const LONG = { timeout: 900_000 };

/** In a process of its own: virtual time is put under all of it for good. */
async function simulate(...options: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [SIMULATE, ...options], { maxBuffer: 1 << 28 });
  return stdout;
}

/** Takes a trace and words; returns those that are in it, each after the one before. */
function findInOrder(trace: string, words: readonly string[]): string[] {
  let from = 0;
  return words.filter((one) => {
    const at = trace.indexOf(one, from);
    if (at >= 0) from = at + one.length;
    return at >= 0;
  });
}

describe("the simulation", () => {
  test(`of ${RUNS} runs of a seed of these sources' own sees nothing that may not be`, LONG, async () => {
    const seed = await seedOfSources();
    console.log(`simulation: seed ${seed}`);

    const said = await simulate(`--runs=${RUNS}`, `--seed=${seed}`, "--defects=none").catch(
      (failed: { stdout?: string }) => failed.stdout ?? String(failed),
    );

    expect(said).toContain(`simulate: ${RUNS} runs, seed ${seed}, 0 violations`);
  });

  test.each(RECORDED)("sees nothing any more where it once saw that $words", LONG, async ({ tape, shows }) => {
    const said = await simulate(`--tape=${tape}`);

    expect(said).toContain("no violation");
    expect(findInOrder(said, shows), "the tape tells another story now: find it anew").toEqual(shows);
  });

  test("sees a defect that is planted, and says which invariant it broke", LONG, async () => {
    const [defect] = await findPlantedDefects(await namesOfDefects("07"), 1);

    expect(defect).toMatchObject({ name: "07-watch-and-multi", found: "I6" });
  });

  test("refuses to look at nothing: no run at all, or no planted defect of that name", LONG, async () => {
    await expect(simulate("--runs=0")).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining("RUNS is not 0"),
    });
    await expect(simulate("--runs=1", "--defects=99")).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining("begins with 99"),
    });
  });

  test("has at least twenty-four planted defects, each of which applies to the sources as they are", LONG, async () => {
    const patches = (await readdir(DEFECTS)).filter((name) => name.endsWith(".patch"));

    for (const patch of patches) await run("git", ["apply", "--check", join(DEFECTS, patch)], { cwd: ROOT });

    expect(patches.length).toBeGreaterThanOrEqual(24);
  });
});

describe("a tape", () => {
  test("says the same for the same seed, and again from what was written down", () => {
    const make = (tape = seededTape(7)) => [...Array(50)].map(() => tape.choose(300, 9));
    const first = seededTape(7);
    const choices = make(first);

    expect(make()).toEqual(choices);
    expect(make(recordedTape(readTape(writeTape(first.choices))))).toEqual(choices);
  });

  test("of nothing makes the dull choice each time", () => {
    const tape = recordedTape(readTape("-"));

    expect([tape.choose(1000, 5), tape.below(9)]).toEqual([0, 0]);
  });
});
