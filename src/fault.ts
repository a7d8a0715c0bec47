/** What is wrong in a file that people wrote: one line each, `file:line:column: what is wrong and what to write`. */
export interface Fault {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  readonly message: string;
}

/** More than this nobody reads at once, and a file of a megabyte can have one in every line. */
const MOST_FAULTS = 100;

/** A file that people wrote has faults. */
export class FileFaults extends Error {
  override readonly name = "FileFaults";
  readonly faults: readonly Fault[];
  /** Keeps the first hundred, by place, each once, and says how many more there are. */
  constructor(faults: readonly Fault[]) {
    const kept = inOrder(faults);
    super(kept.map(sayFault).join("\n"));
    this.faults = kept;
  }
}

/** Takes a fault; returns its line. */
export function sayFault({ file, line, column, message }: Fault): string {
  return `${file}:${line}:${column}: ${message}`;
}

function inOrder(faults: readonly Fault[]): readonly Fault[] {
  const each = [...new Map(faults.map((fault) => [sayFault(fault), fault])).values()];
  const files = [...new Set(each.map(({ file }) => file))];
  const sorted = each.toSorted(
    (a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column,
  );
  const [next] = sorted.slice(MOST_FAULTS);
  if (next === undefined) return sorted;
  return [...sorted.slice(0, MOST_FAULTS), { ...next, message: `and ${sorted.length - MOST_FAULTS} more faults` }];
}
