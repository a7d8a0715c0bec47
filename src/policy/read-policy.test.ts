import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { FileFaults, sayFault } from "../fault.ts";
import { readPolicy, understandPolicy } from "./read-policy.ts";

const EXAMPLE = join(import.meta.dirname, "../../examples/policy");
const names = readdirSync(EXAMPLE).filter((name) => !name.endsWith(".cases.yaml"));
const parts = names.map((name) => ({ file: name, text: readFileSync(join(EXAMPLE, name), "utf8") }));

const understand = (files: readonly { file: string; text: string }[]) => understandPolicy({ files, hash: "" });
const faultsOf = (files: readonly { file: string; text: string }[]) => {
  try {
    understand(files);
    return [];
  } catch (fault) {
    if (fault instanceof FileFaults) return fault.faults.map(sayFault);
    throw fault;
  }
};

test("several files say what one says, in whatever order they come", async () => {
  const whole = stringify(Object.assign({}, ...parts.map(({ text }) => parse(text))));

  const together = await readPolicy(EXAMPLE);

  expect(understand([{ file: "policy.yaml", text: whole }]).policy).toEqual(together.policy);
  expect(understand(parts.toReversed()).policy).toEqual(together.policy);
});

test("lists and maps of several files are put together", () => {
  const more = `version: 1
people:
  mira: { name: Mira Lund, slack: T01234567/U01234599, company: birch }
denials:
  - { name: mira, why: Not yet, who: [mira] }
`;

  const { policy } = understand([...parts, { file: "more.yaml", text: more }]);

  expect(Object.keys(policy.people)).toHaveLength(9);
  expect(policy.denials.map(({ name }) => name)).toEqual(["control-plane", "change-freeze", "mira"]);
});

test("a fault is said in the file it stands in, by that file's own count", () => {
  const more = `version: 1
denials:
  - name: nobody
    why: Nobody
    who: [nobody]
    cluster: Prod
separation: []
`;

  expect(faultsOf([...parts, { file: "more.yaml", text: more }])).toEqual([
    "more.yaml:6:14: denials.0.cluster: use lower-case letters, digits and dashes, at most 63",
  ]);
  expect(faultsOf([...parts, { file: "more.yaml", text: more.replace("Prod", "prod") }])).toEqual([
    expect.stringMatching(/^more\.yaml:5:11: denials\.0\.who\.0: there is no company, person or group "nobody"/),
  ]);
});

test("settings that nobody knows are each said where they stand, in whichever file and whatever their names", () => {
  const first = parts.map(({ file, text }) => ({ file, text: text.replace("onCall:", "oncall:") }));
  const more = `version: 1\ndenails: []\n"people\\nlena": 1\nconstructor: 1\nonCall: on-call\n`;

  const faults = faultsOf([...first, { file: "more.yaml", text: more }]);

  expect(faults).toEqual([
    expect.stringMatching(/^company\.yaml:\d+:1: there is no setting "oncall"$/),
    'more.yaml:2:1: there is no setting "denails"',
    expect.stringMatching(/^more\.yaml:3:1: there is no setting "people/),
    'more.yaml:4:1: there is no setting "constructor"',
  ]);
});

test("an id in two files is a fault in both, and so is what stands once only", () => {
  const more = `version: 1
onCall: security
people:
  lena: { name: Lena Other, slack: T01234567/U01234599 }
`;

  const faults = faultsOf([...parts, { file: "more.yaml", text: more }]);

  expect(faults).toHaveLength(4);
  expect(faults).toContain("more.yaml:4:3: people.lena: stands in company.yaml:29 too: keep one");
  expect(faults.filter((line) => line.startsWith("company.yaml")).join()).toMatch(
    /stands in more\.yaml:4 .*stands in more\.yaml:2 /,
  );
});

test("where one file cannot be read, nothing is said of names that it may hold", () => {
  const broken = parts.map(({ file, text }) => ({ file, text: file === "company.yaml" ? "version: [1" : text }));

  expect(faultsOf(broken).every((line) => line.startsWith("company.yaml:"))).toBe(true);
});
