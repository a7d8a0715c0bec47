/** The bot's part without Slack: requests and clicks by the use cases that the bot itself calls, on the same Redis. */
import { setTimeout as wait } from "node:timers/promises";
import { hashedIds } from "../../src/ids.ts";
import { createBullWaker } from "../../src/jobs/bull-waker.ts";
import { openQueue, WAKES } from "../../src/jobs/queues.ts";
import { connectProducer } from "../../src/jobs/redis.ts";
import { createRedisFacts } from "../../src/jobs/redis-facts.ts";
import { createRedisPeople } from "../../src/jobs/redis-people.ts";
import { createRedisStore } from "../../src/jobs/redis-store.ts";
import { readPolicy } from "../../src/policy/read-policy.ts";
import { decide } from "../../src/workflows/access.ts";
import { followAsking } from "../../src/workflows/consequences.ts";
import type { Desk } from "../../src/workflows/desk.ts";
import { endGrant } from "../../src/workflows/end-early.ts";
import type { ActiveGrant, EndedGrant, Grant, Lent } from "../../src/workflows/grant.ts";
import type { PersonRecord } from "../../src/workflows/person.ts";
import type { ClusterFacts } from "../../src/workflows/ports.ts";
import { isRefusal } from "../../src/workflows/refusal.ts";
import type { Needs, PendingRequest } from "../../src/workflows/request.ts";
import { createRecordedEvents } from "../fakes/recorded-events.ts";
import { clickOn } from "../fakes/sample-asking.ts";
import { northwind } from "../workbench/northwind.ts";

/** What Lena asks for and Ana says yes to. */
export interface Wish {
  readonly seconds: number;
  readonly namespaces: readonly string[];
  /** `prod` unless it says otherwise. */
  readonly cluster?: string;
  readonly profile?: "logs" | "restart" | "view";
}

/** What is known of a grant from its approval on. */
export type Approved = Pick<Lent, "id" | "end" | "namespaces" | "cluster"> & { readonly request: string };

export interface PassDesk {
  /** The ports, for stories that click for themselves. */
  readonly ports: Desk;
  /** Writes Lena and Ana down as read from Slack just now; the worker acts on no record older than five minutes. */
  refreshPeople(): Promise<void>;
  /** Records a request that waits for its click. */
  ask(wish: Wish): Promise<PendingRequest>;
  /** Ana's click. */
  approve(request: PendingRequest): Promise<Approved>;
  /** Both, for each wish; waits for what the worker has published of the clusters. */
  lend(wish: Wish): Promise<Approved>;
  /** A click by on-call, or by who approved it. */
  revoke(grant: string, by?: "noor" | "ana"): Promise<void>;
  grant(id: string): Promise<Grant | null>;
  /** Resolves when its timer's countdown runs; throws when it went another way. */
  untilArmed(id: string): Promise<ActiveGrant>;
  untilEnded(id: string, patienceMs?: number): Promise<EndedGrant>;
  close(): Promise<void>;
}

const PATIENCE_MS = 30_000;
let asked = 0;

/** Takes where Redis and the policy are; returns the desk. */
export async function openPassDesk(redisUrl: string, policyPath: string): Promise<PassDesk> {
  const events = createRecordedEvents();
  const connection = connectProducer(redisUrl, events);
  await connection.ready(5_000);
  const { redis } = connection;
  const wakes = openQueue(WAKES, redis, events);
  const clock = { now: () => Date.now() };
  const inForce = await readPolicy(policyPath);
  const desk: Desk = {
    ...{ clock, events, ids: hashedIds, store: createRedisStore(redis), people: createRedisPeople(redis) },
    ...{ facts: createRedisFacts(redis), waker: createBullWaker(wakes, clock), policy: { current: () => inForce } },
    caution: { whyNot: () => null },
  };
  const ask = (wish: Wish) => record(desk, wish);
  const click = (request: PendingRequest) => approve(desk, request);
  const refreshPeople = async () => {
    await Promise.all((["lena", "ana"] as const).map((who) => desk.people.save(person(who))));
  };
  return {
    ...{ ports: desk, refreshPeople, ask, approve: click },
    lend: async (wish) => {
      await refreshPeople();
      return click(await ask(wish));
    },
    revoke: async (grant, by = "noor") => {
      const ended = await endGrant(desk, { by: person(by), grant, words: "Revoked in a story" });
      if (isRefusal(ended)) throw new Error(`not revoked: ${ended.refused}`);
    },
    grant: (id) => desk.store.grant(id),
    untilArmed: (id) => untilArmed(desk, id),
    untilEnded: (id, patienceMs = PATIENCE_MS) => untilEnded(desk, id, patienceMs),
    close: async () => {
      await wakes.close();
      await connection.close();
    },
  };
}

