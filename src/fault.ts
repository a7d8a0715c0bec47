/** What is wrong in a file that people wrote: one line each, `file:line:column: what is wrong and what to write`. */
export interface Fault {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  readonly message: string;
}

/** More than this nobody mends one by one, and a file of a megabyte can have ten in every line. */
const MOST_FAULTS = 1_000;

/** A file that people wrote has faults. */
export class FileFaults extends Error {
  override readonly name = "FileFaults";
  /** By place, each once: the first thousand, and one that says how many more there are. */
  readonly faults: readonly Fault[];
  readonly #count: number;

  constructor(faults: readonly Fault[]) {
    const all = inOrder(faults);
    const kept = firstFaults(all, MOST_FAULTS, all.length);
    super(kept.map(sayFault).join("\n"));
    this.faults = kept;
    this.#count = all.length;
  }

  /** Takes how many are wanted, a thousand at most; returns so many, and one that says how many more there are. */
  first(most: number): readonly Fault[] {
    return firstFaults(this.faults, most, this.#count);
  }
}

/** Takes a fault; returns its one line, whatever its file's name and text hold. */
export function sayFault(fault: Fault): string {
  const { file, line, column, message } = showFault(fault);
  // A job's log takes a line that begins so for a command to the one that runs it.
  return `${file}:${line}:${column}: ${message}`.replace(/^(\s*):(?=:)/, "$1\\u003a");
}

/** Takes a fault; returns it as it may be shown anywhere: what cannot be seen is written out, and no message is endless. */
export function showFault({ file, line, column, message }: Fault): Fault {
  const cut = message.length > MOST_LETTERS ? `${message.slice(0, MOST_LETTERS).replace(HALF, "")}…` : message;
  return { file: showText(file), line, column, message: showText(cut) };
}

/** Longer than any message but one that repeats what nobody wrote by hand. */
const MOST_LETTERS = 2_000;
/** Of a pair that was cut. */
const HALF = /[\ud800-\udbff]$/;

/**
 * Controls, line ends of every kind, format and direction characters, halves of pairs, private use, and whatever else a
 * reader cannot see; and the beginning of what a runner of jobs takes for a command anywhere in a line
 * (https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs).
 */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|#(?=#\[)/gu;
const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function showText(text: string): string {
  return text.replace(UNSEEN, (found) => SHORT[found] ?? writeOut(found.codePointAt(0) ?? 0));
}

function writeOut(code: number): string {
  const digits = code.toString(16);
  return code > 0xffff ? `\\u{${digits}}` : `\\u${digits.padStart(4, "0")}`;
}

/** A step of a path is an id of 63 characters at most, where it is one. */
const MOST_STEP = 100;

/** Takes a path in a file's value; returns it in words, its steps cut: each fault below a key repeats that key. */
export function sayPath(path: readonly PropertyKey[]): string {
  return path
    .map(String)
    .map((step) => (step.length > MOST_STEP ? `${step.slice(0, MOST_STEP)}…` : step))
    .join(".");
}

function firstFaults(faults: readonly Fault[], most: number, count: number): readonly Fault[] {
  const next = faults[most];
  if (next === undefined) return faults;
  return [...faults.slice(0, most), { ...next, message: `and ${count - most} more faults` }];
}

function inOrder(faults: readonly Fault[]): readonly Fault[] {
  const each = [...new Map(faults.map((fault) => [sayFault(fault), fault])).values()];
  const turns = new Map([...new Set(each.map(({ file }) => file))].map((file, i) => [file, i]));
  const turnOf = ({ file }: Fault) => turns.get(file) ?? 0;
  return each.toSorted((a, b) => turnOf(a) - turnOf(b) || a.line - b.line || a.column - b.column);
}
