import { mkdir, open, readFile, truncate } from "node:fs/promises";
import type { Events, LedgerRow } from "../workflows/ports.ts";
import type { LedgerClaims } from "./ledger-claim.ts";
import { type LedgerLine, NO_LINE_BEFORE, readLine, renderLine, sealRow } from "./ledger-line.ts";
import { listSegments, type Segment, segmentAt, syncFolder } from "./ledger-segments.ts";

const LINES_PER_SEGMENT = 5_000;
/**
 * An entry leaves the stream right after its line is on the disk. Four pages of the stream cover one that a crash of
 * ours left there, and those that a crash of Redis brought back with the last second of its file.
 */
const REMEMBERED_LINES = 2_000;

/** A row and the id of the entry it came from. */
export interface Entered {
  readonly entry: string;
  readonly row: LedgerRow;
}

/** The ledger's folder as its one writer sees it. */
export interface LedgerFolder {
  /** Whether this row stands in the ledger already, from this very entry. */
  has(entered: Entered): boolean;
  /** Writes rows at the end and resolves when the disk has them. After it threw, the folder must be opened anew. */
  append(entered: readonly Entered[]): Promise<void>;
}

/** Somebody else wrote, or the chain's end is broken: nothing more is written until somebody has looked. */
export class LedgerFault extends Error {
  override readonly name = "LedgerFault";
}

/**
 * Takes this process' claims on the lines of a folder; makes that folder where it is missing, cuts off a last line that a
 * crash left torn, and returns it ready to append. Throws `LedgerFault` where the last line does not hold.
 */
export async function openLedgerFolder(claims: LedgerClaims, events: Events): Promise<LedgerFolder> {
  const { folder } = claims;
  await mkdir(folder, { recursive: true });
  const [before, last] = (await listSegments(folder)).slice(-2);
  const newest = last ?? before;
  if (newest !== undefined) await cutTornLine(newest, events);
  const { lines, size } = await readTail(last === undefined ? [newest] : [before, newest]);
  const end = findEnd(newest, lines.at(-1), size);
  const remembered = new Set(lines.map((line) => markOf({ entry: line.entry, row: line })));
  return {
    has: (entered) => remembered.has(markOf(entered)),
    append: async (entered) => {
      await claims.holding(end.seq + 1, () => write(folder, end, entered));
      for (const one of entered) remember(remembered, markOf(one));
    },
  };
}

/**
 * An entry's id alone does not tell two rows apart: a Redis that was emptied, or that took over from one that was ahead,
 * may give an id anew.
 */
function markOf({ entry, row }: Entered): string {
  return sealRow(row, 0, NO_LINE_BEFORE, entry).hash;
}

interface End {
  segment: Segment | null;
  /** Bytes in the segment; any other number means that somebody else wrote. */
  size: number;
  seq: number;
  hash: string;
}

/** The size is of the very bytes that were read: what somebody wrote right after shows when it is compared. */
function findEnd(newest: Segment | undefined, line: LedgerLine | undefined, size: number): End {
  if (newest === undefined) return { segment: null, size: 0, seq: 0, hash: NO_LINE_BEFORE };
  if (line === undefined && newest.first !== 1) throw new LedgerFault(`the segment before ${newest.path} is missing`);
  return { segment: newest, size, seq: line?.seq ?? newest.first - 1, hash: line?.hash ?? NO_LINE_BEFORE };
}

async function write(folder: string, end: End, entered: readonly Entered[]): Promise<void> {
  let { seq, hash } = end;
  const lines = entered.map(({ entry, row }) => {
    const line = sealRow(row, seq + 1, hash, entry);
    ({ seq, hash } = line);
    return line;
  });
  const bytes = Buffer.from(lines.map((line) => `${renderLine(line)}\n`).join(""));
  const fresh = end.segment === null || end.seq - end.segment.first + 1 >= LINES_PER_SEGMENT;
  const segment = fresh || end.segment === null ? segmentAt(folder, end.seq + 1) : end.segment;
  // A full segment stays as it is and a new one is made by one alone, so the size tells of any other writer.
  const handle = await open(segment.path, fresh ? "ax" : "a");
  try {
    const { size } = await handle.stat();
    if (size !== (fresh ? 0 : end.size)) throw new LedgerFault(`somebody else wrote to ${segment.path}`);
    await handle.appendFile(bytes);
    await handle.sync();
    if (fresh) await syncFolder(folder);
    Object.assign(end, { segment, size: size + bytes.length, seq, hash });
  } finally {
    await handle.close();
  }
}

/** A crash in the midst of writing leaves a line without its end; its row is still in Redis and is written again. */
async function cutTornLine(segment: Segment, events: Events): Promise<void> {
  const bytes = await readFile(segment.path);
  const whole = bytes.lastIndexOf("\n") + 1;
  if (whole === bytes.length) return;
  await truncate(segment.path, whole);
  events.happened("torn last line cut off the ledger", { file: segment.path, bytes: bytes.length - whole });
}

async function readTail(
  segments: readonly (Segment | undefined)[],
): Promise<{ readonly lines: LedgerLine[]; readonly size: number }> {
  let size = 0;
  const texts: { readonly path: string; readonly place: number; readonly text: string }[] = [];
  for (const { path } of segments.filter((segment) => segment !== undefined)) {
    const bytes = await readFile(path);
    size = bytes.length;
    const inSegment = bytes.toString().split("\n").slice(0, -1);
    texts.push(...inSegment.map((text, i) => ({ path, place: i + 1, text })));
  }
  const lines = texts.slice(-REMEMBERED_LINES).map(({ path, place, text }) => {
    const line = readLine(text);
    if (typeof line === "string") throw new LedgerFault(`${path} line ${place} ${line}`);
    return line;
  });
  return { lines, size };
}

function remember(remembered: Set<string>, mark: string): void {
  remembered.add(mark);
  const [oldest] = remembered;
  if (remembered.size > REMEMBERED_LINES && oldest !== undefined) remembered.delete(oldest);
}
