import { describe, expect, test } from "vitest";
import { allCases } from "../chaos/cases.ts";
import { readWanted } from "../chaos/wanted.ts";
import { createRandom } from "../fakes/random.ts";

describe("what make chaos is asked for", () => {
  test("is all cases on four lanes where nothing is said, with a seed of its own", () => {
    expect(readWanted([])).toEqual({ cases: null, seed: expect.any(Number), lanes: 4, only: null });
    expect(readWanted(["--cases=20", "--seed=7", "--lanes=16", "--only=told-card|F10"])).toEqual({
      ...{ cases: 20, seed: 7, lanes: 16, only: ["told-card", "F10"] },
    });
  });

  test.each(["0", "17", "400"])("is refused with LANES=%s, on which nothing or nothing useful would run", (lanes) => {
    expect(readWanted([`--lanes=${lanes}`])).toBe(`chaos: LANES=${lanes} is not known; it is from 1 to 16`);
  });

  test.each(["-1", "x", "1.5", "1 2"])("is refused with CASES=%s", (cases) => {
    expect(readWanted([`--cases=${cases}`])).toBe(`chaos: CASES=${cases} is not known; it is a whole number`);
  });

  test.each([
    ["--case=3", "Unknown option '--case'"],
    ["20", "Unexpected argument '20'"],
    ["--cases", "Option '--cases <value>' argument missing"],
  ])("is refused in one sentence with %s", (arg, words) => {
    expect(readWanted([arg])).toBe(`chaos: ${words}; known are --cases=…, --seed=…, --lanes=…, --only=…`);
  });

  test("is only what is named: a bar too many does not mean everything", () => {
    const wanted = readWanted(["--only=F10|"]);

    expect(wanted).toMatchObject({ only: ["F10"] });
    expect(allCases(createRandom(1), null, ["F10"]).every(({ name }) => name.includes("F10"))).toBe(true);
    expect(readWanted(["--only=| |"])).toMatch(/^chaos: ONLY=\| \| names no case/);
  });
});
