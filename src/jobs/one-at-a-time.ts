import { randomUUID } from "node:crypto";
import type { Redis, Result } from "ioredis";
import type { Events } from "../workflows/ports.ts";
import { pause, within } from "./patience.ts";
import { reportRarely } from "./rare-reports.ts";

/** A process that was killed holds the lease this long, and what it did stands still as long. */
const HOLD_MS = 6_000;
const RENEW_MS = 1_500;
const SEEK_MS = 1_000;
const CLOSE_MS = 5_000;

const RENEW_LUA = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 0
`;
const RELEASE_LUA = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
`;

declare module "ioredis" {
  interface RedisCommander<Context> {
    renewLease(key: string, token: string, holdMs: number): Result<number, Context>;
    releaseLease(key: string, token: string): Result<number, Context>;
  }
}

/** The time during which this process alone does the work. */
export interface Term {
  /** Aborted when the term or the process ends. */
  readonly signal: AbortSignal;
  /** Whether the lease is surely still ours, and will be for so many more milliseconds. To be asked before each effect. */
  held(marginMs: number): boolean;
}

export interface LoneWork {
  /** For the log, such as `outbox`. */
  readonly what: string;
  /** A consumer's connection. */
  readonly redis: Redis;
  /** The lease's key. */
  readonly key: string;
  /** Works until the term's signal; to throw is to lay the work down and take it up again a second later. */
  readonly work: (term: Term) => Promise<void>;
  readonly events: Events;
}

/** Does work that only one process may do at a time: whoever holds the lease works, the others wait for their turn. */
export function takeTurns(lone: LoneWork): { close(): Promise<void> } {
  lone.redis.defineCommand("renewLease", { numberOfKeys: 1, lua: RENEW_LUA });
  lone.redis.defineCommand("releaseLease", { numberOfKeys: 1, lua: RELEASE_LUA });
  const stop = new AbortController();
  const turns = seekTurns(lone, stop.signal);
  return {
    close: async () => {
      stop.abort();
      await within(turns, CLOSE_MS);
    },
  };
}

async function seekTurns(lone: LoneWork, stop: AbortSignal): Promise<void> {
  const report = reportRarely(lone.events, `${lone.what} laid down for a moment`);
  while (!stop.aborted) {
    try {
      const lease = await acquire(lone.redis, lone.key);
      if (lease !== null) await serveTerm(lone, lease, stop);
    } catch (cause) {
      if (!stop.aborted) report(cause);
    }
    await pause(SEEK_MS, stop);
  }
}

async function serveTerm(lone: LoneWork, lease: Lease, stop: AbortSignal): Promise<void> {
  const over = new AbortController();
  const signal = AbortSignal.any([stop, over.signal]);
  const renewing = keepRenewing(lone.redis, lease, over);
  try {
    await lone.work({ signal, held: (marginMs) => !signal.aborted && holds(lease, marginMs) });
  } finally {
    over.abort();
    await renewing;
    await lone.redis.releaseLease(lease.key, lease.token);
  }
}

interface Lease {
  readonly key: string;
  readonly token: string;
  /** By `performance.now()`, reckoned from before the command was sent, so never later than Redis thinks. */
  until: number;
}

async function acquire(redis: Redis, key: string): Promise<Lease | null> {
  const token = randomUUID();
  const until = performance.now() + HOLD_MS;
  return (await redis.set(key, token, "PX", HOLD_MS, "NX")) === "OK" ? { key, token, until } : null;
}

function holds(lease: Lease, marginMs: number): boolean {
  return performance.now() + marginMs < lease.until;
}

/** Ends the term when the lease is another's, or when Redis has been silent for so long that it may be. */
async function keepRenewing(redis: Redis, lease: Lease, over: AbortController): Promise<void> {
  while (!over.signal.aborted) {
    await pause(RENEW_MS, over.signal);
    if (over.signal.aborted) return;
    const until = performance.now() + HOLD_MS;
    const renewal = redis.renewLease(lease.key, lease.token, HOLD_MS).catch(() => 0);
    const renewed = await within(renewal, Math.max(1, lease.until - performance.now()));
    if (renewed !== 1) return over.abort();
    lease.until = until;
  }
}
