import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { FileFaults, sayFault } from "./fault.ts";
import { parseYaml, readYamlFile } from "./yaml-file.ts";

const Schema = z.strictObject({
  version: z.literal(1),
  people: z.record(z.string().regex(/^[a-z]+$/, "use letters"), z.strictObject({ name: z.string().min(1) })),
  groups: z.array(z.strictObject({ name: z.string(), size: z.number().optional() })).default([]),
});

/** Takes a text; returns its faults, or none. */
function faultsOf(text: string): readonly string[] {
  try {
    parseYaml("p.yaml", text, Schema);
    return [];
  } catch (fault) {
    if (fault instanceof FileFaults) return fault.faults.map(sayFault);
    throw fault;
  }
}

test("a file without fault gives its value", () => {
  expect(parseYaml("p.yaml", "version: 1\npeople:\n  mia: { name: Mia }\n", Schema)).toEqual({
    version: 1,
    people: { mia: { name: "Mia" } },
    groups: [],
  });
});

describe("every fault says file, line and column:", () => {
  test.each<[string, string, string[]]>([
    ["a wrong value, where the value stands", "version: 2\npeople: {}\n", ["p.yaml:1:10: version: write 1"]],
    [
      "a setting nobody knows, where its key stands",
      "version: 1\npeople: {}\n\nallowAll: true\n",
      ['p.yaml:4:1: there is no setting "allowAll"'],
    ],
    [
      "a setting nobody knows, deep inside",
      "version: 1\npeople:\n  mia:\n    name: Mia\n    admin: yes\n",
      ['p.yaml:5:5: people.mia: there is no setting "admin"'],
    ],
    [
      "a missing setting, at what it is missing in",
      "version: 1\npeople:\n  mia:\n    {}\n",
      ["p.yaml:4:5: people.mia.name: is missing"],
    ],
    [
      "an item of a list",
      "version: 1\npeople: {}\ngroups:\n  - name: a\n  - name: b\n    size: big\n",
      ["p.yaml:6:11: groups.1.size: write a number"],
    ],
    ["a value left empty", "version: 1\npeople:\n  mia:\n    name:\n", ["p.yaml:4:10: people.mia.name: is empty"]],
    [
      "a name of the wrong kind, in words",
      "version: 1\npeople:\n  Mia1: { name: Mia }\n",
      ["p.yaml:3:3: people.Mia1: use letters"],
    ],
    [
      "two of them, both at once",
      "version: 2\npeople: {}\nextra: 1\n",
      ['p.yaml:3:1: there is no setting "extra"', "p.yaml:1:10: version: write 1"],
    ],
  ])("%s", (_, text, faults) => {
    expect(faultsOf(text).toSorted()).toEqual(faults.toSorted());
  });

  test.each<[string, string, RegExp]>([
    [
      "a key that stands twice",
      "version: 1\npeople: {}\nversion: 1\n",
      /^p\.yaml:3:1: "version" stands twice: remove one/,
    ],
    ["a line indented by a tab", "version: 1\npeople:\n\tmia: {}\n", /^p\.yaml:3:1: /],
    ["a bracket never closed", "version: 1\npeople: { mia: { name: Mia }\n", /^p\.yaml:\d+:\d+: /],
    ["a second document", "version: 1\npeople: {}\n---\nversion: 1\n", /^p\.yaml:3:1: a second document begins here/],
    ["a tag that would make something else of a value", "version: !!js/function x\npeople: {}\n", /^p\.yaml:1:10: /],
    ["a key that is no text", "version: 1\npeople: {}\n? [a, b]\n: 1\n", /^p\.yaml:3:3: /],
    ["nothing in it", "", /^p\.yaml:1:1: is empty/],
    ["a comment alone", "# nothing\n", /^p\.yaml:\d:1: is empty/],
    ["a list in place of settings", "- version\n", /^p\.yaml:1:1: write settings, each with its name/],
  ])("%s", (_, text, fault) => {
    const [first] = faultsOf(text);

    expect(first).toMatch(fault);
  });
});

