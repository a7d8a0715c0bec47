import type { Redis } from "ioredis";
import type { Connection } from "./redis.ts";

const PAGE = 500;
const BLOCK_MS = 5_000;
/** After a failover with clocks apart, Redis may number new entries below or like one that was read already. */
const READ_ALL_AFTER_MS = 60_000;

/**
 * Lua: takes a stream and where ids and texts begin in ARGV; takes those entries from it, each only where it says that, and
 * returns how many. A Redis that was emptied, or that took over from one that was ahead, may give a number anew: what has
 * it then is another entry.
 */
export const TAKE_LUA = `
local function take(stream, from)
  local taken = 0
  for i = from, #ARGV, 2 do
    local found = redis.call('XRANGE', stream, ARGV[i], ARGV[i])[1]
    if found and found[2][2] == ARGV[i + 1] then
      taken = taken + redis.call('XDEL', stream, ARGV[i])
    end
  end
  return taken
end
`;

/** One entry of a stream whose entries have one field. */
export interface StreamEntry {
  readonly id: string;
  readonly text: string;
}

/**
 * Yields what stands in a stream, oldest first, and then what is added, at once, until the signal. An entry may be
 * yielded again while it stands there: the reader knows by its id and what it says. Takes a line of its own for the waiting.
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
      else if (performance.now() > readAllAt) {
        last = "0";
        readAllAt = performance.now() + READ_ALL_AFTER_MS;
      } else await waitForEntry(line, key, last, signal);
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
 * Resolves when there is an entry after this one, when none came for a while, or at the signal. The signal ends the
 * waiting by itself: a read that is to be sent again when Redis is back never settles once its line was disconnected
 * meanwhile.
 */
async function waitForEntry(line: Redis, key: string, after: string, signal: AbortSignal): Promise<void> {
  const over = new AbortController();
  try {
    const read = line.xread("COUNT", 1, "BLOCK", BLOCK_MS, "STREAMS", key, after);
    await Promise.race([read, untilAborted(signal, over.signal)]);
  } catch (cause) {
    if (!signal.aborted) throw cause;
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
