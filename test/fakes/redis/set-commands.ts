import type { Keyspace } from "./keyspace.ts";
import { given, type Run, whole } from "./text-commands.ts";
import { ReplyError, type Values } from "./values.ts";

/** HGET: one field of a hash, or null. */
export const hget: Run = (data, args) => data.read(given(args, 0), "hash")?.fields.get(given(args, 1)) ?? null;

/** HGETALL: a hash as an object, as ioredis makes one of it. */
export const hgetall: Run = (data, args) => Object.fromEntries(data.read(given(args, 0), "hash")?.fields ?? []);

/** HSET: how many fields are new. */
export const hset: Run = (data, args) => {
  const { fields } = data.open(given(args, 0), "hash");
  let added = 0;
  for (let i = 1; i < args.length; i += 2) {
    const [field, text] = [given(args, i), given(args, i + 1)];
    const before = fields.get(field);
    if (before === undefined) added += 1;
    fields.set(field, text);
    data.changed(() => {
      if (before === undefined) fields.delete(field);
      else fields.set(field, before);
    });
  }
  return added;
};

/** HSETNX: 1 where the field is new and so was set, else 0. */
export const hsetnx: Run = (data, args) => {
  const isThere = data.read(given(args, 0), "hash")?.fields.has(given(args, 1)) ?? false;
  return isThere ? 0 : hset(data, args);
};

/** HDEL: how many fields were there. */
export const hdel: Run = (data, [key = "", ...names]) => {
  const hash = data.read(key, "hash");
  if (hash === null) return 0;
  const gone = names.filter((name) => {
    const before = hash.fields.get(name);
    if (before === undefined) return false;
    hash.fields.delete(name);
    data.changed(() => void hash.fields.set(name, before));
    return true;
  });
  if (hash.fields.size === 0) data.remove(key);
  return gone.length;
};

/** ZADD of one or more members: how many are new. */
export const zadd: Run = (data, args) => {
  const set = data.open(given(args, 0), "zset");
  let added = 0;
  for (let i = 1; i < args.length; i += 2) {
    const [score, member] = [readScore(given(args, i)), given(args, i + 1)];
    const before = set.scores.get(member);
    if (before === undefined) added += 1;
    setScore(set, member, score);
    data.changed(() => setScore(set, member, before));
  }
  return added;
};

/** ZSCORE: a member's score as Redis writes it, or null. */
export const zscore: Run = (data, args) => {
  const score = data.read(given(args, 0), "zset")?.scores.get(given(args, 1));
  return score === undefined ? null : String(score);
};

/** ZREM: how many members were there. */
export const zrem: Run = (data, [key = "", ...members]) => {
  const set = data.read(key, "zset");
  if (set === null) return 0;
  const gone = members.filter((member) => {
    const before = set.scores.get(member);
    if (before === undefined) return false;
    setScore(set, member, undefined);
    data.changed(() => setScore(set, member, before));
    return true;
  });
  if (set.scores.size === 0) data.remove(key);
  return gone.length;
};

/** ZRANGE by place, with WITHSCORES where that is asked for. */
export const zrange: Run = (data, args) => {
  const all = ordered(data.read(given(args, 0), "zset"));
  const [first, last] = [placeIn(all, whole(args[1])), placeIn(all, whole(args[2]))];
  const found = all.slice(Math.max(0, first), last + 1);
  const withScores = args[3]?.toUpperCase() === "WITHSCORES";
  return found.flatMap(([member, score]) => (withScores ? [member, String(score)] : [member]));
};

/** ZRANGEBYSCORE with a LIMIT; both bounds count themselves in. */
export const zrangebyscore: Run = (data, args) => {
  const [lowest, highest] = [readScore(given(args, 1)), readScore(given(args, 2))];
  const limited = args[3]?.toUpperCase() === "LIMIT";
  const [skipped, count] = limited ? [whole(args[4]), whole(args[5])] : [0, -1];
  const found = ordered(data.read(given(args, 0), "zset")).filter(([, score]) => score >= lowest && score <= highest);
  return found.slice(skipped, count < 0 ? undefined : skipped + count).map(([member]) => member);
};

/** ZPOPMIN: the lowest member with its score, taken away, or null. */
export function popLowest(data: Keyspace, key: string): [member: string, score: string] | null {
  const [lowest] = ordered(data.read(key, "zset"));
  if (lowest === undefined) return null;
  zrem(data, [key, lowest[0]]);
  return [lowest[0], String(lowest[1])];
}

function ordered(set: Values["zset"] | null): readonly [string, number][] {
  if (set === null) return [];
  set.sorted ??= [...set.scores].sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1));
  return set.sorted;
}

function setScore(set: Values["zset"], member: string, score: number | undefined): void {
  if (score === undefined) set.scores.delete(member);
  else set.scores.set(member, score);
  set.sorted = null;
}

function readScore(text: string): number {
  if (text === "-inf") return Number.NEGATIVE_INFINITY;
  if (text === "+inf") return Number.POSITIVE_INFINITY;
  const score = Number(text);
  if (text === "" || Number.isNaN(score)) throw new ReplyError("ERR value is not a valid float");
  return score;
}

function placeIn(all: readonly unknown[], place: number): number {
  return place < 0 ? all.length + place : place;
}
