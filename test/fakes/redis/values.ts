import type { Millis } from "../../../src/workflows/person.ts";

/** An entry of a stream, numbered as Redis numbers it. */
export interface Entry {
  readonly ms: number;
  readonly seq: number;
  readonly id: string;
  readonly fields: readonly string[];
}

/** What stands under a key, by Redis' own names of types. */
export interface Values {
  string: { readonly type: "string"; readonly text: string };
  hash: { readonly type: "hash"; readonly fields: Map<string, string> };
  list: { readonly type: "list"; readonly items: string[] };
  zset: { readonly type: "zset"; readonly scores: Map<string, number>; sorted: readonly [string, number][] | null };
  stream: { readonly type: "stream"; readonly entries: Entry[]; ms: number; seq: number };
}

export type Type = keyof Values;

/** A value, and until when it is there; null for as long as nobody takes it away. */
export interface Place {
  readonly value: Values[Type];
  until: Millis | null;
}

/** Makes an empty value of each type that grows; a string is written as a whole. */
export const EMPTY = {
  hash: (): Values["hash"] => ({ type: "hash", fields: new Map() }),
  list: (): Values["list"] => ({ type: "list", items: [] }),
  zset: (): Values["zset"] => ({ type: "zset", scores: new Map(), sorted: null }),
  stream: (): Values["stream"] => ({ type: "stream", entries: [], ms: 0, seq: 0 }),
} as const;

/** What Redis itself answers instead of a reply; the client hands it on as it is. */
export class ReplyError extends Error {
  override readonly name = "ReplyError";
}
