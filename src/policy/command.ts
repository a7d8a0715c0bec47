import { parseArgs } from "node:util";
import { FileFaults, sayFault } from "../fault.ts";
import type { Millis } from "../workflows/person.ts";
import { LINT_FORMATS, lintPolicy, sayFaults } from "./lint.ts";

export const POLICY_USAGE = `daypass policy: who may have what, and who says yes

  daypass policy lint <path> [--format text|json|github|sarif] [--now 2027-01-31]

Exit code 0: all is well. 1: faults, failed cases or changes. 2: it was called wrongly.`;

/** Where a command writes. */
export interface Terminal {
  say(text: string): void;
  complain(text: string): void;
}

/** It was called wrongly; the message says how. */
export class Misuse extends Error {
  override readonly name = "Misuse";
}

type Command = (args: readonly string[], terminal: Terminal, now: Millis) => Promise<number>;

const COMMANDS: Readonly<Record<string, Command>> = { lint };

/** Takes what follows `daypass policy`, where to write and the time; returns the exit code. */
export async function runPolicyCommand(args: readonly string[], terminal: Terminal, now: Millis): Promise<number> {
  const [name, ...rest] = args;
  if (name === "help" || name === "--help") {
    terminal.say(POLICY_USAGE);
    return 0;
  }
  try {
    const command = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (command === undefined) throw new Misuse(name === undefined ? "no command" : `no such command: ${name}`);
    return await command(rest, terminal, now);
  } catch (fault) {
    if (fault instanceof Misuse) {
      terminal.complain(`daypass policy: ${fault.message}\n\n${POLICY_USAGE}`);
      return 2;
    }
    if (!(fault instanceof FileFaults)) throw fault;
    terminal.complain(fault.faults.map(sayFault).join("\n"));
    return 1;
  }
}

async function lint(args: readonly string[], terminal: Terminal, now: Millis): Promise<number> {
  const { values, positionals } = read(args, { format: { type: "string" }, now: { type: "string" } });
  const path = only(positionals, "the policy's path");
  const format = LINT_FORMATS.find((known) => known === (values.format ?? "text"));
  if (format === undefined) throw new Misuse(`--format is one of ${LINT_FORMATS.join(", ")}`);
  const faults = await lintPolicy(path, moment(values.now) ?? now);
  terminal.say(sayFaults(faults, format));
  return faults.length > 0 ? 1 : 0;
}

type Options = NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>["options"]>;

/** Takes a command's arguments and options; returns them apart. Throws Misuse for what it does not know. */
export function read<const O extends Options>(args: readonly string[], options: O) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (cause) {
    throw new Misuse(cause instanceof Error ? (cause.message.split(". ")[0] ?? "") : "cannot be read");
  }
}

function only(positionals: readonly string[], what: string): string {
  const [first, second] = positionals;
  if (first === undefined) throw new Misuse(`${what} is missing`);
  if (second !== undefined) throw new Misuse(`no such argument: ${second}`);
  return first;
}

/** Takes a day or moment as ISO 8601 writes it; returns it, null where none was given. Throws Misuse. */
function moment(text: string | undefined): Millis | null {
  if (text === undefined) return null;
  const at = /^\d{4}-\d\d-\d\d(T|$)/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) throw new Misuse(`no moment: ${text} (write 2027-01-31 or 2027-01-31T13:00Z)`);
  return at;
}
