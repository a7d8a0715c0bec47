import type { Result } from "ioredis";
import type { Events, LedgerRow } from "../workflows/ports.ts";
import { keys } from "./keys.ts";
import { createLedgerClaims, type LedgerClaims } from "./ledger-claim.ts";
import { type Entered, type LedgerFolder, openLedgerFolder } from "./ledger-folder.ts";
import { type Term, takeTurns } from "./one-at-a-time.ts";
import { pause } from "./patience.ts";
import type { Connection } from "./redis.ts";
import { followStream, type StreamEntry, TAKE_LUA } from "./streams.ts";

/** A batch is on the disk well within this time; with less of the lease left, nothing is begun. */
const WRITE_MARGIN_MS = 2_000;
const RETRY_MS = 100;

/** Takes rows from Redis that the disk has. KEYS: the ledger's stream. ARGV: each entry's id, and what it says. */
const SETTLE_LUA = `${TAKE_LUA}
return take(KEYS[1], 1)
`;

declare module "ioredis" {
  interface RedisCommander<Context> {
    settleRows(stream: string, ...idsAndTexts: string[]): Result<number, Context>;
  }
}

export interface LedgerParts {
  /** A consumer's connection. */
  readonly connection: Connection;
  /** The folder. */
  readonly location: string;
  readonly events: Events;
}

/**
 * Writes what must be remembered into the ledger's folder, until it is closed. One process at a time; a row leaves
 * Redis only when the disk has it, and a row that a crash left in both is written once.
 */
export function startLedger(parts: LedgerParts): { close(): Promise<void> } {
  const { connection, location, events } = parts;
  const claims = createLedgerClaims(location);
  connection.redis.defineCommand("settleRows", { numberOfKeys: 1, lua: SETTLE_LUA });
  return takeTurns({
    what: "ledger",
    redis: connection.redis,
    key: keys.ledgerLease,
    work: (term) => drain(connection, claims, term, events),
    events,
  });
}

async function drain(connection: Connection, claims: LedgerClaims, term: Term, events: Events): Promise<void> {
  const folder = await openLedgerFolder(claims, events);
  for await (const entries of followStream(connection, keys.ledger, term.signal)) {
    await append(folder, entries, term, events);
    if (term.signal.aborted) return;
    await connection.redis.settleRows(keys.ledger, ...entries.flatMap(({ id, text }) => [id, text]));
  }
}

async function append(
  folder: LedgerFolder,
  entries: readonly StreamEntry[],
  term: Term,
  events: Events,
): Promise<void> {
  const fresh = entries.flatMap((entry) => parse(entry, events)).filter((entered) => !folder.has(entered));
  if (fresh.length === 0) return;
  while (!term.held(WRITE_MARGIN_MS)) {
    if (term.signal.aborted) return;
    await pause(RETRY_MS, term.signal);
  }
  await folder.append(fresh);
}

/** What cannot be read is remembered too, as it stands: a ledger leaves nothing out. */
function parse({ id, text }: StreamEntry, events: Events): Entered[] {
  try {
    const row: LedgerRow = JSON.parse(text);
    if (typeof row === "object" && row !== null && typeof row.what === "string") return [{ entry: id, row }];
  } catch (cause) {
    events.failed("a row that nobody can read", { entry: id }, cause);
  }
  const at = Number.parseInt(id, 10);
  return [{ entry: id, row: { at, what: "unreadable", by: null, request: "", grant: null, detail: { text } } }];
}
