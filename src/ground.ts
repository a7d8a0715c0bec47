/** What every process of Daypass stands on, from its settings to its last moment. */
import type { Logger } from "pino";
import { type Config, ConfigError, type Secrets } from "./config.ts";
import { type Connection, connectConsumer, connectProducer } from "./jobs/redis.ts";
import { createLog } from "./log.ts";
import type { Events } from "./workflows/ports.ts";

/** A process that has not ended by then is killed by most supervisors' second signal anyway. */
const SHUTDOWN_MS = 10_000;

const REDIS_PATIENCE_MS = 5_000;

/** Two lines to Redis, and where to say what happens. */
export interface Ground {
  readonly log: Logger;
  readonly events: Events;
  /** For commands that somebody waits for. */
  readonly producer: Connection;
  /** For loops that outlast any outage. */
  readonly consumer: Connection;
}

/** Something that was started and must be closed. */
export type Closing = () => Promise<unknown>;

/** Takes a process's name and pino's level; returns its log. */
export function openLog(name: "bot" | "worker", { logLevel }: Config): Logger {
  return createLog(name, logLevel);
}

/**
 * Takes a log, its events and the secret settings; returns the ground. Throws ConfigError: everything wrong with
 * settings is said before this, since an open connection keeps a process alive.
 */
export function prepare(log: Logger, events: Events, { redisUrl }: Secrets): Ground {
  if (redisUrl === null) throw new ConfigError(["REDIS_URL is missing, such as redis://localhost:6379."]);
  const producer = connectProducer(redisUrl, events);
  return { log, events, producer, consumer: connectConsumer(redisUrl, events) };
}

/** Starts without Redis too, and says so: people then read "nothing was recorded", and access ends all the same. */
export async function awaitRedis({ log, producer }: Ground): Promise<void> {
  await producer.ready(REDIS_PATIENCE_MS).catch(() => log.error("Redis does not answer yet; trying on"));
}

/** Waits for a signal or a failure, then closes in reverse order, at most 10 s. Returns the exit code. */
export async function untilStopped(
  log: Logger,
  failed: Promise<never> | null,
  closings: readonly Closing[],
): Promise<number> {
  const signal = new Promise<number>((resolve) => {
    for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(name, () => resolve(0));
  });
  const code = await Promise.race([signal, ...(failed === null ? [] : [failed])]).catch((cause: unknown) => {
    log.fatal({ cause }, "stopping: cannot go on");
    return 1;
  });
  log.info("stopping");
  // Whatever still hangs after that (a socket, BullMQ with Redis away) must not keep a supervisor waiting.
  setTimeout(() => process.exit(code), SHUTDOWN_MS).unref();
  for (const close of closings.toReversed()) {
    await close().catch((cause: unknown) => log.warn({ cause }, "not closed cleanly"));
  }
  process.exit(code);
}
