import type { Redis } from "ioredis";
import type { Caution } from "../workflows/desk.ts";
import type { Millis } from "../workflows/person.ts";
import type { Events } from "../workflows/ports.ts";
import { StoreUnavailable } from "../workflows/trouble.ts";
import { pause, within } from "./patience.ts";
import { reportRarely } from "./rare-reports.ts";
import type { Connection } from "./redis.ts";
import { watchEpoch } from "./redis-epoch.ts";
import { faultsOf, type RedisReport, readReport, survivalOf } from "./redis-report.ts";
import type { ServerClock } from "./server-clock.ts";
import { answered } from "./store-unavailable.ts";

const EVERY_MS = 5_000;
/** How long a start waits for the first answer. */
const FIRST_MS = 2_000;
/** Clocks further apart than this make ends, records of people and Slack's own times mean different things. */
const MOST_SKEW_MS = 5_000;
const CLOSE_MS = 1_000;

/** Why nothing is granted before a process has heard Redis' time once: by its own it might lend for an hour too long. */
export const TIME_UNREAD =
  "Redis has not told the time since this process started: see that it answers within a second";

const LINE_IS_NEW =
  "Redis has not said over a new line whether it is the one from before: see that it answers INFO within a second";

export interface RedisHealthParts {
  /** A producer's connection. */
  readonly connection: Connection;
  /** Set by Redis' own time from now on. */
  readonly clock: ServerClock;
  readonly events: Events;
  /**
   * Puts back what Redis has forgotten: the worker's work. Called at least once for each loss, with what is the same for
   * that one, and again where it throws.
   */
  readonly forgotten?: (loss: string) => Promise<unknown>;
  /** This machine's own time. */
  readonly wall?: () => Millis;
}

export interface RedisHealth {
  /** Of a Redis that answers no more it says nothing new: calls fail by themselves then. One that never did is unsafe. */
  readonly caution: Caution;
  /**
   * How many replicas followed Redis when it was asked last; one, until it has said how many; none where it may not be
   * asked.
   */
  replicas(): number;
  /** How far this machine's clock was ahead of Redis' when it was asked last, in milliseconds. */
  skewMs(): number;
  close(): Promise<void>;
}

/** What one round of questions gave. */
interface Reading {
  readonly report: RedisReport;
  readonly skewMs: number;
  /** By how much the skew may be wrong. */
  readonly doubtMs: number;
  /** Whether the time came soon enough to set a clock by it. */
  readonly isTimely: boolean;
}

/**
 * Asks Redis every five seconds, and whenever the line is new, whether it is safe to grant on it, what time it is and
 * whether it has forgotten anything. Resolves with the first answer, or after two seconds without one.
 */
export async function startRedisHealth(parts: RedisHealthParts): Promise<RedisHealth> {
  const { redis } = parts.connection;
  const epoch = parts.forgotten === undefined ? null : watchEpoch(redis, parts.events, parts.forgotten);
  const news = createNews(parts.events);
  const say = createSpeaker(parts.events);
  const complain = reportRarely(parts.events, "Redis cannot be asked how it is");
  let last: Reading | null = null;
  let unsafe: string | null = TIME_UNREAD;
  // Another line may lead to another Redis, which knows less.
  let lines = 0;
  let linesAsked = -1;
  const countLine = () => {
    lines += 1;
  };
  redis.on("ready", countLine);
  const whyNot = () =>
    unsafe ?? (epoch === null ? null : (epoch.whyNot() ?? (linesAsked < lines ? LINE_IS_NEW : null)));

  const ask = async () => {
    const asked = lines;
    try {
      last = await read(redis, parts);
      unsafe = say(last);
      if (await epoch?.look(last.report.life)) linesAsked = asked;
    } catch (cause) {
      if (cause instanceof StoreUnavailable && !isForbidden(cause)) return;
      if (last === null) unsafe = "Redis does not say how it is set up: allow its user the commands INFO and TIME";
      complain(cause);
    }
  };
  const look = async () => {
    const owed = epoch?.whyNot();
    await ask();
    const words = whyNot();
    // What is put back within a moment is no news.
    if (words !== null && words === epoch?.whyNot() && words !== owed) return;
    news(words, last === null ? {} : { skewMs: last.skewMs });
  };
  const stop = new AbortController();
  await within(look(), FIRST_MS);
  if (unsafe === TIME_UNREAD) news(TIME_UNREAD, {});
  const loop = repeat(redis, look, stop.signal);
  return {
    caution: { whyNot },
    replicas: () => last?.report.replicas ?? (unsafe === TIME_UNREAD ? 1 : 0),
    skewMs: () => last?.skewMs ?? 0,
    close: async () => {
      stop.abort();
      redis.off("ready", countLine);
      await within(loop, CLOSE_MS);
    },
  };
}

