/** What a row of build/bench.json holds, what it may be at most, and the line that a run closes with. */
import { percentile, type Summary, summarize } from "./percentiles.ts";

/** Grants one by one, in milliseconds; `ratio` is ours divided by the limit. */
export interface SpreadRow {
  readonly name: string;
  readonly ours: Summary;
  readonly limit: Summary;
  readonly ratio: Summary;
  /** The same by the three calls without which there is no access. */
  readonly bare?: Summary;
  /** Grants that were ended before their time, where that may happen. */
  readonly lost?: number;
}

/** Many grants as one: in milliseconds until the last of them is refused. */
export interface LastRow {
  readonly name: string;
  readonly ours: Last;
  readonly limit: Last;
  readonly ratio: Last;
}

interface Last {
  readonly last: number;
}

/** What active grants cost while nothing happens: bytes in Redis, and the worker's share of one core in percent. */
export interface IdleRow {
  readonly name: string;
  readonly ours: { readonly bytesPerGrant: number; readonly cpuPercent: number };
}

export type Row = SpreadRow | LastRow | IdleRow;

/** Takes a row's name and both sides' samples; returns the row. */
export function makeRow(name: string, ours: readonly number[], limit: readonly number[]): SpreadRow {
  const [us, least] = [summarize(ours), summarize(limit)];
  return { name, ours: us, limit: least, ratio: { p50: us.p50 / least.p50, p99: us.p99 / least.p99 } };
}

/** Takes a row's name and, of each side, how long each round took until its last refusal; returns the row of medians. */
export function makeLastRow(name: string, ours: readonly number[], limit: readonly number[]): LastRow {
  const [us, least] = [percentile(ours, 0.5), percentile(limit, 0.5)];
  return { name, ours: { last: us }, limit: { last: least }, ratio: { last: us / least } };
}

export function isSpread(row: Row): row is SpreadRow {
  return "p50" in row.ours;
}

export function isLast(row: Row): row is LastRow {
  return "last" in row.ours;
}

export function isIdle(row: Row): row is IdleRow {
  return "bytesPerGrant" in row.ours;
}

/** The most that a row's figures may be: ratios to the limit, but for what is counted in bytes and percent. */
export type Goals = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** In a burst the usual case is to be somewhere in the queue: what counts is who waits longest. */
const TOLD_BY_P99: readonly string[] = ["approve-burst"];

/** Takes the rows and their goals; returns the closing line and whether every goal is met. A missing row misses. */
export function closingLine(rows: readonly Row[], goals: Goals): { readonly line: string; readonly met: boolean } {
  const missed = Object.entries(goals).flatMap(([name, most]) => {
    const row = rows.find((one) => one.name === name);
    return row === undefined ? [`${name} was not measured`] : missedBy(row, most);
  });
  const verdict = missed.length === 0 ? "goals met" : `goals missed: ${missed.join(", ")}`;
  const said = rows.map(say).join(", ");
  return { line: `bench: ${said === "" ? "nothing" : said}; ${verdict}`, met: missed.length === 0 };
}

function say(row: Row): string {
  if (isIdle(row)) {
    const { bytesPerGrant, cpuPercent } = row.ours;
    return `${row.name} ${(bytesPerGrant / 1024).toFixed(1)} KB and ${cpuPercent.toFixed(1)} %`;
  }
  if (isLast(row)) return `${row.name} ${row.ratio.last.toFixed(1)}x`;
  const told = TOLD_BY_P99.includes(row.name) ? "p99" : "p50";
  return `${row.name} ${row.ratio[told].toFixed(1)}x ${told}`;
}

function missedBy(row: Row, most: Goals[string]): string[] {
  const figures: Readonly<Record<string, number>> = isIdle(row) ? { ...row.ours } : { ...row.ratio };
  const lost = isSpread(row) && row.lost !== undefined && row.lost > 0 ? [`${row.name} lost ${row.lost} grants`] : [];
  const over = Object.entries(most).flatMap(([figure, goal]) => {
    const value = figures[figure];
    if (value === undefined) return [`${row.name} ${figure} was not measured`];
    return value <= goal ? [] : [`${row.name} ${sayOver(figure, value, goal)}`];
  });
  return [...lost, ...over];
}

function sayOver(figure: string, value: number, goal: number): string {
  switch (figure) {
    case "bytesPerGrant":
      return `${(value / 1024).toFixed(2)} KB is over ${goal / 1024} KB`;
    case "cpuPercent":
      return `${value.toFixed(2)} % is over ${goal} %`;
    case "last":
      return `${value.toFixed(2)}x is over ${goal}x`;
    default:
      return `${figure} ${value.toFixed(2)}x is over ${goal}x`;
  }
}