describe("what a reviewer reads is what is meant:", () => {
  test("an alias is refused where it stands", () => {
    const text = "version: 1\npeople:\n  mia: &one { name: Mia }\n  max: *one\n";

    const words = "aliases (&name, *name) are not allowed: write the value out";
    expect(faultsOf(text)).toEqual([`p.yaml:3:8: ${words}`, `p.yaml:4:8: ${words}`]);
  });

  test("ten lines that unfold into a million are refused in no time", () => {
    const rows = Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(9)}]`);
    const started = performance.now();

    expect(faultsOf(`a0: &a0 [x]\n${rows.join("\n")}\n`)[0]).toMatch(/aliases/);
    expect(performance.now() - started).toBeLessThan(1000);
  });

  test("a merge key merges nothing: it is one more setting nobody knows", () => {
    expect(faultsOf("version: 1\npeople: {}\n<<: { groups: [] }\n")).toEqual(['p.yaml:3:1: there is no setting "<<"']);
  });

  test("__proto__ is refused as a name, not skipped in silence", () => {
    expect(faultsOf("version: 1\npeople:\n  mia: { name: Mia }\n  __proto__: { name: Eve }\n")).toEqual([
      'p.yaml:4:3: "__proto__" cannot be a name',
    ]);
    expect(faultsOf("version: 1\npeople: {}\n__proto__: { version: 1 }\n")).toEqual([
      'p.yaml:3:1: "__proto__" cannot be a name',
    ]);
    expect(Object.prototype).not.toHaveProperty("version");
  });

  test("a name that objects answer to by themselves is a name like any other", () => {
    const value = parseYaml("p.yaml", "version: 1\npeople:\n  constructor: { name: Con }\n", Schema);

    expect(Object.hasOwn(value.people, "constructor")).toBe(true);
  });

  test.each([
    ["a NUL", 'version: 1\npeople:\n  mia: { name: "Mi\u0000a" }\n', "p.yaml:3:19", "U+0000"],
    ["an escape character", "version: 1\npeople:\n  mia: { name: Mi\u001bma }\n", "p.yaml:3:18", "U+001B"],
  ])("%s is refused where it stands: no editor shows it", (_, text, place, which) => {
    expect(faultsOf(text)).toEqual([`${place}: a control character stands here (${which}): remove it`]);
  });

  test("a byte order mark changes nothing", () => {
    expect(faultsOf("\uFEFFversion: 1\npeople: {}\n")).toEqual([]);
  });

  test("Windows line ends change nothing", () => {
    expect(faultsOf("version: 1\r\npeople: {}\r\n")).toEqual([]);
  });

  test("no and off are words, not false", () => {
    expect(parseYaml("p.yaml", "version: 1\npeople:\n  no: { name: off }\n", Schema).people).toEqual({
      no: { name: "off" },
    });
  });
});

describe("a file", () => {
  const folder = mkdtempSync(join(tmpdir(), "daypass-yaml-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const write = (name: string, content: string | Uint8Array) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };

  test("gives its value and the SHA-256 of its bytes", () => {
    const { hash } = readYamlFile(write("good.yaml", "version: 1\npeople: {}\n"), Schema);

    // printf 'version: 1\npeople: {}\n' | sha256sum
    expect(hash).toBe("fe61a738a8ceb6ee1dc5096c317cc717b496f8ff3b97edbed73fa75ae99e9654");
  });

  test("that is not there says so", () => {
    const path = join(folder, "none.yaml");

    expect(() => readYamlFile(path, Schema)).toThrow(`${path}:1:1: cannot be read (ENOENT)`);
  });

  test("that is a folder says so", () => {
    expect(() => readYamlFile(folder, Schema)).toThrow(`${folder}:1:1: cannot be read (EISDIR)`);
  });

  test("that is larger than any policy is not read", () => {
    expect(() => readYamlFile(write("big.yaml", `# ${"x".repeat(1_000_000)}`), Schema)).toThrow(/is larger than/);
  });

  test("that is not UTF-8 is not guessed at", () => {
    const latin1 = Buffer.from("version: 1\npeople:\n  mia: { name: M\u00fcller }\n", "latin1");

    expect(() => readYamlFile(write("latin1.yaml", latin1), Schema)).toThrow(/is not UTF-8/);
  });
});
