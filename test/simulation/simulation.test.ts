import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { seedOfSources } from "../fakes/seed-of-sources.ts";
import type { Counts } from "./core/count.ts";
import { readTape, recordedTape, seededTape, writeTape } from "./core/tape.ts";
import { OWED_FAULTS } from "./runner/owed-faults.ts";
import { RECORDED } from "./runner/recorded-tapes.ts";
import { sayClosing } from "./runner/words.ts";

const run = promisify(execFile);
const ROOT = resolve(import.meta.dirname, "../..");
const SIMULATE = join(import.meta.dirname, "simulate.ts");
const DEFECTS = join(import.meta.dirname, "defects");
/** As many as a run of all tests has time for; `make simulate` plays as many as it is told to. */
const RUNS = 10_000;
const LONG = { timeout: 900_000 };

/** In a process of its own: virtual time is put under all of it for good. */
async function simulate(...options: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [SIMULATE, ...options], { maxBuffer: 1 << 28 });
  return stdout;
}

/** How every fault's count begins. */
const FAULT = /^ {2}((?:fault of|trouble:|by hand:) ?.*?)\s+[\d,]+$/gm;

/** Takes a trace and words; returns those that are in it, each after the one before. */
function findInOrder(trace: string, words: readonly string[]): string[] {
  let from = 0;
  return words.filter((one) => {
    const at = trace.indexOf(one, from);
    if (at >= 0) from = at + one.length;
    return at >= 0;
  });
}

/** The last line that is printed of as many runs, of seed 7. */
function sayClosed(violations: number): string {
  return `simulate: ${RUNS} runs, seed 7, ${violations} violations; 0 of 0 planted defects found`;
}

describe("the simulation", () => {
  test(`of ${RUNS} runs of a seed of these sources' own sees nothing that may not be`, LONG, async () => {
    const seed = await seedOfSources();
    console.log(`simulation: seed ${seed}`);

    const { said, wrong } = await simulate(`--runs=${RUNS}`, `--seed=${seed}`, "--defects=none").then(
      (stdout) => ({ said: stdout, wrong: null }),
      ({ stdout = "", stderr }: { stdout?: string; stderr?: string }) => ({ said: stdout, wrong: stderr ?? "it died" }),
    );

    expect(said).toContain(`simulate: ${RUNS} runs, seed ${seed}, 0 violations`);
    expect(wrong).toBeNull();
    const came = [...said.matchAll(FAULT)].map(([, fault]) => fault);
    expect(OWED_FAULTS, "a fault that is played is to be missed where it no longer is").toEqual(
      expect.arrayContaining(came),
    );
  });

  test("is not content with runs in which a fault never came, or hardly anything was lent", () => {
    const full: Counts = { ...Object.fromEntries(OWED_FAULTS.map((fault) => [fault, 1])), runs: RUNS };

    const close = (counts: Counts) => sayClosing({ seed: 7, counts, found: [], defects: [] });

    expect(close(full)).toEqual({ lines: [sayClosed(0)], good: true });
    expect(close({ ...full, "trouble: Redis is full": 0 })).toEqual({
      lines: [expect.stringMatching(/^VIOLATION .* never came: trouble: Redis is full$/), sayClosed(1)],
      good: false,
    });
    expect(close({ ...full, "rows: approved": 1_000, "rows: active": 400 })).toEqual({
      lines: [expect.stringMatching(/^VIOLATION .* only 400 were lent/), sayClosed(1)],
      good: false,
    });
  });

  test.each(RECORDED)("sees nothing any more where it once saw that $words", LONG, async ({ tape, shows }) => {
    const said = await simulate(`--tape=${tape}`);

    expect(said).toContain("no violation");
    expect(findInOrder(said, shows), "the tape tells another story now: find it anew").toEqual(shows);
  });

  test("sees a defect that is planted, and tells of it as docs/testing.md shows", LONG, async () => {
    const page = await readFile(join(ROOT, "docs/testing.md"), "utf8");
    const [, shown = ""] = /### Reading a trace.*?```\n(.*?)```/s.exec(page) ?? [];
    const lines = shown.trim().split("\n");

    const said = await simulate("--defect=07");

    expect(said).toMatch(/07-watch-and-multi +I6 /);
    expect(lines.length).toBeGreaterThan(10);
    expect(findInOrder(said, lines), "the trace is another one now: show it anew").toEqual(lines);
  });

  test("refuses to look at nothing: no run at all, or no planted defect of that name", LONG, async () => {
    await expect(simulate("--runs=0")).rejects.toMatchObject({
      code: 1,
      stderr: "simulate: RUNS=0 is not known; it is a whole number from 1 to 2097152\n",
    });
    await expect(simulate("--runs=1", "--defects=99")).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining("begins with 99"),
    });
    await expect(simulate("--defect=99")).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('begins with "99"'),
    });
  });

  test("starts a worker of the parts, and with the sweeps and pauses, with which src/main.ts starts it", async () => {
    const real = await readFile(join(ROOT, "src/main.ts"), "utf8");
    const simulated = await readFile(join(import.meta.dirname, "processes/worker-process.ts"), "utf8");
    const pauses = (text: string) => text.match(/const \w+_MS = [\d_]+;/g);
    const sweeps = (text: string) => [...text.matchAll(/\bwhat: (".*?"|`.*?`)/g)].map(([, what]) => what).sort();
    const parts = (text: string) =>
      [...text.matchAll(/^import \{ (.*) \} from ".*\/((?:jobs|workflows)\/.*)";/gm)].flatMap(([, names = "", from]) =>
        names.split(", ").map((name) => `${from} ${name}`),
      );

    expect(pauses(simulated)).toEqual(pauses(real));
    expect(sweeps(simulated)).toEqual(sweeps(real));
    expect(parts(real)).toEqual(expect.arrayContaining(parts(simulated)));
  });

  test("has at least thirty-one planted defects, each of which applies to the sources as they are", LONG, async () => {
    const patches = (await readdir(DEFECTS)).filter((name) => name.endsWith(".patch"));

    for (const patch of patches) await run("git", ["apply", "--check", join(DEFECTS, patch)], { cwd: ROOT });

    expect(patches.length).toBeGreaterThanOrEqual(31);
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
