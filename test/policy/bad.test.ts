import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FileFaults, sayFault } from "../../src/fault.ts";
import { readPolicy } from "../../src/policy/read-policy.ts";
import { EXPECTED } from "./bad-expected.ts";
import { policyCommand } from "./policy-command.ts";

const FOLDER = join(import.meta.dirname, "bad");
const names = readdirSync(FOLDER).sort();
/** Time made it so, it allows less than it seems to, or it is hardly meant: none of these stops a running system. */
const LINT_ALONE: ReadonlySet<string> = new Set([
  "date-over.yaml",
  "different-groups-of-one.yaml",
  ...names.filter((name) => /^(quorum-of|cluster-of|glass|rule-for|sponsor-of|profile-of|tier-of|idp-by)-/.test(name)),
]);
const folder = mkdtempSync(join(tmpdir(), "daypass-bad-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("each file of the corpus has what is expected of it, and there is no other", () => {
  expect(Object.keys(EXPECTED).sort()).toEqual(names);
  expect(names.length).toBeGreaterThan(80);
});

describe("lint refuses, with exit code 1 and every fault's place:", () => {
  test.each(names)("%s", async (name) => {
    const path = join(FOLDER, name);

    const { code, said } = await policyCommand("lint", path);

    const lines = said.split("\n").map((line) => line.replaceAll(`${FOLDER}/`, ""));
    const expected = EXPECTED[name] ?? [];
    expect(lines).toEqual([...expected, expected.length === 1 ? "1 fault" : `${expected.length} faults`]);
    expect(code).toBe(1);
  });
});

/** Reads a policy; returns what came of it, and how many milliseconds of CPU that took in this process. */
async function timeReading(path: string) {
  const before = process.cpuUsage();
  const fault = await readPolicy(path).catch((cause: unknown) => cause);
  const { user, system } = process.cpuUsage(before);
  return { fault, ms: (user + system) / 1000 };
}

describe("nothing but faults comes of reading, and within 50 ms:", () => {
  const refused = names.filter((name) => !LINT_ALONE.has(name));

  // The first use of each part is compiled, which is no property of a file.
  beforeAll(async () => {
    for (let i = 0; i < 2; i++) for (const name of refused) await timeReading(join(FOLDER, name));
  });

  test.each(refused)("%s", async (name) => {
    const path = join(FOLDER, name);

    const runs = [await timeReading(path), await timeReading(path), await timeReading(path)];

    const [, median] = runs.map(({ ms }) => ms).sort((one, other) => one - other);
    for (const { fault } of runs) expect(fault).toBeInstanceOf(FileFaults);
    expect(median).toBeLessThan(50);
  });
});

test.each([...LINT_ALONE])("lint alone says what is wrong with %s: it is put in force all the same", async (name) => {
  expect((await readPolicy(join(FOLDER, name))).policy.rules).not.toEqual([]);
});

