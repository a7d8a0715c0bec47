import { Redis, type RedisOptions } from "ioredis";
import type { Events } from "../workflows/ports.ts";
import { StoreUnavailable } from "../workflows/trouble.ts";
import { LATE, within } from "./patience.ts";
import { reportRarely } from "./rare-reports.ts";

/** BullMQ's back-off of up to 20 s made outages 18 s longer, as measured. */
const shared = {
  retryStrategy: (attempt: number) => Math.min(50 * 2 ** Math.min(attempt, 4), 500),
  connectTimeout: 2_000,
  keepAlive: 5_000,
} satisfies RedisOptions;

/**
 * For commands whose caller waits: an answer or an error so soon that people can still be told within 1.5 s what became
 * of their click, whatever Redis does.
 */
export const producer = {
  ...shared,
  enableOfflineQueue: false,
  commandTimeout: 1_100,
  maxRetriesPerRequest: 1,
  socketTimeout: 5_000,
} satisfies RedisOptions;

/** For loops that have nothing better to do than wait for Redis; longer than any blocking read, which lasts 10 s. */
export const consumer = { ...shared, maxRetriesPerRequest: null, socketTimeout: 30_000 } satisfies RedisOptions;

const QUIT_MS = 1_000;

/** A line to Redis with all the further ones that were opened from it. */
export interface Connection {
  readonly redis: Redis;
  /** Resolves when Redis takes commands; rejects with `StoreUnavailable` when it does not within `ms`. */
  ready(ms: number): Promise<void>;
  /** Opens one more line with the same settings, for a blocking read. The caller disconnects it. */
  open(): Redis;
  /** Ends all lines, politely where Redis answers, within about a second in any case. */
  close(): Promise<void>;
}

/** Takes REDIS_URL; returns a connection for commands that somebody waits for. */
export function connectProducer(url: string, events: Events): Connection {
  return connect(url, producer, events);
}

/** Takes REDIS_URL; returns a connection for workers and loops, which outlast any outage. */
export function connectConsumer(url: string, events: Events): Connection {
  return connect(url, consumer, events);
}

/** Takes REDIS_URL; throws a sentence, which never holds the URL's password, when it cannot be used. */
export function checkRedisUrl(url: string): void {
  const scheme = /^([a-z][a-z+]*):/i.exec(url)?.[1]?.toLowerCase() ?? "";
  if (scheme.includes("sentinel") || url.includes(",")) {
    throw new Error("REDIS_URL: Sentinel is not supported yet; give the address of one Redis, redis://host:port");
  }
  if ((scheme !== "redis" && scheme !== "rediss") || !URL.canParse(url)) {
    throw new Error("REDIS_URL must be redis://host:port or, with TLS, rediss://host:port");
  }
}

function connect(url: string, options: RedisOptions, events: Events): Connection {
  checkRedisUrl(url);
  const lines = new Set<Redis>();
  const redis = tend(new Redis(url, options), lines, reportRarely(events, "the line to Redis is in trouble"));
  return {
    redis,
    ready: (ms) => untilReady(redis, ms),
    open: () => redis.duplicate(),
    close: async () => {
      const others = [...lines].filter((line) => line !== redis);
      for (const line of others) line.disconnect();
      if (redis.status === "ready")
        await within(
          redis.quit().catch(() => undefined),
          QUIT_MS,
        );
      redis.disconnect();
    },
  };
}

/** BullMQ opens further lines by `duplicate`; they are tended and, at the end, closed like the first. */
function tend(redis: Redis, lines: Set<Redis>, report: (cause: unknown) => void): Redis {
  const duplicate = redis.duplicate.bind(redis);
  redis.duplicate = (override) => tend(duplicate(override), lines, report);
  lines.add(redis);
  redis.on("connect", () => lines.add(redis));
  redis.on("end", () => lines.delete(redis));
  redis.on("error", report);
  redis.on("close", () => forgetSocketTimeout(redis));
  return redis;
}

/**
 * ioredis 5.11.1 keeps the closed socket's time-out, which then destroys the next socket
 * (https://github.com/redis/ioredis/issues/2147, mended after 5.11.1).
 */
function forgetSocketTimeout(redis: Redis): void {
  clearTimeout(Reflect.get(redis, "socketTimeoutTimer"));
  Reflect.set(redis, "socketTimeoutTimer", undefined);
}

async function untilReady(redis: Redis, ms: number): Promise<void> {
  if (redis.status === "ready") return;
  const heard = new AbortController();
  const ready = new Promise<void>((resolve) => {
    const settle = () => resolve();
    redis.once("ready", settle);
    heard.signal.addEventListener("abort", () => redis.off("ready", settle));
  });
  const outcome = await within(ready, ms);
  heard.abort();
  if (outcome === LATE) throw new StoreUnavailable("nothing", `no connection within ${ms / 1000} s`);
}
