import { open, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type LedgerLine, NO_LINE_BEFORE, readLine } from "./ledger-line.ts";

const SEGMENT = /^ledger-(\d{12})\.jsonl$/;

/** One file of the ledger, named by the number of its first line. */
export interface Segment {
  readonly path: string;
  readonly first: number;
}

/** Takes the ledger's folder; returns its segments in order. */
export async function listSegments(folder: string): Promise<Segment[]> {
  const names = await readdir(folder);
  return names
    .flatMap((name) => {
      const digits = SEGMENT.exec(name)?.[1];
      return digits === undefined ? [] : [{ path: join(folder, name), first: Number(digits) }];
    })
    .sort((a, b) => a.first - b.first);
}

/** Takes the ledger's folder and the number of a segment's first line; returns where that segment stands. */
export function segmentAt(folder: string, first: number): Segment {
  return { path: join(folder, `ledger-${String(first).padStart(12, "0")}.jsonl`), first };
}

/** Makes what was renamed, made or shortened in a folder outlast a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** What a check found: how many lines hold, and where the first one stands that does not. */
export type LedgerCheck =
  | { readonly ok: true; readonly lines: number }
  | { readonly ok: false; readonly lines: number; readonly file: string; readonly line: number; readonly why: string };

/**
 * Takes the ledger's folder; reads every line and returns how many there are, or the first bad one with its file, its
 * place in that file (from 1) and why. Lines cut off at the very end are what a chain alone cannot show.
 */
export async function verifyLedger(folder: string): Promise<LedgerCheck> {
  let end = { seq: 0, hash: NO_LINE_BEFORE };
  for (const segment of await listSegments(folder)) {
    const bad = (line: number, why: string) => ({ ok: false, lines: end.seq, file: segment.path, line, why }) as const;
    if (segment.first !== end.seq + 1) return bad(1, `line ${end.seq + 1} should stand at the head of this segment`);
    const texts = (await readFile(segment.path, "utf8")).split("\n");
    const rest = texts.pop();
    for (const [i, text] of texts.entries()) {
      const line = readNext(text, end);
      if (typeof line === "string") return bad(i + 1, line);
      end = line;
    }
    if (rest !== "") return bad(texts.length + 1, "is cut off");
  }
  return { ok: true, lines: end.seq };
}

function readNext(text: string, end: { readonly seq: number; readonly hash: string }): LedgerLine | string {
  const line = readLine(text);
  if (typeof line === "string") return line;
  if (line.seq !== end.seq + 1) return `is number ${line.seq} where ${end.seq + 1} is due`;
  return line.prev === end.hash ? line : "does not follow from the line before";
}
