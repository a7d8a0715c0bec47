import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { RUNS_PER_SEED, SEEDS, tapeOfRun } from "./core/tape.ts";
import { readWanted } from "./wanted.ts";

const run = promisify(execFile);
const ROOT = resolve(import.meta.dirname, "../..");

describe("what `make simulate` is asked for", () => {
  test("is ten thousand runs of any seed, and all defects, unless told otherwise", () => {
    expect(readWanted([])).toEqual({ what: "simulate", runs: 10_000, seed: expect.any(Number), defects: "" });
    expect(readWanted(["--runs=3", "--seed=0", "--defects=none"])).toEqual({
      ...{ what: "simulate", runs: 3, seed: 0, defects: "none" },
    });
    expect(readWanted(["--defect=07"])).toEqual({ what: "show", defect: "07", seed: 1 });
    expect(readWanted(["--tape=1:z,3:1"])).toEqual({ what: "replay", choices: [0, 35, 0, 1] });
  });

  test.each([
    [["--run=3"], "simulate: --run is not known; there are --runs, --seed, --tape, --defect, --defects"],
    [["--case=3"], "simulate: --case is not known; there are --runs, --seed, --tape, --defect, --defects"],
    [["7"], "simulate: 7 is not known; there are --runs, --seed, --tape, --defect, --defects"],
    [["--runs=3", "--"], "simulate: -- is not known; there are --runs, --seed, --tape, --defect, --defects"],
    [["--runs"], "simulate: --runs says nothing; it is --runs=…"],
    [["--runs=1 2"], "simulate: RUNS=1 2 is not known; it is a whole number from 1 to 2097152"],
    [["--runs="], "simulate: RUNS= is not known; it is a whole number from 1 to 2097152"],
    [["--runs=2097153"], "simulate: RUNS=2097153 is not known; it is a whole number from 1 to 2097152"],
    [["--tape=zz"], "simulate: “zz” is no part of a tape; a failing run prints one, such as --tape='0:9rc,3:1'"],
    [["--tape="], "simulate: “” is no part of a tape; a failing run prints one, such as --tape='0:9rc,3:1'"],
    [["--tape=zzzzzz:1"], expect.stringContaining("“zzzzzz:1” is no part of a tape")],
  ])("is told in one sentence what is wrong with %j", (args, words) => {
    expect(readWanted(args)).toEqual(words);
  });

  test.each([
    ["--seed=4294967296"],
    ["--seed=-1"],
    ["--seed=1.5"],
    ["--seed=1e3"],
    ["--seed="],
    ["--seed=9007199254740993"],
  ])("is no seed that other seeds' runs would be played for: %s", (given) => {
    expect(readWanted([given])).toBe(
      `simulate: ${given.replace("--seed", "SEED")} is not known; it is a whole number from 0 to 4294967295`,
    );
    expect(readWanted(["--defect=07", given])).toEqual(expect.stringContaining("it is a whole number"));
  });

  test("is answered by the program in that one sentence, also by way of make", async () => {
    const make = ["-s", "-o", "node_modules/.package-lock.json", "simulate"];

    await expect(run("make", [...make, "RUNS=1 2"], { cwd: ROOT })).rejects.toMatchObject({
      stderr: expect.stringMatching(/^simulate: RUNS=1 2 is not known; .*\nmake.*Error 1\n$/),
    });
    await expect(run("make", [...make, "SEED=1 2"], { cwd: ROOT })).rejects.toMatchObject({
      stderr: expect.stringMatching(/^simulate: SEED=1 2 is not known; .*\nmake.*Error 1\n$/),
    });
    await expect(
      run(process.execPath, ["test/simulation/simulate.ts", "--tape=zz"], { cwd: ROOT }),
    ).rejects.toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(/^simulate: “zz” .*\n$/) });
  });
});

test("each run of each seed has a tape of its own, also the last ones", () => {
  const draws = [
    [SEEDS - 1, RUNS_PER_SEED - 1],
    [SEEDS - 1, RUNS_PER_SEED - 2],
    [SEEDS - 1, 0],
    [SEEDS - 2, RUNS_PER_SEED - 1],
  ].map(([seed = 0, one = 0]) => tapeOfRun(seed, one).below(2 ** 32));

  expect(new Set(draws).size).toBe(draws.length);
});
