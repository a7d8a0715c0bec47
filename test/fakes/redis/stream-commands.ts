import type { Keyspace } from "./keyspace.ts";
import { given, type Run, whole } from "./text-commands.ts";
import { type Entry, ReplyError, type Values } from "./values.ts";

/** What ioredis makes of an entry. */
type EntryReply = readonly [id: string, fields: string[]];

/**
 * XADD with `*` or an id of one's own. Redis numbers by its own time and never below what it numbered in this stream
 * before, so a clock that was set back makes the number grow, not the moment.
 */
export const xadd: Run = (data, [key = "", wanted = "", ...fields]) => {
  const existing = data.read(key, "stream");
  const [ms, seq] = wanted === "*" ? nextNumber(data, existing) : readNumber(wanted, 0);
  if (existing !== null && !isAfter(ms, seq, existing.ms, existing.seq)) {
    throw new ReplyError("ERR The ID specified in XADD is equal or smaller than the target stream top item");
  }
  const stream = data.open(key, "stream");
  const [lastMs, lastSeq] = [stream.ms, stream.seq];
  const id = `${ms}-${seq}`;
  stream.entries.push({ ms, seq, id, fields });
  Object.assign(stream, { ms, seq });
  data.changed(() => {
    stream.entries.pop();
    Object.assign(stream, { ms: lastMs, seq: lastSeq });
  });
  return id;
};

/** XDEL: how many of these entries were there. The stream itself stays, and goes on numbering. */
export const xdel: Run = (data, [key = "", ...ids]) => {
  const stream = data.read(key, "stream");
  if (stream === null) return 0;
  return ids.filter((id) => {
    const [ms, seq] = readNumber(id, 0);
    const at = firstFrom(stream, ms, seq);
    const entry = stream.entries[at];
    if (entry === undefined || entry.ms !== ms || entry.seq !== seq) return false;
    stream.entries.splice(at, 1);
    data.changed(() => void stream.entries.splice(at, 0, entry));
    return true;
  }).length;
};

/** XLEN: how many entries there are. */
export const xlen: Run = (data, args) => data.read(given(args, 0), "stream")?.entries.length ?? 0;

/** XRANGE with `-`, `+`, ids, ids with `(` before them, and COUNT. */
export const xrange: Run = (data, args) => {
  const stream = data.read(given(args, 0), "stream");
  if (stream === null) return [];
  const counted = args[3]?.toUpperCase() === "COUNT";
  const first = firstOf(stream, given(args, 1));
  const end = endOf(stream, given(args, 2));
  const count = counted ? whole(args[4]) : Number.POSITIVE_INFINITY;
  return stream.entries.slice(first, Math.min(end, first + count)).map(reply);
};

/** What XREAD asks of one stream. */
export interface Reading {
  readonly key: string;
  readonly after: readonly [ms: number, seq: number];
  readonly count: number;
  /** Null where it does not wait. */
  readonly blockMs: number | null;
}

/** Takes XREAD's arguments, of one stream; returns what they ask. */
export function readingOf(data: Keyspace, args: readonly string[]): Reading {
  let [count, blockMs]: [number, number | null] = [Number.POSITIVE_INFINITY, null];
  for (let i = 0; i < args.length; i += 2) {
    const option = given(args, i).toUpperCase();
    if (option === "COUNT") count = whole(args[i + 1]);
    else if (option === "BLOCK") blockMs = whole(args[i + 1]);
    else if (option === "STREAMS" && args.length === i + 3) {
      const key = given(args, i + 1);
      const from = given(args, i + 2);
      const stream = data.read(key, "stream");
      const after = from === "$" ? ([stream?.ms ?? 0, stream?.seq ?? 0] as const) : readNumber(from, 0);
      return { key, after, count, blockMs };
    } else throw new ReplyError("ERR syntax error");
  }
  throw new ReplyError("ERR syntax error");
}

/** Takes what is asked; returns the entries there are, or null. */
export function readNow(data: Keyspace, { key, after, count }: Reading): [string, EntryReply[]][] | null {
  const stream = data.read(key, "stream");
  if (stream === null) return null;
  const first = firstFrom(stream, after[0], after[1] + 1);
  const found = stream.entries.slice(first, first + count);
  return found.length === 0 ? null : [[key, found.map(reply)]];
}

function reply({ id, fields }: Entry): EntryReply {
  return [id, [...fields]];
}

function nextNumber(data: Keyspace, stream: Values["stream"] | null): readonly [number, number] {
  const now = Math.floor(data.now());
  return stream === null || now > stream.ms ? [now, 0] : [stream.ms, stream.seq + 1];
}

function readNumber(id: string, seqIfNone: number): readonly [number, number] {
  const [, ms, seq] = /^(\d+)(?:-(\d+))?$/.exec(id) ?? [];
  if (ms === undefined) throw new ReplyError("ERR Invalid stream ID specified as stream command argument");
  return [Number(ms), seq === undefined ? seqIfNone : Number(seq)];
}

function isAfter(ms: number, seq: number, otherMs: number, otherSeq: number): boolean {
  return ms > otherMs || (ms === otherMs && seq > otherSeq);
}

function firstOf(stream: Values["stream"], start: string): number {
  if (start === "-") return 0;
  const open = start.startsWith("(");
  const [ms, seq] = readNumber(open ? start.slice(1) : start, 0);
  return firstFrom(stream, ms, open ? seq + 1 : seq);
}

function endOf(stream: Values["stream"], end: string): number {
  if (end === "+") return stream.entries.length;
  const [ms, seq] = readNumber(end, Number.MAX_SAFE_INTEGER - 1);
  return firstFrom(stream, ms, seq + 1);
}

/** Where the first entry stands that is numbered so or above. */
function firstFrom({ entries }: Values["stream"], ms: number, seq: number): number {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const entry = entries[middle];
    if (entry !== undefined && isAfter(ms, seq, entry.ms, entry.seq)) low = middle + 1;
    else high = middle;
  }
  return low;
}
