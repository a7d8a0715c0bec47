import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { allCases } from "../chaos/cases.ts";
import { readWanted } from "../chaos/wanted.ts";
import { createRandom } from "../fakes/random.ts";

const run = promisify(execFile);
const ROOT = resolve(import.meta.dirname, "../..");

describe("what make chaos is asked for", () => {
  test("is all cases on four lanes where nothing is said, with a seed of its own", () => {
    expect(readWanted([])).toEqual({ cases: null, seed: expect.any(Number), lanes: 4, only: null });
    expect(readWanted(["--cases=20", "--seed=7", "--lanes=16", "--only=told-card|F10"])).toEqual({
      ...{ cases: 20, seed: 7, lanes: 16, only: ["told-card", "F10"] },
    });
  });

  test.each(["0", "17", "400"])("is refused with LANES=%s, on which nothing or nothing useful would run", (lanes) => {
    expect(readWanted([`--lanes=${lanes}`])).toBe(
      `chaos: LANES=${lanes} is not known; it is a whole number from 1 to 16`,
    );
  });

  test.each(["-1", "0", "x", "1.5", "1 2", "9999999999"])("is refused with CASES=%s", (cases) => {
    expect(readWanted([`--cases=${cases}`])).toBe(
      `chaos: CASES=${cases} is not known; it is a whole number from 1 to 1000000`,
    );
  });

  test.each([
    ["--case=3", "--case is not known; there are --cases, --seed, --lanes, --only"],
    ["20", "20 is not known; there are --cases, --seed, --lanes, --only"],
    ["--cases", "--cases says nothing; it is --cases=…"],
    ["--seed=4294967296", "SEED=4294967296 is not known; it is a whole number from 0 to 4294967295"],
  ])("is refused in one sentence with %s", (arg, words) => {
    expect(readWanted([arg])).toBe(`chaos: ${words}`);
  });

  test("is one case by its name, also where that holds an apostrophe", async () => {
    const name = allCases(createRandom(1), null, ["F10"]).find((one) => one.name.includes("'"))?.name ?? "";
    const make = ["-n", "-o", "node_modules/.package-lock.json", "chaos", `ONLY=${name}`];

    // As from a shell, whichever make runs this test.
    const { stdout } = await run("make", make, { cwd: ROOT, env: { PATH: process.env.PATH } });
    const said = await run("sh", ["-c", stdout.replace("exec node test/chaos/chaos.ts", "printf %s")]);

    expect(said.stdout).toBe(`--only=${name}`);
  });

  test("is only what is named: a bar too many does not mean everything", () => {
    const wanted = readWanted(["--only=F10|"]);

    expect(wanted).toMatchObject({ only: ["F10"] });
    expect(allCases(createRandom(1), null, ["F10"]).every(({ name }) => name.includes("F10"))).toBe(true);
    expect(readWanted(["--only=| |"])).toMatch(/^chaos: ONLY=\| \| names no case/);
  });
});
