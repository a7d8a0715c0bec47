import { describe, expect, test } from "vitest";
import { controls } from "../chaos/controls/controls.ts";
import { whyUnfit } from "../chaos/controls/patched-source.ts";
import { plantedDefects } from "../chaos/controls/planted.ts";
import { isAsMust, runPlanted } from "../chaos/controls/run-controls.ts";

const planted = [...controls(), ...plantedDefects()];

test.each(planted)("what is taken away for “$name” stands exactly once in the source", (one) => {
  expect(one.patches.length).toBeGreaterThan(0);
  expect(whyUnfit([one])).toBeNull();
});

test("three controls and two twins that must hold, and three planted defects", () => {
  expect(controls().map(({ finds }) => finds !== null)).toEqual([true, false, true, false, true]);
  expect(plantedDefects().every(({ finds }) => finds !== null)).toBe(true);
  expect(plantedDefects().length).toBe(3);
});

test("a patch that fits nowhere, or twice, is named with its file before anything is played", () => {
  const patch = { file: "src/main.ts", to: "" };

  const nowhere = whyUnfit([{ name: "no sweep", patches: [{ ...patch, from: "no such words" }] }]);
  const often = whyUnfit([{ name: "no sweep", patches: [{ ...patch, from: "import " }] }]);

  expect(nowhere).toBe(
    "“no sweep” cannot be made: what its patch looks for stands 0 times in src/main.ts, not once: no such words",
  );
  expect(often).toMatch(/stands \d\d times in src\/main\.ts/);
});

describe("a control or planted defect is as it must be", () => {
  const finds = /never refused/;
  const found = { met: true, shown: "worker-1 is gone", violations: ["the own token is never refused"] };

  test("where the crash it is put to happened, and that was found, though the machine stalled", () => {
    expect(isAsMust({ finds }, found)).toBe(true);
    expect(isAsMust({ finds }, { ...found, met: false })).toBe(true);
  });

  test("not where it failed without that crash, or something else was found", () => {
    expect(isAsMust({ finds }, { ...found, met: false, shown: null })).toBe(false);
    expect(isAsMust({ finds }, { ...found, violations: ["a word is lost"] })).toBe(false);
  });

  test("a twin, where it was met and nothing was found", () => {
    expect(isAsMust({ finds: null }, { ...found, violations: [] })).toBe(true);
    expect(isAsMust({ finds: null }, { ...found, met: false, violations: [] })).toBe(false);
    expect(isAsMust({ finds: null }, found)).toBe(false);
  });
});

test("what must fail and cannot be played does not end the run: it is said, and does not count as found", async () => {
  const said: string[] = [];
  const nowhere = { guardian: { folder: "/dev/null" } } as Parameters<typeof runPlanted>[0];

  expect(await runPlanted(nowhere, (line) => said.push(line))).toEqual({ failed: 0, all: 3 });
  expect(said.join("\n")).toMatch(/NOT AS IT MUST: a record that Redis lost is not rebuilt/);
  expect(said.join("\n")).toMatch(/found it could not be played: Error: ENOTDIR/);
});