describe("what no corpus can hold is refused too:", () => {
  const place = (name: string) => join(folder, name);
  const faultOf = async (path: string) => {
    const fault = await readPolicy(path).catch((cause: unknown) => cause);
    return fault instanceof FileFaults ? fault.faults.map(sayFault) : fault;
  };

  test("a file of megabytes", async () => {
    writeFileSync(place("big.yaml"), `# ${"x".repeat(2_000_000)}`);

    expect(await faultOf(place("big.yaml"))).toEqual([
      `${place("big.yaml")}:1:1: with this the policy is larger than 1000000 bytes`,
    ]);
  });

  test("a folder whose files are megabytes together", async () => {
    mkdirSync(place("big"));
    for (const name of ["a.yaml", "b.yaml"]) writeFileSync(join(folder, "big", name), `# ${"x".repeat(700_000)}`);

    expect(await faultOf(place("big"))).toEqual([
      `${place("big/b.yaml")}:1:1: with this the policy is larger than 1000000 bytes`,
    ]);
  });

  test("a link in a circle, a link to nowhere and a folder that is called like a file, all at once", async () => {
    mkdirSync(place("links"));
    symlinkSync("circle.yaml", place("links/circle.yaml"));
    symlinkSync("nowhere", place("links/gone.yaml"));
    mkdirSync(place("links/sub.yaml"));

    expect(await faultOf(place("links"))).toEqual([
      `${place("links/circle.yaml")}:1:1: cannot be read (ELOOP)`,
      `${place("links/gone.yaml")}:1:1: cannot be read (ENOENT)`,
      `${place("links/sub.yaml")}:1:1: is a folder: write its files' names otherwise, or read it by itself`,
    ]);
  });

  test("a pipe that nobody writes to", async () => {
    execFileSync("mkfifo", [place("pipe.yaml")]);

    expect(await faultOf(place("pipe.yaml"))).toEqual([`${place("pipe.yaml")}:1:1: is no file`]);
  });

  test("a file that is not there", async () => {
    expect(await faultOf(place("none.yaml"))).toEqual([`${place("none.yaml")}:1:1: cannot be read (ENOENT)`]);
  });

  test.each([
    ["brackets", "[".repeat(900_000)],
    ["dashes", "- ".repeat(400_000)],
    ["question marks", "? ".repeat(400_000)],
    ["closing brackets", "]".repeat(100_000)],
    ["tags", "!a\n".repeat(100_000)],
    ["broken lines", "a: b: c\n".repeat(50_000)],
    ["NULs", "\0".repeat(900_000)],
    ["one setting again and again", "a: 1\n".repeat(60_000)],
    ["settings that nobody knows", Array.from({ length: 60_000 }, (_, i) => `a${i}: 1\n`).join("")],
  ])("a text of nothing but %s, with a thousand faults at most", async (name, text) => {
    writeFileSync(place(`${name}.yaml`), text);

    const faults = await faultOf(place(`${name}.yaml`));

    expect(Array.isArray(faults) && faults.length > 0 && faults.length <= 1_001).toBe(true);
  });
});

describe("what is too much for any company is refused before it is understood:", () => {
  const whole = readFileSync(join(FOLDER, "date-over.yaml"), "utf8");
  const [, rule = ""] = /^rules:\n(.*)$/ms.exec(whole) ?? [];
  const faultsOf = async (name: string, text: string) => {
    const path = join(folder, `${name}.yaml`);
    writeFileSync(path, text);
    const fault = await readPolicy(path).catch((cause: unknown) => cause);
    return fault instanceof FileFaults ? fault.faults.map((one) => sayFault(one).replace(path, name)) : fault;
  };

  test("more rules than anybody reviews, each of them with a fault", async () => {
    const text = `${whole}${rule.replace("[acme]", "[nobody]").repeat(1_000)}`;

    expect(await faultsOf("rules", text)).toEqual([
      "rules:6020:5: rules.1000: there are 1001 rules: have at most 1000",
    ]);
  });

  test.each([
    ["commas", `a: [${`[${"x,".repeat(19_000)}],`.repeat(20)}]`, 1],
    ["comments", `a: [${`[${"x, #\n  ".repeat(9_900)}],`.repeat(12)}]`, 99_989],
  ])("more %s than a policy has names", async (name, text, line) => {
    const [fault, ...others] = (await faultsOf(name, text)) as string[];

    expect(fault).toMatch(/: has more than 300000 names, values, comments and marks: /);
    expect(fault?.split(":")[1]).toBe(String(line));
    expect(others).toEqual([]);
  });
});

describe("what has more entries than any company is refused by its lexer, in a tenth of the time:", () => {
  const whole = readFileSync(join(FOLDER, "cluster-of-denial.yaml"), "utf8").replace(/^denials:.*/ms, "");
  const denial = "{ name: no, why: never }";
  const many = (count: number, line: (i: number) => string) =>
    Array.from({ length: count }, (_, i) => line(i)).join("");
  const refused = async (name: string, text: string) => {
    const path = join(folder, `${name}.yaml`);
    writeFileSync(path, text);
    const { fault, ms } = await timeReading(path);
    return { said: fault instanceof FileFaults ? fault.faults.map((one) => one.message) : fault, ms };
  };
  const words = (most: number) => [
    `is one of more than ${most} entries of one map or list: have fewer, and then the rest is looked at`,
  ];

  test.each([
    ["settings that nobody knows", many(80_000, (i) => `k${i}: 1\n`), 1_000],
    ["times the same setting", many(40_000, () => "limits: {}\n"), 1_000],
    ["denials", `denials:\n${many(20_001, () => `  - ${denial}\n`)}`, 10_000],
    ["denials below each other without indentation", `denials:\n${many(20_001, () => `- ${denial}\n`)}`, 10_000],
    ["denials in brackets", `denials: [${many(20_001, () => ` ${denial},\n`)}]\n`, 10_000],
    ["settings of one denial", `denials:\n  - name: no\n${many(60_000, (i) => `    k${i}: 1\n`)}`, 20_000],
    ["settings in braces", `limits: { passesPerPerson: 3, ${many(60_000, (i) => `k${i}: 1, `)} }\n`, 10_000],
  ])("%s", async (name, text, most) => {
    const { said, ms } = await refused(name, whole + text);

    expect(said).toEqual(words(most));
    expect(ms).toBeLessThan(500);
  });

  test("as many as there may be are read", async () => {
    const { said } = await refused("most", `${whole}denials:\n${many(10_000, () => `  - ${denial}\n`)}`);

    expect(said).toEqual(["denials.1000: there are 10000 denials: have at most 1000"]);
  });
});

