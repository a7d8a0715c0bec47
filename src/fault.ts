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

/** Takes a fault; returns its line. */
export function sayFault({ file, line, column, message }: Fault): string {
  return `${file}:${line}:${column}: ${message}`;
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
