/** What a run of the bench prints and writes. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Row, Summary } from "./percentiles.ts";

/** One side's use of machine and API server, per grant that was made and ended. */
export interface Cost {
  readonly side: string;
  readonly calls: number;
  readonly cpuSecondsPer100: number | null;
  readonly residentMegabytes: number | null;
}

/** Where and with what it was measured. */
export type Environment = Readonly<Record<string, string | number | null>>;

/** A row, with what stands beside it. */
export type FullRow = Row & { readonly bare?: Summary };

/**
 * Measured on another machine in runs of their own (two cores, Kubernetes 1.36.2, N = 100): to be compared by their
 * ratio to bare calls in the same block, p50 and p99, not with the milliseconds above.
 */
const RIVALS = [
  [
    "rivals, on another machine",
    "bare calls there",
    "jit-access-controller 4cd9323",
    "OpenBao 2.6.2, Kubernetes engine",
  ],
  ["approve → usable, 10/s", "12-13 / 21-29 ms", "26-30 / 43-54 ms (2.0-2.2x, 1.5-1.9x)", "19.6 / 28.1 s; 1.4x at 1/s"],
  [
    "end → refused, over 30 s",
    "6.2 / 13 ms",
    "1,034-1,039 / 1,108-1,141 ms (165x, 87x)",
    "8.0-9.9 / 17-23 ms (1.3-1.6x, 1.3-1.7x)",
  ],
  ["API calls a grant, CPU s per 100, RSS", "5, 0.6, -", "14-16, 1.5, 57 MB", "5, 1.9, 110 MB"],
];

/** Takes rows, costs and environment; returns the text to print. */
export function renderReport(rows: readonly FullRow[], costs: readonly Cost[], environment: Environment): string {
  const figures = [
    ["", "ours p50", "p99", "limit p50", "p99", "ratio p50", "p99", "bare p50", "p99"],
    ...rows.map(({ name, ours, limit, ratio, bare }) => [
      name,
      ...[ours, limit].flatMap(({ p50, p99 }) => [`${p50.toFixed(1)} ms`, `${p99.toFixed(1)} ms`]),
      ...[`${ratio.p50.toFixed(2)}x`, `${ratio.p99.toFixed(2)}x`],
      ...(bare === undefined ? ["-", "-"] : [`${bare.p50.toFixed(1)} ms`, `${bare.p99.toFixed(1)} ms`]),
    ]),
  ];
  const use = [
    ["made and ended", "API calls a grant", "CPU s per 100", "RSS"],
    ...costs.map(({ side, calls, cpuSecondsPer100: cpu, residentMegabytes: resident }) => [
      ...[side, calls.toFixed(1), cpu === null ? "-" : cpu.toFixed(2)],
      resident === null ? "-" : `${resident.toFixed(0)} MB`,
    ]),
  ];
  const where = Object.entries(environment).map(([name, value]) => `${name} ${value ?? "-"}`);
  return ["", table(figures), "", table(use), "", where.join(" · "), "", table(RIVALS), ""].join("\n");
}

/** Takes the file's path, rows and environment; writes what scripts read. */
export function writeResults(path: string, rows: readonly FullRow[], environment: Environment): void {
  mkdirSync(dirname(path), { recursive: true });
  const results = rows.map(({ name, ...figures }) => ({
    name,
    ...Object.fromEntries(Object.entries(figures).map(([key, figure]) => [key, rounded(figure)])),
  }));
  writeFileSync(path, `${JSON.stringify({ results, environment }, null, 2)}\n`);
}

function rounded({ p50, p99 }: Summary): Summary {
  return { p50: Number(p50.toFixed(3)), p99: Number(p99.toFixed(3)) };
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  return rows
    .map((row) =>
      row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  "),
    )
    .join("\n");
}
