/** What faults repeat of a file was written by somebody: wherever it is shown, it is one line, and does nothing. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { policyFault } from "../../src/bot/messages/policy-fault.ts";
import { FileFaults, sayFault } from "../../src/fault.ts";
import { readPolicy } from "../../src/policy/read-policy.ts";
import { policyCommand } from "./policy-command.ts";

const root = mkdtempSync(join(tmpdir(), "daypass-echoed-"));
afterAll(() => rmSync(root, { recursive: true }));

/** As YAML writes it in quotation marks. */
const KEY = String.raw`x\n::error file=a::pwn\e[31m \u202e\u2028\u0085\ufeff ##[error]pwn\r`;
const SHOWN = String.raw`x\n::error file=a::pwn\u001b[31m \u202e\u2028\u0085\ufeff \u0023#[error]pwn\r`;
const UNSEEN = /(?!\n)[\p{C}\p{Zl}\p{Zp}]|##\[|^\s*::(?!error file=[^:]*,line=\d+,col=\d+::)/mu;

const POLICY = `version: 1
slack: { requestsChannel: C0123456789, linkedBy: the platform team }
people:
  dana: { name: Dana Lind, slack: T01234567/U01234567 }
groups:
  approvers: { name: approvers, channel: C0123456790, people: [dana] }
onCall: approvers
profiles:
  logs: { role: daypass-profile-logs, words: Read, can: read, cannot: write, maxDuration: 4h }
rules:
  - { name: one, who: [dana], cluster: prod, namespaces: [a], profiles: [logs], approvers: approvers }
`;
const UNKNOWN = `${POLICY}"${KEY}": 1\n`;
const ZONE = `${POLICY}risk: { hours: { days: [mon], from: "08:00", to: "18:00", zone: "${KEY}" } }\n`;
const CONDITION = `${POLICY}denials:\n  - { name: no, why: never, when: "target.profile == '''${KEY}'''" }\n`;

function write(path: string, text: string): string {
  const place = join(root, path);
  mkdirSync(join(place, ".."), { recursive: true });
  writeFileSync(place, text);
  return place;
}

test.each([
  ["a setting that nobody knows", UNKNOWN],
  ["a time zone", ZONE],
  ["what a condition compares", CONDITION],
  ["an id", POLICY.replaceAll("dana:", `"${KEY}":`)],
  ["a value that points nowhere", POLICY.replace("people: [dana]", `people: ["${KEY}"]`)],
])("lint repeats %s on one line, with what cannot be seen written out", async (name, text) => {
  const path = write(`${name}.yaml`, text);

  const { code, said } = await policyCommand("lint", path);

  expect(code).toBe(1);
  const lines = said.split("\n");
  for (const line of lines.slice(0, -1)) expect(line.startsWith(`${path}:`)).toBe(true);
  expect(said).not.toMatch(UNSEEN);
});

test("every format shows the same words", async () => {
  const path = write("formats.yaml", UNKNOWN);

  const [text, json, github, sarif] = await Promise.all(
    ["text", "json", "github", "sarif"].map((format) => policyCommand("lint", path, "--format", format)),
  );

  const words = `there is no setting "${SHOWN}"`;
  expect(text?.said).toBe(`${path}:12:1: ${words}\n1 fault`);
  expect(JSON.parse(json?.said ?? "").faults).toEqual([{ file: path, line: 12, column: 1, message: words }]);
  expect(github?.said).toBe(`::error file=${path},line=12,col=1::${words}\n1 fault`);
  expect(JSON.parse(sarif?.said ?? "").runs[0].results[0].message.text).toBe(words);
});

test.each(["text", "json", "github", "sarif"] as const)("as %s the names of files are shown so too", async (format) => {
  const path = write("named/a\n::error file=a::b\u001b[31m\u202e.yaml", UNKNOWN);

  const { said } = await policyCommand("lint", path, "--format", format);

  expect(said).not.toMatch(UNSEEN);
  const name = String.raw`a\n::error file=a::b\u001b[31m\u202e.yaml`;
  const written = { text: name, json: JSON.stringify(name).slice(1, -1), github: name.replaceAll(":", "%3A") };
  const uri = encodeURIComponent("a\n::error file=a::b\u001b[31m\u202e.yaml");
  expect(said).toContain({ ...written, sarif: uri }[format]);
});

test("a file whose name is a command begins no line with it", () => {
  const line = sayFault({ file: "::error file=a::b.yaml", line: 1, column: 1, message: "is empty" });

  expect(line).toBe(String.raw`\u003a:error file=a::b.yaml:1:1: is empty`);
});

test("what fails of golden cases is shown so too", async () => {
  write("cases/policy.yaml", POLICY);
  write(
    "cases/a.cases.yaml",
    `version: 1\nat: 2027-01-18T10:00Z\ncases:\n  - { name: "${KEY}", who: dana, what: logs, where: prod/a, for: 1h, may: true }\n`,
  );

  const { code, said } = await policyCommand("test", join(root, "cases"));

  expect(code).toBe(1);
  expect(said.split("\n")).toHaveLength(2);
  expect(said).not.toMatch(UNSEEN);
});

test("the bot posts them so", async () => {
  const fault = await readPolicy(write("posted.yaml", UNKNOWN)).catch((cause: unknown) => cause);

  const message = policyFault((fault as FileFaults).first(20).map(sayFault));

  expect(JSON.stringify(message)).toContain(JSON.stringify(`there is no setting "${SHOWN}"`).slice(1, -1));
  expect(message.text).not.toMatch(UNSEEN);
});

test("a name of half a megabyte is not repeated with each of a thousand faults below it", async () => {
  const labels = Array.from({ length: 5_000 }, (_, i) => `a${i}: 1`).join(", ");
  write("long/policy.yaml", POLICY);
  write("long/a.cases.yaml", `version: 1\ncases: []\nclusterLabels:\n  ? ${"k".repeat(500_000)}\n  : { ${labels} }\n`);

  const { complained } = await policyCommand("test", join(root, "long"));

  expect(complained).toContain(`: clusterLabels.${"k".repeat(100)}….a7: write text`);
  expect(complained.length).toBeLessThan(1_000_000);
});

test("a message that repeats more than anybody reads is cut between letters", () => {
  const [fault] = new FileFaults([{ file: "a", line: 1, column: 1, message: `${"x".repeat(1_999)}\u{1f600}y` }]).faults;

  expect(fault === undefined ? "" : sayFault(fault)).toBe(`a:1:1: ${"x".repeat(1_999)}…`);
});
