import { randomUUID } from "node:crypto";
import type { Redis, Result } from "ioredis";
import { type Grant, isLive } from "../workflows/grant.ts";
import { dueAt } from "../workflows/next-step.ts";
import type { Millis } from "../workflows/person.ts";
import type { Commit, Ref, Store, Write } from "../workflows/ports.ts";
import type { Request } from "../workflows/request.ts";
import { COMMIT_LUA } from "./commit.lua.ts";
import { keys } from "./keys.ts";
import { answered } from "./store-unavailable.ts";

declare module "ioredis" {
  interface RedisCommander<Context> {
    commitDaypass(numberOfKeys: number, ...keysAndArguments: (string | number)[]): Result<"saved" | "raced", Context>;
  }
}

/** Much longer than a client tries to send the same commit again, which is 1.5 s. */
const COMMIT_SECONDS = 60;

/** Takes a producer's connection; returns the store of requests and grants. Rejects with `StoreUnavailable`. */
export function createRedisStore(redis: Redis): Store {
  redis.defineCommand("commitDaypass", { lua: COMMIT_LUA });
  return {
    request: (id) => load<Request>(redis, keys.request(id)),
    grant: (id) => load<Grant>(redis, keys.grant(id)),
    commit: (commit) => answered(save(redis, commit)),
    live: () => loadLive(redis),
    due: (now, limit) => loadDue(redis, now, limit),
  };
}

async function load<State>(redis: Redis, key: string): Promise<State | null> {
  const text = await answered(redis.hget(key, "state"));
  return text === null ? null : JSON.parse(text);
}

function save(redis: Redis, { writes, tellings, rows }: Commit): Promise<"saved" | "raced"> {
  const records = writes.map(({ kind, next }) => keys[kind](next.id));
  return redis.commitDaypass(
    4 + records.length,
    ...[keys.due, keys.outbox, keys.ledger, keys.commit(randomUUID()), ...records],
    ...[COMMIT_SECONDS, writes.length, tellings.length, rows.length],
    ...writes.flatMap(writeArguments),
    ...tellings.map((telling) => JSON.stringify(telling)),
    ...rows.map((row) => JSON.stringify(row)),
  );
}

function writeArguments({ kind, expected, next }: Write): (string | number)[] {
  return [`${kind}:${next.id}`, expected ?? "", next.version, JSON.stringify(next), dueAt(next) ?? ""];
}

/** What is live is what somebody must still look at; the index is written with the state, so the two agree. */
async function loadLive(redis: Redis): Promise<{ requests: Request[]; grants: Grant[] }> {
  const refs = (await answered(redis.zrange(keys.due, 0, -1))).map(parseMember);
  const [requests, grants] = await Promise.all([
    Promise.all(idsOf(refs, "request").map((id) => load<Request>(redis, keys.request(id)))),
    Promise.all(idsOf(refs, "grant").map((id) => load<Grant>(redis, keys.grant(id)))),
  ]);
  return {
    requests: requests.filter((request) => request !== null).filter((request) => request.state === "pending"),
    grants: grants.filter((grant) => grant !== null).filter(isLive),
  };
}

async function loadDue(redis: Redis, now: Millis, limit: number): Promise<Ref[]> {
  const members = await answered(redis.zrangebyscore(keys.due, "-inf", now, "LIMIT", 0, limit));
  return members.map(parseMember);
}

function idsOf(refs: readonly Ref[], kind: Ref["kind"]): string[] {
  return refs.filter((ref) => ref.kind === kind).map((ref) => ref.id);
}

function parseMember(member: string): Ref {
  const [kind = "", id = ""] = member.split(":", 2);
  return { kind: kind === "grant" ? "grant" : "request", id };
}
