/** The bot's part, played by the bench's own process with the code the bot runs, wired as src/main.ts does it. */
import type { Redis } from "ioredis";
import { hashedIds } from "../src/ids.ts";
import { createBullWaker } from "../src/jobs/bull-waker.ts";
import { openQueue, WAKES } from "../src/jobs/queues.ts";
import { connectProducer } from "../src/jobs/redis.ts";
import { createRedisFacts } from "../src/jobs/redis-facts.ts";
import { createRedisPeople } from "../src/jobs/redis-people.ts";
import { createRedisStore } from "../src/jobs/redis-store.ts";
import { readPolicy } from "../src/policy/read-policy.ts";
import { decide } from "../src/workflows/access.ts";
import { followAsking } from "../src/workflows/consequences.ts";
import type { Desk } from "../src/workflows/desk.ts";
import { endGrant, endGrants } from "../src/workflows/end-early.ts";
import type { Lent } from "../src/workflows/grant.ts";
import type { ClusterFacts, Events } from "../src/workflows/ports.ts";
import { isRefusal } from "../src/workflows/refusal.ts";
import type { PendingRequest, Target } from "../src/workflows/request.ts";
import { clickOn } from "../test/fakes/sample-asking.ts";
import { wallNow } from "./pace.ts";
import { ASKERS, freshAsker, freshRecords, pendingRequest } from "./requests.ts";
import { type Named, type Outcome, waitForFacts, waitForOutcomes, waitUntil, waitUntilQuiet } from "./waits.ts";

/** A grant that was asked for and approved, and the moment before the approval. */
export interface Approved {
  readonly grant: Pick<Lent, "id" | "end" | "namespaces" | "cluster" | "grantee">;
  readonly clickedAt: number;
}

export interface BenchDesk {
  /** What the bot's use cases stand on, for those who write what no click does. */
  readonly ports: Desk;
  readonly redis: Redis;
  /** What the worker published of the cluster; waits for it. */
  facts(): Promise<ClusterFacts>;
  /** Writes people down as read from Slack just now; the worker acts on no record older than five minutes. */
  refreshPeople(): Promise<void>;
  /** Records a request that waits for its click. */
  record(name: string, target: Target, durationSeconds: number): Promise<PendingRequest>;
  /** The click. */
  approve(request: PendingRequest): Promise<Approved>;
  /** Resolves when all are as wanted; throws when one of them went another way. */
  until(grants: readonly Named[], wanted: "armed" | "ended"): Promise<void>;
  /** What came of each, in their order, as soon as it is known of all: `armed`, or why it ended before its time. */
  outcomes(grants: readonly Named[]): Promise<readonly Outcome[]>;
  /** Resolves when the worker has nothing to look at. */
  untilQuiet(): Promise<void>;
  /** A revocation by the approver. */
  revoke(grant: Named): Promise<void>;
  /** On-call's one click on all of them. */
  revokeAll(grants: readonly Named[]): Promise<void>;
  /** Redis's own word on one of its settings. */
  redisSetting(name: string): Promise<string>;
  close(): Promise<void>;
}

const events: Events = {
  happened: () => {},
  failed: (what, fields, cause) => console.error(`bench: ${what}`, fields, cause),
};

/** Takes where Redis and the policy are; returns the bot's part. */
export async function openDesk(redisUrl: string, policyPath: string): Promise<BenchDesk> {
  const connection = connectProducer(redisUrl, events);
  await connection.ready(5_000);
  const { redis } = connection;
  const wakes = openQueue(WAKES, redis, events);
  const clock = { now: () => Date.now() };
  const inForce = await readPolicy(policyPath);
  const desk: Desk = {
    ...{ clock, events, ids: hashedIds, store: createRedisStore(redis), people: createRedisPeople(redis) },
    ...{ facts: createRedisFacts(redis), waker: createBullWaker(wakes, clock), policy: { current: () => inForce } },
    // The bench's Redis is as it should be, and there is one clock.
    caution: { whyNot: () => null },
  };
  return {
    ...{ ports: desk, redis },
    facts: () => waitForFacts(desk),
    refreshPeople: async () => {
      const now = Date.now();
      const askers = ASKERS.map((person) => freshAsker(person, now));
      await Promise.all([freshRecords(now).approver, ...askers].map((record) => desk.people.save(record)));
    },
    record: async (name, target, seconds) => {
      const next = pendingRequest(name, target, seconds);
      const saved = await desk.store.commit({
        writes: [{ kind: "request", expected: null, next }],
        ...followAsking(next, null),
      });
      if (saved !== "saved") throw new Error(`request ${next.id} is there already`);
      return next;
    },
    approve: (request) => approve(desk, request),
    until: (grants, wanted) => waitUntil(desk, grants, wanted),
    outcomes: (grants) => waitForOutcomes(desk, grants),
    untilQuiet: () => waitUntilQuiet(redis),
    revoke: async ({ grant }) => {
      const { approver } = freshRecords(Date.now());
      const ended = await endGrant(desk, { by: approver, grant: grant.id, words: null });
      if (isRefusal(ended)) throw new Error(`not revoked: ${ended.refused}`);
    },
    revokeAll: (grants) => revokeAll(desk, grants),
    redisSetting: async (name) => String(((await redis.config("GET", name)) as string[])[1]),
    close: async () => {
      await wakes.close();
      await connection.close();
    },
  };
}

async function revokeAll(desk: Desk, named: readonly Named[]): Promise<void> {
  const { onCall: by } = freshRecords(Date.now());
  const ended = await endGrants(desk, { by, grants: named.map(({ grant }) => grant.id), words: "an incident" });
  const no = ended.find(isRefusal);
  if (no !== undefined) throw new Error(`not revoked: ${no.refused}`);
}

async function approve(desk: Desk, request: PendingRequest): Promise<Approved> {
  const { approver: by } = freshRecords(Date.now());
  const asker = freshAsker(request.asker, Date.now());
  const { targets } = request;
  const clickedAt = wallNow();
  const decided = await decide(desk, clickOn(request, { by, asker }));
  if (isRefusal(decided)) throw new Error(`not approved: ${decided.refused}`);
  const [target] = targets;
  if (decided.state !== "approved" || target === undefined) throw new Error(`request is ${decided.state}`);
  const { cluster, namespaces } = target;
  return {
    grant: { id: decided.grants[0] ?? "", end: decided.end, cluster, namespaces, grantee: asker.person },
    clickedAt,
  };
}
