import { settings } from "../../../src/jobs/worker.ts";
import type { CallRedis } from "./commands.ts";
import type { Script } from "./scripts.ts";

/**
 * What BullMQ's scripts do to a queue, as far as it makes a difference to Daypass: a job's id is taken until the job is
 * over, a delayed one waits for its moment, one at work is locked for 5 s at a time, and one whose lock ran out is
 * handed out again. BullMQ keeps lists where these keep sorted sets; the keys have its names.
 */
export const JOB_SCRIPTS: ReadonlyMap<string, Script> = new Map<string, Script>([
  ["addJob", addJob],
  ["takeJob", takeJob],
  ["finishJob", finishJob],
  ["delayJob", delayJob],
  ["extendLock", extendLock],
  ["takeStalledJobs", takeStalledJobs],
]);

/** What `takeJob` replies: a job as id, name, data and attempts made, or else when the next one is due; 0 for none. */
export type Taken = readonly [id: string, name: string, data: string, attemptsMade: string] | number;

/** By whose mark a worker looks at once; the other one bears the moment of the next delayed job. */
const AT_ONCE = "0";
const AT_A_MOMENT = "1";
/** As many as one look of BullMQ's brings from the delayed to the waiting. */
const PROMOTED = 1_000;

/** ARGV: id, name, data, the caller's time, delay. A job whose id is taken is ignored. */
function addJob(call: CallRedis, [queue = ""]: readonly string[], argv: readonly string[]): number {
  const [id = "", name = "", data = "", now, delay] = argv;
  if (call("exists", `${queue}:${id}`) === 1) return 0;
  call("hset", `${queue}:${id}`, "name", name, "data", data, "atm", "0");
  if (Number(delay) > 0) addDelayed(call, queue, id, Number(now) + Number(delay));
  else addWaiting(call, queue, id, "last");
  return 1;
}

/** ARGV: the worker's token, its time. */
function takeJob(call: CallRedis, [queue = ""]: readonly string[], [token = "", now = "0"]: readonly string[]): Taken {
  for (const id of listed(call, "zrangebyscore", `${queue}:delayed`, "-inf", now, "LIMIT", "0", String(PROMOTED))) {
    addWaiting(call, queue, id, "last");
    call("zrem", `${queue}:delayed`, id);
  }
  const [id] = listed(call, "zrange", `${queue}:wait`, "0", "0");
  if (id === undefined) return Number(listed(call, "zrange", `${queue}:delayed`, "0", "0", "WITHSCORES")[1] ?? 0);
  lock(call, queue, id, token);
  call("zadd", `${queue}:active`, now, id);
  call("zrem", `${queue}:wait`, id);
  const field = (name: string) => String(call("hget", `${queue}:${id}`, name) ?? "");
  return [id, field("name"), field("data"), field("atm")];
}

/** ARGV: id, token. 0 where the lock is another's or the job is gone. */
function finishJob(call: CallRedis, [queue = ""]: readonly string[], [id = "", token]: readonly string[]): number {
  if (call("get", lockOf(queue, id)) !== token) return 0;
  call("zrem", `${queue}:active`, id);
  call("zrem", `${queue}:stalled`, id);
  call("del", `${queue}:${id}`, lockOf(queue, id));
  return 1;
}

/** ARGV: id, token, attempts made, the moment. 0 where the lock is another's or the job is gone. */
function delayJob(call: CallRedis, [queue = ""]: readonly string[], argv: readonly string[]): number {
  const [id = "", token, attemptsMade = "", at] = argv;
  if (call("get", lockOf(queue, id)) !== token || call("exists", `${queue}:${id}`) === 0) return 0;
  addDelayed(call, queue, id, Number(at));
  call("hset", `${queue}:${id}`, "atm", attemptsMade);
  call("zrem", `${queue}:active`, id);
  call("zrem", `${queue}:stalled`, id);
  call("del", lockOf(queue, id));
  return 1;
}

/** ARGV: id, token. 0 where the lock is another's. */
function extendLock(call: CallRedis, [queue = ""]: readonly string[], [id = "", token = ""]: readonly string[]) {
  if (call("get", lockOf(queue, id)) !== token) return 0;
  lock(call, queue, id, token);
  call("zrem", `${queue}:stalled`, id);
  return 1;
}

/**
 * Hands out again what was at work at the last look and has no lock now, and marks what is at work now. All workers
 * together look once in 2 s. Replies how many are at work.
 */
function takeStalledJobs(call: CallRedis, [queue = ""]: readonly string[]): number {
  if (call("set", `${queue}:stalled-check`, "1", "PX", String(settings.stalledInterval), "NX") !== null) {
    for (const id of listed(call, "zrange", `${queue}:stalled`, "0", "-1")) {
      if (call("exists", lockOf(queue, id)) === 0 && call("zrem", `${queue}:active`, id) === 1) {
        addWaiting(call, queue, id, "first");
      }
    }
    call("del", `${queue}:stalled`);
    for (const id of listed(call, "zrange", `${queue}:active`, "0", "-1")) call("zadd", `${queue}:stalled`, "0", id);
  }
  return listed(call, "zrange", `${queue}:active`, "0", "-1").length;
}

function addDelayed(call: CallRedis, queue: string, id: string, at: number): void {
  call("zadd", `${queue}:delayed`, String(at), id);
  const [first] = listed(call, "zrange", `${queue}:delayed`, "0", "0");
  if (first === id) call("zadd", `${queue}:marker`, String(at), AT_A_MOMENT);
}

function addWaiting(call: CallRedis, queue: string, id: string, place: "first" | "last"): void {
  const edge = place === "first" ? "0" : "-1";
  const score = Number(listed(call, "zrange", `${queue}:wait`, edge, edge, "WITHSCORES")[1] ?? 0);
  call("zadd", `${queue}:wait`, String(place === "first" ? score - 1 : score + 1), id);
  call("zadd", `${queue}:marker`, "0", AT_ONCE);
}

function lock(call: CallRedis, queue: string, id: string, token: string): void {
  call("set", lockOf(queue, id), token, "PX", String(settings.lockDuration));
}

function lockOf(queue: string, id: string): string {
  return `${queue}:${id}:lock`;
}

function listed(call: CallRedis, name: string, ...args: string[]): string[] {
  const reply = call(name, ...args);
  return Array.isArray(reply) ? reply : [];
}
