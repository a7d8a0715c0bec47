/** What a run of the bench prints and writes. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { isIdle, isLast, isSpread, type Row } from "./rows.ts";

/** One side's use of machine and API server, per grant that was made and ended. */
export interface Cost {
  readonly side: string;
  readonly calls: number;
  readonly cpuSecondsPer100: number | null;
  readonly residentMegabytes: number | null;
}

/** Where and with what it was measured. */
export type Environment = Readonly<Record<string, string | number | null>>;

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
  ["approve → usable, 100 at once", "334-415 / 343-434 ms", "1,316 / 2,243-2,332 ms (3.9x, 6.5-6.8x)", "24.6 / 38.0 s"],
  ["end → refused, 100 in one instant", "148-277 / 164-301 ms", "2.5 / 3.6-4.0 s (11x, 17x)", "8.2 / 18.0 s"],
  ["API calls a grant, CPU s per 100, RSS", "5, 0.6, -", "14-16, 1.5, 57 MB", "5, 1.9, 110 MB"],
];

/** What idle grants take in Redis, by kind of key, and what the worker's listing all of them takes of its share. */
export interface IdleParts {
  readonly bytesByKind: Readonly<Record<string, number>>;
  readonly listPercent: number;
}

/** What a run found out. */
export interface Findings {
  readonly rows: readonly Row[];
  readonly costs: readonly Cost[];
  /** Null where it was not measured. */
  readonly idle: IdleParts | null;
  readonly environment: Environment;
}

/** Takes the findings; returns the text to print. */
export function renderReport({ rows, costs, idle, environment }: Findings): string {
  const where = Object.entries(environment).map(([name, value]) => `${name} ${value ?? "-"}`);
  const tables = [spreadTable(rows), lastTable(rows), idleTable(rows, idle), costTable(costs)];
  const filled = tables.filter((lines) => lines.length > 1).flatMap((lines) => [table(lines), ""]);
  return ["", ...filled, where.join(" · "), "", table(RIVALS), ""].join("\n");
}

type Cells = readonly string[];

function spreadTable(rows: readonly Row[]): readonly Cells[] {
  return [
    ["one by one", "ours p50", "p99", "limit p50", "p99", "ratio p50", "p99", "bare p50", "p99"],
    ...rows
      .filter(isSpread)
      .map(({ name, ours, limit, ratio, bare }) => [
        name,
        ...[ours, limit].flatMap(({ p50, p99 }) => [`${p50.toFixed(1)} ms`, `${p99.toFixed(1)} ms`]),
        ...[`${ratio.p50.toFixed(2)}x`, `${ratio.p99.toFixed(2)}x`],
        ...(bare === undefined ? ["-", "-"] : [`${bare.p50.toFixed(1)} ms`, `${bare.p99.toFixed(1)} ms`]),
      ]),
  ];
}

function lastTable(rows: readonly Row[]): readonly Cells[] {
  return [
    ["1,000 at once, until the last is refused", "ours", "bare deletes", "ratio"],
    ...rows
      .filter(isLast)
      .map(({ name, ours, limit, ratio }) => [
        ...[name, `${ours.last.toFixed(0)} ms`, `${limit.last.toFixed(0)} ms`, `${ratio.last.toFixed(2)}x`],
      ]),
  ];
}

function idleTable(rows: readonly Row[], parts: IdleParts | null): readonly Cells[] {
  return [
    ["10,000 active, nothing to do", "Redis, each", "worker"],
    ...rows
      .filter(isIdle)
      .map(({ name, ours }) => [
        ...[name, `${ours.bytesPerGrant.toFixed(0)} bytes`, `${ours.cpuPercent.toFixed(2)} % of a core`],
      ]),
    ...(parts === null ? [] : [["  listing all, every five minutes", "", `${parts.listPercent.toFixed(2)} %`]]),
    ...Object.entries(parts?.bytesByKind ?? {}).map(([kind, bytes]) => [`  keys of ${kind}`, `${bytes} bytes`, ""]),
  ];
}

function costTable(costs: readonly Cost[]): readonly Cells[] {
  return [
    ["made and ended", "API calls a grant", "CPU s per 100", "RSS"],
    ...costs.map(({ side, calls, cpuSecondsPer100: cpu, residentMegabytes: resident }) => [
      ...[side, calls.toFixed(1), cpu === null ? "-" : cpu.toFixed(2)],
      resident === null ? "-" : `${resident.toFixed(0)} MB`,
    ]),
  ];
}

/** Takes the file's path, rows and environment; writes what scripts read. */
export function writeResults(path: string, rows: readonly Row[], environment: Environment): void {
  mkdirSync(dirname(path), { recursive: true });
  const toThousandths = (_: string, value: unknown) => (typeof value === "number" ? Number(value.toFixed(3)) : value);
  writeFileSync(path, `${JSON.stringify({ results: rows, environment }, toThousandths, 2)}\n`);
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  return rows
    .map((row) =>
      row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  "),
    )
    .join("\n");
}