/** Takes a person's policy id; returns their record as the bot would have written it just now. */
export function person(who: "lena" | "ana" | "noor"): PersonRecord {
  const slackKey = `T0HOME/${northwind[who]}`;
  const guest = who === "lena";
  return {
    person: who,
    slackKey,
    active: true,
    external: false,
    guest,
    slackGroups: [],
    askedGroups: [],
    expiresAt: null,
    readAt: Date.now(),
  };
}

/** What the rule of northwind's policy asks for. */
const NEEDS: Needs = {
  ...{ quorum: 1, differentGroups: false, notSameCompany: false, stepUp: false },
  ...{ maxSeconds: 4 * 3600, tier: "low", why: [], rules: ["acme-and-ana"] },
};

async function record(desk: Desk, { seconds, namespaces, cluster = "prod", profile = "logs" }: Wish) {
  const role = `daypass-profile-${profile}`;
  const roleHash = (await factsOf(desk, cluster, role)).roles[role]?.hash ?? "";
  asked += 1;
  const now = Date.now();
  const id = hashedIds.requestId(`${process.pid} ${now} ${asked}`);
  const next: PendingRequest = {
    ...{ id, version: 1, asker: "lena", targets: [{ cluster, namespaces, profile, role, roleHash }] },
    ...{ durationSeconds: seconds, reason: "A story about what ends", askedAt: now, lapsesAt: now + 3_600_000 },
    ...{ approvers: ["payments-approvers"], channel: "C0PAYMENTS", fingerprint: hashedIds.fingerprint(id) },
    ...{ ticket: null, startsAt: null, needs: NEEDS, yeses: [], leave: "approval" },
    ...{ policyHash: "story", extends: null, state: "pending" },
  };
  const writes = [{ kind: "request", expected: null, next }] as const;
  const saved = await desk.store.commit({ writes, ...followAsking(next, null) });
  if (saved !== "saved") throw new Error(`request ${id} is there already`);
  return next;
}

async function approve(desk: Desk, request: PendingRequest): Promise<Approved> {
  const { id, targets } = request;
  const [by, asker] = [person("ana"), person("lena")];
  const decided = await decide(desk, clickOn(request, { by, asker }));
  if (isRefusal(decided)) throw new Error(`not approved: ${decided.refused} ${decided.detail ?? ""}`);
  const [target] = targets;
  if (decided.state !== "approved" || target === undefined) throw new Error(`the request is ${decided.state}`);
  const { cluster, namespaces } = target;
  return { id: decided.grants[0] ?? "", request: id, end: decided.end, cluster, namespaces };
}

async function factsOf(desk: Desk, cluster: string, role: string): Promise<ClusterFacts> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  while (performance.now() < giveUpAt) {
    const facts = await desk.facts.of(cluster);
    if (facts?.roles[role] !== undefined) return facts;
    await wait(50);
  }
  throw new Error(`nobody has published what ${cluster} has`);
}

async function untilArmed(desk: Desk, id: string): Promise<ActiveGrant> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  while (performance.now() < giveUpAt) {
    const grant = await desk.store.grant(id);
    if (grant?.state === "active" && grant.timerArmed) return grant;
    if (grant?.state === "ending" || grant?.state === "ended") {
      throw new Error(`grant ${id} is ${grant.state} before its time: ${grant.ending.why} ${grant.ending.words ?? ""}`);
    }
    await wait(25);
  }
  throw new Error(`grant ${id} was not armed in time`);
}

async function untilEnded(desk: Desk, id: string, patienceMs: number): Promise<EndedGrant> {
  const giveUpAt = performance.now() + patienceMs;
  while (performance.now() < giveUpAt) {
    const grant = await desk.store.grant(id).catch(() => null);
    if (grant?.state === "ended") return grant;
    await wait(25);
  }
  throw new Error(`grant ${id} is ${(await desk.store.grant(id))?.state} still`);
}
