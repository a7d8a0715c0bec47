import { hash } from "node:crypto";
import type { LedgerRow } from "../workflows/ports.ts";

/** What stands before the first line. */
export const NO_LINE_BEFORE = "0".repeat(64);

/** One line of the ledger: a row, its place in the chain, and the entry it came from. */
export interface LedgerLine extends LedgerRow {
  /** 1, 2, 3, …: over all segments. */
  readonly seq: number;
  /** The hash of the line before. */
  readonly prev: string;
  /** The entry's id in Redis, by which, with what it says, a row that was written before a crash is known again. */
  readonly entry: string;
  /** SHA-256, in hex, over the canonical JSON of all the other fields. */
  readonly hash: string;
}

/** Takes a JSON value; returns its one canonical text: keys sorted by UTF-16 code units, no spaces (as in RFC 8785). */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  let fields = "";
  for (const key of Object.keys(value).sort()) {
    const field: unknown = Reflect.get(value, key);
    if (field === undefined) continue;
    fields += `${fields === "" ? "" : ","}${JSON.stringify(key)}:${canonicalJson(field)}`;
  }
  return `{${fields}}`;
}

/** Takes a row, its number, the hash before it and its entry's id; returns the line, sealed by its hash. */
export function sealRow(row: LedgerRow, seq: number, prev: string, entry: string): LedgerLine {
  const { at, what, by, request, grant, detail } = row;
  const open = { seq, prev, entry, at, what, by, request, grant, detail };
  return { ...open, hash: hashOf(open) };
}

/** Takes a line; returns the one text by which it stands in a segment, without the line break. */
export function renderLine(line: LedgerLine): string {
  const { seq, prev, entry, at, what, by, request, grant, detail, hash } = line;
  return JSON.stringify({ seq, prev, entry, at, what, by, request, grant, detail, hash });
}

/** Takes a segment's line as text; returns it, or in words why it is not a line that seals itself. */
export function readLine(text: string): LedgerLine | string {
  let line: LedgerLine;
  try {
    line = JSON.parse(text);
  } catch {
    return "is no JSON";
  }
  if (typeof line !== "object" || line === null) return "is no JSON object";
  const { hash, ...open } = line;
  if (hashOf(open) !== hash) return "does not carry its own hash";
  // Twice the same key, or a space: another text for the same values, which only a stranger would have written.
  return renderLine(line) === text ? line : "is not written as the ledger writes";
}

function hashOf(open: Omit<LedgerLine, "hash">): string {
  return hash("sha256", canonicalJson(open));
}
