import type { Redis } from "ioredis";
import type { Connection } from "./redis.ts";

const PAGE = 500;
const BLOCK_MS = 5_000;
/** After a failover with clocks apart, Redis may number new entries below one that was read already. */
const READ_ALL_AFTER_MS = 60_000;

/** One entry of a stream whose entries have one field. */
export interface StreamEntry {
  readonly id: string;
  readonly text: string;
}

/**
 * Yields what stands in a stream, oldest first, and then what is added, at once, until the signal. An entry may be
 * yielded again while it stands there: the reader knows by its id. Takes a line of its own for the waiting.
 */
export async function* followStream(
  connection: Connection,
  key: string,
  signal: AbortSignal,
): AsyncGenerator<StreamEntry[]> {
  const line = connection.open();
  const hangUp = () => line.disconnect();
  signal.addEventListener("abort", hangUp, { once: true });
  try {
    let last = "0";
    let readAllAt = performance.now() + READ_ALL_AFTER_MS;
    while (!signal.aborted) {
      const entries = await readPage(connection.redis, key, last);
      last = entries.at(-1)?.id ?? last;
      if (entries.length > 0) yield entries;
      else if (!(await waitForEntry(line, key, last, signal)) && performance.now() > readAllAt) {
        last = "0";
        readAllAt = performance.now() + READ_ALL_AFTER_MS;
      }
    }
  } finally {
    signal.removeEventListener("abort", hangUp);
    hangUp();
  }
}

async function readPage(redis: Redis, key: string, after: string): Promise<StreamEntry[]> {
  const entries = await redis.xrange(key, `(${after}`, "+", "COUNT", PAGE);
  return entries.map(([id, fields]) => ({ id, text: fields[1] ?? "" }));
}

/**
 * Returns whether there is an entry after this one; false when none came for a while, or at the signal. The signal ends
 * the waiting by itself: a read that is to be sent again when Redis is back never settles once its line was disconnected
 * meanwhile.
 */
async function waitForEntry(line: Redis, key: string, after: string, signal: AbortSignal): Promise<boolean> {
  const over = new AbortController();
  try {
    const read = line.xread("COUNT", 1, "BLOCK", BLOCK_MS, "STREAMS", key, after);
    return (await Promise.race([read, untilAborted(signal, over.signal)])) !== null;
  } catch (cause) {
    if (signal.aborted) return false;
    throw cause;
  } finally {
    over.abort();
  }
}

/** Resolves with null at the first signal; forgotten at the second. */
function untilAborted(signal: AbortSignal, forgotten: AbortSignal): Promise<null> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(null);
    signal.addEventListener("abort", () => resolve(null), { once: true, signal: forgotten });
  });
}
