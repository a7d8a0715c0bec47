import type { Keyspace } from "./keyspace.ts";
import { lrange, rpush } from "./list-commands.ts";
import { hdel, hget, hgetall, hset, hsetnx, zadd, zrange, zrangebyscore, zrem, zscore } from "./set-commands.ts";
import { xadd, xdel, xlen, xrange } from "./stream-commands.ts";
import { del, exists, expire, flushall, get, keys, mget, type Run, set, ttl, type } from "./text-commands.ts";
import { ReplyError } from "./values.ts";

/** What Redis may say to everything, or to what would write, instead of doing it. */
export type Refusal = "OOM" | "READONLY" | "MISCONF" | "LOADING";

/** `grow`: writes what may need memory, so it is refused where there is none left; `write`: writes, but only less. */
type Effect = "read" | "write" | "grow";

interface Command {
  readonly effect: Effect;
  readonly run: Run;
}

const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  ...named("read", { get, mget, exists, type, keys, ttl: ttl(1_000), pttl: ttl(1), hget, hgetall }),
  ...named("read", { zrange, zrangebyscore, zscore, xlen, xrange, lrange }),
  ...named("write", { del, expire: expire(1_000), pexpire: expire(1), flushall, hdel, zrem, xdel }),
  ...named("grow", { set, hset, hsetnx, zadd, xadd, rpush }),
]);

/** The commands that are one lookup or one change, in small letters. */
export const PLAIN_COMMANDS: readonly string[] = [...COMMANDS.keys()];

/** Does one command within a unit; throws `ReplyError` where Redis would refuse it or not know it. */
export type CallRedis = (name: string, ...args: string[]) => unknown;

/** Takes the data and what Redis refuses now; returns what does commands, as `redis.call` does within a script. */
export function createCaller(data: Keyspace, refusal: () => Refusal | null): CallRedis {
  return (name, ...args) => {
    const command = COMMANDS.get(name);
    if (command === undefined) throw new ReplyError(`ERR unknown command '${name}'`);
    refuse(refusal(), command.effect, data.isDirty());
    return command.run(data, args);
  };
}

/** Takes a command's name and what Redis refuses now; throws what it answers to that command before it is done. */
export function checkQueued(name: string, refusal: Refusal | null): void {
  refuse(refusal, COMMANDS.get(name)?.effect ?? "write", false);
}

const WORDS: Readonly<Record<Refusal, string>> = {
  OOM: "OOM command not allowed when used memory > 'maxmemory'.",
  READONLY: "READONLY You can't write against a read only replica.",
  MISCONF: "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk.",
  LOADING: "LOADING Redis is loading the dataset in memory",
};

const REFUSED: Readonly<Record<Refusal, readonly Effect[]>> = {
  OOM: ["grow"],
  READONLY: ["write", "grow"],
  MISCONF: ["write", "grow"],
  LOADING: ["read", "write", "grow"],
};

/** Throws where this is refused. A script that has written already may write on: Redis refuses all of it or nothing. */
export function refuse(refusal: Refusal | null, effect: Effect, isDirty: boolean): void {
  if (refusal !== null && !isDirty && REFUSED[refusal].includes(effect)) throw new ReplyError(WORDS[refusal]);
}

function named(effect: Effect, runs: Readonly<Record<string, Run>>): [string, Command][] {
  return Object.entries(runs).map(([name, run]) => [name, { effect, run }]);
}
