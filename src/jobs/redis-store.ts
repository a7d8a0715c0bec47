import { randomUUID } from "node:crypto";
import type { Redis, Result } from "ioredis";
import { type Grant, isLive } from "../workflows/grant.ts";
import type { History } from "../workflows/history.ts";
import { dueAt } from "../workflows/next-step.ts";
import type { Millis } from "../workflows/person.ts";
import type { Clock, Commit, DeliveryCheck, Due, Ref, Store, Write } from "../workflows/ports.ts";
import type { Request } from "../workflows/request.ts";
import { forgetAt, forgetHistoryAt } from "../workflows/retention.ts";
import { COMMIT_LUA } from "./commit.lua.ts";
import { keys } from "./keys.ts";
import { readRecord, writeRecord } from "./record-text.ts";
import { openReplicaLine } from "./replica-line.ts";
import { answered } from "./store-unavailable.ts";

declare module "ioredis" {
  interface RedisCommander<Context> {
    commitDaypass(numberOfKeys: number, ...keysAndArguments: (string | number)[]): Result<"saved" | "raced", Context>;
  }
}

export interface StoreOptions {
  /** By whose time records are forgotten; this machine's own where none is given. */
  readonly clock?: Clock;
  /**
   * How many replicas follow Redis now (see redis-health.ts). While there are any, a commit counts as saved only when
   * one of them has it too, so that a failover loses no click that was answered.
   */
  readonly replicas?: () => number;
}

/** Much longer than a client tries to send the same commit again, which is 1.5 s. */
const COMMIT_SECONDS = 60;
const CHECK_MEMBER = /^c:(\d+):([^:]+):(.*)$/;
/** Records read by one command. */
const PAGE = 500;

/** Takes a producer's connection; returns the store of requests and grants. Rejects with `StoreUnavailable`. */
export function createRedisStore(redis: Redis, options: StoreOptions = {}): Store {
  const { clock = { now: () => Date.now() }, replicas = () => 0 } = options;
  redis.defineCommand("commitDaypass", { lua: COMMIT_LUA });
  const line = openReplicaLine(redis);
  return {
    request: (id) => load<Request>(redis, keys.request(id)),
    grant: (id) => load<Grant>(redis, keys.grant(id)),
    history: (id) => load<History>(redis, keys.history(id)),
    commit: async (commit) => {
      const key = keys.commit(randomUUID());
      const outcome = await answered(save(redis, key, commit, clock.now()));
      if (outcome === "saved" && replicas() > 0) await line.confirm(key);
      return outcome;
    },
    live: () => loadLive(redis),
    due: (now, limit) => loadDue(redis, now, limit),
    checkDueAt: async (check) => {
      const moment = await answered(redis.zscore(keys.due, memberOfCheck(check)));
      return moment === null ? null : Number(moment);
    },
    settleCheck: async (check) => {
      await answered(redis.zrem(keys.due, memberOfCheck(check)));
    },
  };
}

async function load<State>(redis: Redis, key: string): Promise<State | null> {
  return parse<State>(await answered(redis.get(key)));
}

/** A record is its version, a space and its state: see commit.lua.ts. */
function parse<State>(text: string | null): State | null {
  return text === null ? null : (readRecord(text.slice(text.indexOf(" ") + 1)) as State);
}

function save(redis: Redis, key: string, commit: Commit, now: Millis): Promise<"saved" | "raced"> {
  const { writes, tellings, rows, checks = [], owed } = commit;
  const records = writes.map(({ kind, next }) => keys[kind](next.id));
  return redis.commitDaypass(
    4 + records.length,
    ...[keys.due, keys.outbox, keys.ledger, key, ...records],
    ...[COMMIT_SECONDS, writes.length, tellings.length, rows.length],
    ...writes.flatMap((write) => writeArguments(write, now)),
    ...tellings.map((telling) => JSON.stringify(telling)),
    ...rows.map((row) => JSON.stringify(row)),
    ...(owed === undefined ? ["", ""] : [memberOfCheck(owed.check), owed.settles ? "settles" : ""]),
    ...checks.flatMap((check) => [check.at, memberOfCheck(check)]),
  );
}

function writeArguments(write: Write, now: Millis): (string | number)[] {
  const { expected, next } = write;
  const { member, due, forget } = placeOf(write, now);
  // Told as a length of time: by a moment, a clock that is a week behind Redis' would have it forgotten at once.
  const keptMs = forget === null ? "" : forget - now;
  return [member, expected ?? "", next.version, writeRecord(next), due ?? "", keptMs];
}

/** A history is looked up and never due, so its name is in no index: the script takes it out of one that does not hold it. */
function placeOf(write: Write, now: Millis): { member: string; due: Millis | null; forget: Millis | null } {
  const { id } = write.next;
  if (write.kind === "history") return { member: `h:${id}`, due: null, forget: forgetHistoryAt(write.next, now) };
  return { member: memberOf({ kind: write.kind, id }), due: dueAt(write.next), forget: forgetAt(write.next, now) };
}

/** What is live is among what somebody must still look at; the index is written with the state, so the two agree. */
async function loadLive(redis: Redis): Promise<{ requests: Request[]; grants: Grant[] }> {
  const refs = (await answered(redis.zrange(keys.due, 0, -1))).map(parseMember);
  const [requests, grants] = await Promise.all([
    loadAll<Request>(redis, idsOf(refs, "request").map(keys.request)),
    loadAll<Grant>(redis, idsOf(refs, "grant").map(keys.grant)),
  ]);
  return { requests: requests.filter((request) => request.state === "pending"), grants: grants.filter(isLive) };
}

/** Page by page, so that no other command waits long behind one of these. */
async function loadAll<State>(redis: Redis, names: readonly string[]): Promise<State[]> {
  const found: State[] = [];
  for (let from = 0; from < names.length; from += PAGE) {
    const texts = await answered(redis.mget(names.slice(from, from + PAGE)));
    found.push(...texts.map((text) => parse<State>(text)).filter((state) => state !== null));
  }
  return found;
}

async function loadDue(redis: Redis, now: Millis, limit: number): Promise<Due[]> {
  const members = await answered(redis.zrangebyscore(keys.due, "-inf", now, "LIMIT", 0, limit));
  return members.map(parseMember);
}

function idsOf(refs: readonly Due[], kind: Ref["kind"]): string[] {
  return refs.filter((ref) => ref.kind === kind).map((ref) => ref.id);
}

/** Short, since there is one for each record: ten thousand of them fit in a megabyte. */
function memberOf({ kind, id }: Ref): string {
  return `${kind === "grant" ? "g" : "r"}:${id}`;
}

/** All that it takes to make the check: there is no record of it. */
function memberOfCheck({ id, grant, n }: DeliveryCheck): string {
  return `c:${n}:${grant}:${id}`;
}

function parseMember(member: string): Due {
  const check = CHECK_MEMBER.exec(member);
  if (check !== null) {
    const [, n = "", grant = "", id = ""] = check;
    return { kind: "check", id, grant, n: Number(n) };
  }
  return { kind: member.startsWith("g:") ? "grant" : "request", id: member.slice(2) };
}