describe("a megabyte that says next to nothing is refused before it is composed, for this and nothing else, within 50 ms:", () => {
  const megabyte = (piece: string) => piece.repeat(980_000 / piece.length);
  const IDLE = "is one of more than 20000 lines that are blank or a comment of one file: ";
  const LINES = "is one of more than 150000 lines of one file: ";
  const BESIDE = "is one of more than 100 names, values and marks side by side: ";

  test.each([
    ["blank lines", megabyte("\n"), "20001:1", IDLE],
    ["blank lines of another system", megabyte("\r\n"), "20001:1", IDLE],
    ["lines of tabs", megabyte("\t\n"), "20001:1", IDLE],
    ["comments", megabyte("# x\n"), "20001:1", IDLE],
    ["blank lines in a list", `a:\n- 1\n${megabyte("\n")}- 2\n`, "20003:1", IDLE],
    ["blank lines in brackets", `a: [\n${megabyte("\n")}]\n`, "20002:1", IDLE],
    ["blank lines in a text", `a: >\n x\n${megabyte("\n")} x\n`, "20003:1", IDLE],
    ["lines of a text", `a: |\n${megabyte(" x\n")}`, "150001:1", LINES],
    ["lines of a word", megabyte("x\n"), "150001:1", LINES],
    ["quotation marks", megabyte('"'), "1:201", BESIDE],
    ["quotation marks in brackets", `a: [${megabyte('"')}]`, "1:199", BESIDE],
    ["brackets that are closed again", megabyte("[]"), "1:101", BESIDE],
    ["merge keys", megabyte("<<: "), "1:201", BESIDE],
  ])("%s", async (name, text, place, words) => {
    const path = join(folder, `${name}.yaml`);
    writeFileSync(path, text);

    const runs: Awaited<ReturnType<typeof timeReading>>[] = [];
    while (runs.length < 5) runs.push(await timeReading(path));

    // What else the machine does only ever adds to it.
    const least = Math.min(...runs.map(({ ms }) => ms));
    const said = runs.map(({ fault }) => (fault instanceof FileFaults ? fault.faults.map(sayFault) : fault));
    expect(said[0]).toEqual([expect.stringContaining(`${path}:${place}: ${words}`)]);
    expect(least).toBeLessThan(50);
  });
});

describe("the command as people run it", () => {
  const cli = join(import.meta.dirname, "../../src/cli.ts");
  const exitOf = (...args: readonly string[]) => {
    try {
      return {
        code: 0,
        output: execFileSync(process.execPath, [cli, "policy", ...args], { encoding: "utf8", stdio: "pipe" }),
      };
    } catch (cause) {
      const { status, stdout, stderr } = cause as { status: number; stdout: string; stderr: string };
      return { code: status, output: `${stdout}${stderr}` };
    }
  };

  test("says 0 faults of the example, with exit code 0", () => {
    expect(exitOf("lint", join(import.meta.dirname, "../../examples/policy"))).toEqual({
      code: 0,
      output: "0 faults\n",
    });
  });

  test("says the place of a fault, with exit code 1", () => {
    const { code, output } = exitOf("lint", join(FOLDER, "duration-banana.yaml"));

    expect(code).toBe(1);
    expect(output).toMatch(/duration-banana\.yaml:18:18: .* is no duration: write 30m, 2h or 1h30m\n1 fault\n$/);
  });

  test("says how it is called, with exit code 2", () => {
    const { code, output } = exitOf("lint", "--colour");

    expect(code).toBe(2);
    expect(output).toMatch(/^daypass policy: Unknown option '--colour'\n\ndaypass policy: who may have what/);
  });
});
