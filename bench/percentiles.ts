/** The two figures by which a row is told: the usual case and the bad one. */
export interface Summary {
  readonly p50: number;
  readonly p99: number;
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
