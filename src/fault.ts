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
  readonly faults: readonly Fault[];
  /** Keeps the first thousand, by place, each once, and says how many more there are. */
  constructor(faults: readonly Fault[]) {
    const kept = firstFaults(inOrder(faults), MOST_FAULTS);
    super(kept.map(sayFault).join("\n"));
    this.faults = kept;
  }
}

/** Takes faults in their order and how many are wanted; returns so many, and one more that says how many there are still. */
export function firstFaults(faults: readonly Fault[], most: number): readonly Fault[] {
  const [next] = faults.slice(most);
  if (next === undefined) return faults;
  return [...faults.slice(0, most), { ...next, message: `and ${faults.length - most} more faults` }];
}

/** Takes a fault; returns its line. */
export function sayFault({ file, line, column, message }: Fault): string {
  return `${file}:${line}:${column}: ${message}`;
}

function inOrder(faults: readonly Fault[]): readonly Fault[] {
  const each = [...new Map(faults.map((fault) => [sayFault(fault), fault])).values()];
  const turns = new Map([...new Set(each.map(({ file }) => file))].map((file, i) => [file, i]));
  const turnOf = ({ file }: Fault) => turns.get(file) ?? 0;
  return each.toSorted((a, b) => turnOf(a) - turnOf(b) || a.line - b.line || a.column - b.column);
}
