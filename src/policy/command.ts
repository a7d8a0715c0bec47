import { FileFaults, sayFault } from "../fault.ts";
import type { Millis } from "../workflows/person.ts";
import { findCases, runCases } from "./cases.ts";
import { Misuse, momentOr, oneOf, positional, readArguments, type Terminal } from "./command-line.ts";
import { diffPolicies, NO_DIFF, type PolicyDiff, sayDiff } from "./diff.ts";
import { explain } from "./explain.ts";
import { LINT_FORMATS, lintPolicy, sayFaults } from "./lint.ts";
import { readPolicyFiles } from "./policy-files.ts";
import { readPolicy, understandPolicy } from "./read-policy.ts";
import { policyJsonSchema } from "./schema.ts";

const USAGE = `daypass policy: who may have what, and who says yes

  daypass policy lint <path>       say every fault at once
      --format text|json|github|sarif, --now 2027-01-31
  daypass policy explain <path> --who jo --what logs --where prod/payments --for 2h
                                   may they, by which rule, who must say yes, why not
                                   and what they may lend themselves in an emergency, where they are on call
      --at 2027-01-18T10:00Z, --label team=payments, --cluster-label env=prod, --risk low|medium|high, --guest,
      --slack-group S0123456789, --facts <file> (what is assumed, as in a file of cases), --format text|json
  daypass policy test <path>       run the golden cases in *.cases.yaml beside the policy
  daypass policy diff <before> <after>
                                   whose possible access changes, in words
      --format text|json, --exit-code
  daypass policy schema            JSON Schema, for editors

<path> is a policy file, or a folder of them. Exit code 0: all is well. 1: faults, failed cases, or changes (with
--exit-code). 2: it was called wrongly.`;

type Command = (args: readonly string[], terminal: Terminal, now: Millis) => Promise<number>;

const COMMANDS: Readonly<Record<string, Command>> = { lint, explain, test, diff, schema };

/** Takes what follows `daypass policy`, where to write and the time; returns the exit code. */
export async function runPolicyCommand(args: readonly string[], terminal: Terminal, now: Millis): Promise<number> {
  const [name, ...rest] = args;
  if (name === "help" || rest.includes("--help") || name === "--help") {
    terminal.say(USAGE);
    return 0;
  }
  try {
    const command = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (command === undefined) throw new Misuse(name === undefined ? "no command" : `no such command: ${name}`);
    return await command(rest, terminal, now);
  } catch (fault) {
    if (fault instanceof Misuse) {
      terminal.complain(`daypass policy: ${fault.message}\n\n${USAGE}`);
      return 2;
    }
    if (!(fault instanceof FileFaults)) throw fault;
    terminal.complain(fault.faults.map(sayFault).join("\n"));
    return 1;
  }
}

async function lint(args: readonly string[], terminal: Terminal, now: Millis): Promise<number> {
  const { values, positionals } = readArguments(args, { format: { type: "string" }, now: { type: "string" } });
  const [path] = positional(positionals, ["the policy's path"]);
  const format = oneOf("format", values.format, LINT_FORMATS);
  const linted = await lintPolicy(path, momentOr(values.now, now));
  terminal.say(sayFaults(linted, format));
  return linted.faults.length > 0 ? 1 : 0;
}

async function test(args: readonly string[], terminal: Terminal): Promise<number> {
  const [path] = positional(readArguments(args, {}).positionals, ["the policy's path"]);
  const force = await readPolicy(path);
  const runs = await Promise.all((await findCases(path)).map((file) => runCases(force, file)));
  const failed = runs.flatMap((run) => run.failed);
  const count = runs.reduce((sum, run) => sum + run.count, 0);
  const passed = runs.reduce((sum, run) => sum + run.passed, 0);
  terminal.say([...failed.map(sayFault), `${passed} of ${count} cases as they should be`].join("\n"));
  return failed.length > 0 ? 1 : 0;
}

async function diff(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readArguments(args, { format: { type: "string" }, "exit-code": { type: "boolean" } });
  const [before, after] = positional(positionals, ["the policy before", "the policy after"]);
  const format = oneOf("format", values.format, ["text", "json"]);
  const found = await compare(before, after);
  terminal.say(format === "json" ? JSON.stringify(found, null, 2) : sayDiff(found).join("\n"));
  const isSame = found.changes.length + found.further.length + found.unseen.length === 0;
  return values["exit-code"] === true && !isSame ? 1 : 0;
}

/** The same text is the same policy, however large. */
async function compare(before: string, after: string): Promise<PolicyDiff> {
  const [one, other] = [await readPolicyFiles(before), await readPolicyFiles(after)];
  const { policy } = understandPolicy(one);
  return one.hash === other.hash ? NO_DIFF : diffPolicies(policy, understandPolicy(other).policy);
}

async function schema(args: readonly string[], terminal: Terminal): Promise<number> {
  positional(readArguments(args, {}).positionals, []);
  terminal.say(JSON.stringify(policyJsonSchema(), null, 2));
  return 0;
}
