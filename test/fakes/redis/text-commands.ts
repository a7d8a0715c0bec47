import type { Keyspace } from "./keyspace.ts";
import { ReplyError } from "./values.ts";

/** Takes the data and a command's arguments; returns its reply as ioredis hands it on. */
export type Run = (data: Keyspace, args: readonly string[]) => unknown;

/** Takes arguments of which so many must be there; returns them. Throws Redis' own words where they are not. */
export function given(args: readonly string[], i: number): string {
  const argument = args[i];
  if (argument === undefined) throw new ReplyError("ERR wrong number of arguments");
  return argument;
}

/** Takes an argument; returns it as a whole number, or throws Redis' own words. */
export function whole(text: string | undefined): number {
  const number = Number(text);
  if (text === "" || !Number.isSafeInteger(number)) throw new ReplyError("ERR value is not an integer or out of range");
  return number;
}

/** GET: the text under a key, or null. */
export const get: Run = (data, [key = ""]) => data.read(key, "string")?.text ?? null;

/** MGET: the texts under some keys; null for what is no text, as in Redis. */
export const mget: Run = (data, keys) =>
  keys.map((key) => {
    const value = data.place(key)?.value;
    return value?.type === "string" ? value.text : null;
  });

/** SET with EX, PX and NX, in any order. */
export const set: Run = (data, args) => {
  const [key, text] = [given(args, 0), given(args, 1)];
  let until: number | null = null;
  let onlyNew = false;
  for (let i = 2; i < args.length; i++) {
    const option = given(args, i).toUpperCase();
    if (option === "NX") onlyNew = true;
    else if (option === "EX" || option === "PX") {
      const length = whole(args[++i]);
      if (length <= 0) throw new ReplyError("ERR invalid expire time in 'set' command");
      until = data.now() + length * (option === "EX" ? 1_000 : 1);
    } else throw new ReplyError("ERR syntax error");
  }
  if (onlyNew && data.place(key) !== null) return null;
  data.put(key, { value: { type: "string", text }, until });
  return "OK";
};

/** EXISTS: how many of these keys are there. */
export const exists: Run = (data, keys) => keys.filter((key) => data.place(key) !== null).length;

/** DEL: how many of these keys were there. */
export const del: Run = (data, keys) => keys.filter((key) => data.remove(key)).length;

/** PEXPIRE, and EXPIRE by `factor` 1000: 1 where the key is there, else 0. */
export const expire =
  (factor: number): Run =>
  (data, args) => {
    const [key, length] = [given(args, 0), whole(args[1]) * factor];
    if (length <= 0) return data.remove(key) ? 1 : 0;
    return data.setUntil(key, data.now() + length) ? 1 : 0;
  };

/** PTTL, and TTL by `factor` 1000: -2 for no key, -1 for one that stays. */
export const ttl =
  (factor: number): Run =>
  (data, [key = ""]) => {
    const place = data.place(key);
    if (place === null) return -2;
    return place.until === null ? -1 : Math.round((place.until - data.now()) / factor);
  };

/** TYPE: of what type a key is. */
export const type: Run = (data, [key = ""]) => data.place(key)?.value.type ?? "none";

/** KEYS, of whose patterns it knows a star alone. */
export const keys: Run = (data, [pattern = "*"]) => {
  const parts = pattern.split("*").map((part) => part.replaceAll(/[\\^$.|?+()[\]{}]/g, "\\$&"));
  const wanted = new RegExp(`^${parts.join(".*")}$`, "s");
  return data.keys().filter((key) => wanted.test(key));
};

/** FLUSHALL: nothing is left. */
export const flushall: Run = (data) => {
  data.flush();
  return "OK";
};
