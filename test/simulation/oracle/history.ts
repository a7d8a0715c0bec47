/** I10 and I11: the ledger on its disk, and whether a token came to rest anywhere. */
import { hash as hashOf } from "node:crypto";
import type { LedgerRow } from "../../../src/workflows/ports.ts";
import { Violation } from "../core/run-state.ts";
import { TOKEN } from "../processes/quiet-events.ts";
import { entryOf, type World } from "../world/world.ts";
import type { Book } from "./book.ts";

interface Line extends LedgerRow {
  readonly seq: number;
  readonly prev: string;
  readonly entry: string;
  readonly hash: string;
}

/**
 * Takes what is on the disk and every row that was ever written; returns what is wrong with the chain, or which row is
 * missing though Redis never lost it, or null. The hash is reckoned here, apart from the code that made it.
 */
export function findLedgerFault({ disk }: World, book: Book): Violation | null {
  const fault = (words: string) => new Violation("I10", words);
  const segments = [...disk.files].filter(([path]) => path.endsWith(".jsonl"));
  const lines = segments.sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, text]) => text.split("\n").slice(0, -1));
  const entries = new Set<string>();
  let before = { seq: 0, hash: "0".repeat(64) };
  for (const text of lines) {
    const parsed = parseLine(text);
    if (parsed === null) return fault(`a line in the midst of the ledger is torn: ${text.slice(0, 60)}…`);
    const { hash, ...open } = parsed;
    if (open.seq !== before.seq + 1 || open.prev !== before.hash) return fault(`line ${open.seq} breaks the chain`);
    if (hashOf("sha256", canonical(open)) !== hash) return fault(`line ${open.seq} was changed`);
    const entry = entryOf(open.entry, open);
    if (entries.has(entry)) return fault(`the row ${entry} stands in the ledger twice`);
    entries.add(entry);
    before = { seq: open.seq, hash };
  }
  const missing = book.all.find(({ entry, isLost }) => !isLost && !entries.has(entry));
  if (missing === undefined) return null;
  return fault(`the row "${missing.row.what}" of ${missing.row.grant ?? missing.row.request} is not in the ledger`);
}

function parseLine(text: string): (Line & Record<string, unknown>) | null {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(Reflect.get(value, name))}`).join(",")}}`;
}

/** Takes the world; returns where a token rests, or null. */
export function findToken({ disk, slack, redis }: World): Violation | null {
  const leak = (where: string) => new Violation("I11", `a token rests in ${where}`);
  for (const [path, text] of disk.files) if (text.includes(TOKEN)) return leak(path);
  for (const { said } of slack.posted.values()) if (JSON.stringify(said).includes(TOKEN)) return leak("a message");
  for (const key of redis.look("keys", "*") as string[]) {
    if (JSON.stringify(read(redis, key)).includes(TOKEN)) return leak(`Redis, under ${key}`);
  }
  return null;
}

function read(redis: World["redis"], key: string): unknown {
  switch (redis.look("type", key)) {
    case "string":
      return redis.look("get", key);
    case "hash":
      return redis.look("hgetall", key);
    case "list":
      return redis.look("lrange", key, 0, -1);
    case "stream":
      return redis.look("xrange", key, "-", "+");
    default:
      return null;
  }
}
