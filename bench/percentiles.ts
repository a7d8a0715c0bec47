/** The two figures by which a row is told: the usual case and the bad one. */
export interface Summary {
  readonly p50: number;
  readonly p99: number;
}

/** What one row of build/bench.json holds, in milliseconds; `ratio` is ours divided by the limit. */
export interface Row {
  readonly name: string;
  readonly ours: Summary;
  readonly limit: Summary;
  readonly ratio: Summary;
}

/**
 * Takes samples in any order and a share such as 0.99; returns the nearest-rank percentile: the smallest sample that at
 * least that share does not exceed. Throws without samples, since any number would be a lie.
 */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new RangeError("no samples");
  return value;
}

/** Takes samples; returns their p50 and p99. */
export function summarize(samples: readonly number[]): Summary {
  return { p50: percentile(samples, 0.5), p99: percentile(samples, 0.99) };
}

/** Takes a row's name and both sides' samples; returns the row. */
export function makeRow(name: string, ours: readonly number[], limit: readonly number[]): Row {
  const [us, least] = [summarize(ours), summarize(limit)];
  return { name, ours: us, limit: least, ratio: { p50: us.p50 / least.p50, p99: us.p99 / least.p99 } };
}

/** A row's goal: its p50 may be at most so many times the limit's. */
export type Goals = Readonly<Record<string, number>>;

/** Takes the rows and their goals; returns the closing line and whether every goal is met. A missing row misses. */
export function closingLine(rows: readonly Row[], goals: Goals): { readonly line: string; readonly met: boolean } {
  const said = rows.map((row) => `${row.name} ${row.ratio.p50.toFixed(1)}x p50`).join(", ");
  const missed = Object.entries(goals).flatMap(([name, most]) => {
    const row = rows.find((one) => one.name === name);
    if (row === undefined) return [`${name} was not measured`];
    return row.ratio.p50 <= most ? [] : [`${name} ${row.ratio.p50.toFixed(2)}x is over ${most}x`];
  });
  const verdict = missed.length === 0 ? "goals met" : `goals missed: ${missed.join(", ")}`;
  return { line: `bench: ${said}; ${verdict}`, met: missed.length === 0 };
}
