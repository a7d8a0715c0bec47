import { describe, expect, test } from "vitest";
import { placesOf, readTrackedFiles, type TrackedFile } from "./tracked-files.ts";

/** This file names what it bans, so it is the one that is not read. */
const files = readTrackedFiles().filter(({ path }) => path !== "test/repo/forbidden-words.test.ts");
const inSrc = files.filter(({ path }) => path.startsWith("src/"));
const code = files.filter(({ path }) => /\.(ts|cjs|mjs|js|sh|yml|yaml)$|Makefile$|\.ci\//.test(path));
const inWorkflows = inSrc.filter(({ path }) => path.startsWith("src/workflows/") && !path.endsWith(".test.ts"));

/** What a file must not say, and a line that the pattern must catch. */
interface Ban {
  readonly what: string;
  readonly pattern: RegExp;
  readonly where: readonly TrackedFile[];
  readonly sample: string;
}

const BANS: readonly Ban[] = [
  {
    what: "a path of one machine: it is wrong on every other",
    pattern: /(?<![\w.}~-])\/(?:root|home\/[a-z]|Users\/[A-Z]|work\/|tmp\/\w)/,
    where: files,
    sample: `cd ${["", "root", "src"].join("/")}`,
  },
  {
    what: "a package's address on one registry: the lock file works with any",
    pattern: /registry\.npmjs|npm\.pkg\.github|artifactory|jfrog\.io|nexus\.|verdaccio|proxy\.golang/i,
    where: files,
    sample: ["https://registry", "npmjs", "org/zod"].join("."),
  },
  {
    what: "a focused or skipped test: it hides the others, or itself",
    pattern: /\b(?:test|it|describe|suite)(?:\.\w+)*\.(?:only|skip|skipIf|runIf|todo|fails)\b|\bx(?:it|describe)\(/,
    where: code,
    sample: 'test.only("x")',
  },
  {
    what: "a part of the code that is never changed to see whether its tests notice",
    pattern: /\bStryker\s+(?:disable|restore)\b/,
    where: code,
    sample: ["// Stryker", "disable all"].join(" "),
  },
  {
    what: "a note of work left without the issue that holds it",
    pattern: /\b(?:TODO|FIXME|XXX|HACK)\b(?!\s*\(#\d+\))/,
    where: files,
    sample: "// TODO: later",
  },
  {
    what: "randomness in what decides: ids come through a port",
    pattern: /Math\.random/,
    where: inWorkflows,
    sample: "Math.random()",
  },
  {
    what: "a secret",
    pattern:
      /xox[abeoprs]-\d{6,}|xapp-1-[A-Z0-9]{9,}|eyJ[\w-]{20,}\.eyJ[\w-]{20,}\.[\w-]{20,}|-----BEGIN [A-Z ]*PRIVATE KEY-----/,
    where: files,
    sample: "xoxb-1234567890-abc",
  },
  {
    what: "a way around the compiler",
    pattern: /@ts-(?:ignore|nocheck|expect-error)|\bas any\b|<any>/,
    where: code,
    sample: "// @ts-ignore",
  },
  {
    what: "a module mock: a port is passed in instead",
    pattern: /\bvi\.(?:mock|doMock|stubGlobal)\(/,
    where: code,
    sample: 'vi.mock("./x.ts")',
  },
];

describe("no file holds", () => {
  test.each(BANS)("$what", ({ pattern, where }) => {
    expect(placesOf(where, pattern)).toEqual([]);
  });

  test.each(BANS)("without this test seeing it: $what", ({ pattern, sample }) => {
    expect(placesOf([{ path: "sample", text: sample }], pattern)).toHaveLength(1);
  });
});

describe("a file of src", () => {
  const MOST_LINES = 300;

  test(`has at most ${MOST_LINES} lines`, () => {
    const long = inSrc.map(({ path, text }) => ({ path, lines: text.split("\n").length - 1 }));

    expect(long.filter(({ lines }) => lines > MOST_LINES)).toEqual([]);
  });

  test("has a name that says what is in it", () => {
    const saysNothing = /(^|[/.-])(helpers?|utils?|managers?|services?|common|misc|base|index)(?=[.-])/;
    const namesByOthers = ["test/workbench/kubernetes/kube-controller-manager.ts"];
    const named = files.filter(({ path }) => /^(src|test|bench)\//.test(path) && saysNothing.test(path));

    expect(named.map(({ path }) => path)).toEqual(namesByOthers);
  });
});