/** Redis answers, and its answer is that this user may not ask. */
function isForbidden(cause: StoreUnavailable): boolean {
  return /NOPERM/.test(cause.message);
}

async function repeat(redis: Redis, look: () => Promise<void>, stop: AbortSignal): Promise<void> {
  let hurry = new AbortController();
  const hurryUp = () => hurry.abort();
  redis.on("ready", hurryUp);
  while (!stop.aborted) {
    await pause(EVERY_MS, AbortSignal.any([stop, hurry.signal]));
    hurry = new AbortController();
    if (!stop.aborted) await look();
  }
  redis.off("ready", hurryUp);
}

async function read(redis: Redis, { clock, wall = () => Date.now() }: RedisHealthParts): Promise<Reading> {
  const info = await answered(redis.info());
  const fsync = await askFsync(redis);
  const askedAt = performance.now();
  const [seconds, micros] = await answered(redis.time());
  const tripMs = performance.now() - askedAt;
  const server = Number(seconds) * 1000 + Number(micros) / 1000;
  const skewMs = Math.round(wall() - server - tripMs / 2);
  const isTimely = clock.correct(server, tripMs);
  return { report: readReport(info, fsync), skewMs, doubtMs: tripMs / 2, isTimely };
}

/** Many who run Redis for others forbid CONFIG, or give it another name. */
async function askFsync(redis: Redis): Promise<string | null> {
  const answer: unknown = await answered(redis.config("GET", "appendfsync")).catch((cause) => {
    if (cause instanceof StoreUnavailable && !isForbidden(cause)) throw cause;
    return [];
  });
  return Array.isArray(answer) ? (answer[1] ?? null) : null;
}

/** Returns what takes why nothing may be granted, or null, and says each change once. */
function createNews(events: Events): (words: string | null, fields: object) => void {
  let said: string | null = null;
  return (words, fields) => {
    // The skew in the words changes a little with each round; only a change of what is wrong is news.
    const gist = words?.replaceAll(/\d+(\.\d+)? s\b/g, "") ?? null;
    if (gist === said) return;
    said = gist;
    if (words === null) events.happened("granting again", { ...fields });
    else events.happened("endings only", { words, ...fields });
  };
}

/**
 * Returns what says once how Redis is set up and how far its clock is off, and returns why nothing may be granted on it,
 * or null.
 */
function createSpeaker(events: Events): (reading: Reading) => string | null {
  let survival = "";
  let seconds = 0;
  let isTimeRead = false;
  return ({ report, skewMs, doubtMs, isTimely }) => {
    isTimeRead ||= isTimely;
    const unread = isTimeRead ? [] : [TIME_UNREAD];
    const skewed = Math.abs(skewMs) - doubtMs > MOST_SKEW_MS ? [skewWords(skewMs)] : [];
    const words = [...faultsOf(report), ...unread, ...skewed].join("; ") || null;
    if (survivalOf(report) !== survival) {
      survival = survivalOf(report);
      events.happened("what survives", { words: survival, redis: report.version, replicas: report.replicas, skewMs });
    }
    if (Math.round(skewMs / 1000) !== seconds) {
      seconds = Math.round(skewMs / 1000);
      events.happened("clock skew", { against: "redis", skewMs: -skewMs });
    }
    return words;
  };
}

function skewWords(skewMs: number): string {
  const seconds = (Math.abs(skewMs) / 1000).toFixed(1);
  return `this machine's clock is ${seconds} s ${skewMs > 0 ? "ahead of" : "behind"} Redis': set both by NTP`;
}
