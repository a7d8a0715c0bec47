import type { Result } from "ioredis";
import type { Events, Telling } from "../workflows/ports.ts";
import type { Notifier, Told } from "../workflows/telling.ts";
import { keys } from "./keys.ts";
import { createLanes, type HandleFirst, type Outgoing, withNeedless } from "./lanes.ts";
import { type Term, takeTurns } from "./one-at-a-time.ts";
import type { Connection } from "./redis.ts";
import { followStream, type StreamEntry, TAKE_LUA } from "./streams.ts";

/**
 * How long it is remembered that something was told. Telling and taking it from the outbox are one step, so this is for
 * what two replicas ask to be told under one key, which they do within seconds of each other.
 */
const TOLD_SECONDS = 60;
const LONGEST_BACKOFF_MS = 15_000;
/** No wait is shorter, whatever Slack's Retry-After says. */
const SHORTEST_WAIT_MS = 100;

/**
 * One script, since a client may send it twice: remembers what was told and takes it from the outbox.
 * KEYS: the outbox, then one key for each telling to be remembered. ARGV: for how many seconds, then each entry's id, and
 * what it says.
 */
const SETTLE_LUA = `${TAKE_LUA}
for i = 2, #KEYS do
  redis.call('SET', KEYS[i], 'yes', 'EX', ARGV[1])
end
return take(KEYS[1], 2)
`;

declare module "ioredis" {
  interface RedisCommander<Context> {
    settleTold(numberOfKeys: number, ...keysAndArguments: (string | number)[]): Result<number, Context>;
  }
}

export interface OutboxParts {
  /** A consumer's connection. */
  readonly connection: Connection;
  readonly notifier: Notifier;
  readonly events: Events;
}

/**
 * Tells people what the outbox holds, until it is closed. One process at a time; in order within a lane, what is urgent
 * first, lanes side by side; each key once, cards as often as they change; again and again, without limit, until it is
 * told or never can be. What is not told yet stays in Redis.
 */
export function startOutbox(parts: OutboxParts): { close(): Promise<void> } {
  const { connection, events } = parts;
  connection.redis.defineCommand("settleTold", { lua: SETTLE_LUA });
  return takeTurns({
    what: "outbox",
    redis: connection.redis,
    key: keys.outboxLease,
    work: (term) => drain(parts, term),
    events,
  });
}

async function drain(parts: OutboxParts, term: Term): Promise<void> {
  const broken = new AbortController();
  let fault: unknown = null;
  const signal = AbortSignal.any([term.signal, broken.signal]);
  const lanes = createLanes(tellFirst(parts, term), signal, (cause) => {
    fault ??= cause;
    broken.abort();
  });
  try {
    for await (const entries of followStream(parts.connection, keys.outbox, signal)) {
      for (const entry of entries) {
        const telling = parse(entry.text);
        if (telling !== null) lanes.add({ ...entry, telling });
        else await discard(parts, entry);
      }
    }
  } finally {
    broken.abort();
    await lanes.settled();
  }
  if (fault !== null && !term.signal.aborted) throw fault;
}

function tellFirst({ connection, notifier, events }: OutboxParts, term: Term): HandleFirst {
  const failures = new Map<string, number>();
  return async (queue) => {
    const [first] = queue;
    if (first === undefined) return { done: [] };
    const { telling } = first;
    if (await wasTold(connection, telling)) return settle(connection, [first]);
    if (!term.held(0)) return { waitMs: SHORTEST_WAIT_MS };
    const done = withNeedless(queue, first);
    const told = await tellSafely(notifier, telling, events);
    if (told === "failed") {
      const tries = (failures.get(telling.lane) ?? 0) + 1;
      failures.set(telling.lane, tries);
      return { waitMs: Math.min(LONGEST_BACKOFF_MS, 500 * 2 ** (tries - 1)) };
    }
    failures.delete(telling.lane);
    if ("retryAfterMs" in told) return { waitMs: Math.max(SHORTEST_WAIT_MS, told.retryAfterMs) };
    if ("never" in told) {
      events.failed("never told", { telling: telling.key, lane: telling.lane }, new Error(told.never));
      return settle(connection, [first]);
    }
    return settle(connection, done);
  };
}

async function tellSafely(notifier: Notifier, telling: Telling, events: Events): Promise<Told | "failed"> {
  try {
    return await notifier.tell(telling);
  } catch (cause) {
    events.failed("not told yet", { telling: telling.key, lane: telling.lane }, cause);
    return "failed";
  }
}

/**
 * What is drawn anew in place may be told twice: nobody sees it. So it leaves nothing in Redis; of a grant there are
 * a dozen.
 */
function isDrawnInPlace({ tell }: Telling): boolean {
  if (tell.kind === "asker") return tell.moment === "approved" || tell.moment === "progress";
  return tell.kind === "card";
}

async function wasTold({ redis }: Connection, telling: Telling): Promise<boolean> {
  return !isDrawnInPlace(telling) && (await redis.exists(keys.told(telling.key))) === 1;
}

/** That it was told is true whoever holds the lease by now, so it is written down in any case. */
async function settle({ redis }: Connection, done: readonly Outgoing[]): Promise<{ done: readonly Outgoing[] }> {
  const told = done.filter(({ telling }) => !isDrawnInPlace(telling)).map(({ telling }) => keys.told(telling.key));
  const entries = done.flatMap(({ id, text }) => [id, text]);
  await redis.settleTold(1 + told.length, keys.outbox, ...told, TOLD_SECONDS, ...entries);
  return { done };
}

function parse(text: string): Telling | null {
  try {
    const telling: Partial<Telling> | null = JSON.parse(text);
    return typeof telling?.key === "string" && typeof telling.lane === "string" && telling.tell !== undefined
      ? {
          key: telling.key,
          lane: telling.lane,
          tell: telling.tell,
          ...(telling.urgent === true ? { urgent: true } : {}),
        }
      : null;
  } catch {
    return null;
  }
}

async function discard({ connection, events }: OutboxParts, { id, text }: StreamEntry): Promise<void> {
  events.failed("nobody can read this telling", { entry: id }, new Error("no telling"));
  await connection.redis.settleTold(1, keys.outbox, TOLD_SECONDS, id, text);
}
