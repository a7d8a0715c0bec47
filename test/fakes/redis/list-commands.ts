import type { Keyspace } from "./keyspace.ts";
import { given, type Run, whole } from "./text-commands.ts";

/** RPUSH: how long the list is now. */
export const rpush: Run = (data, [key = "", ...items]) => {
  const list = data.open(key, "list");
  for (const item of items) {
    list.items.push(item);
    data.changed(() => void list.items.pop());
  }
  return list.items.length;
};

/** LRANGE: a part of a list, by places of which negative ones count from the end. */
export const lrange: Run = (data, args) => {
  const items = data.read(given(args, 0), "list")?.items ?? [];
  const last = whole(args[2]);
  return items.slice(whole(args[1]), last === -1 ? undefined : last + 1);
};

/** LPOP: the first item, taken away, or null. */
export function popFirst(data: Keyspace, key: string): string | null {
  const list = data.read(key, "list");
  const first = list?.items.shift();
  if (list === null || first === undefined) return null;
  data.changed(() => void list.items.unshift(first));
  if (list.items.length === 0) data.remove(key);
  return first;
}
