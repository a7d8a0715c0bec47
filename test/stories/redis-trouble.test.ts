/**
 * Whatever Redis does, a running grant ends on time. The stories run side by side, each with its own Redis, its own
 * worker, and its own line to the one cluster, by which it sees no other's grants.
 */
import { beforeAll, describe, expect, inject, type TestContext, test } from "vitest";
import { startFaultProxy } from "../workbench/fault-proxy.ts";
import { useKubernetes } from "../workbench/for-tests.ts";
import { waitUntil } from "../workbench/readiness.ts";
import { type Redis, startRedis } from "../workbench/redis.ts";
import { type RedisLine, startRedisLine } from "../workbench/redis-line.ts";
import { setWorkerStage, type WorkerStage } from "./worker-stage.ts";

const NAMESPACE = "redis-trouble";
const kubernetes = useKubernetes();
let workerKubeconfig: string;
beforeAll(async () => {
  await kubernetes.createNamespace(NAMESPACE, { grantable: true });
  workerKubeconfig = await kubernetes.serviceAccountKubeconfig("daypass-system", "worker");
});

/** A second by the promise, and what asking costs on a busy machine. */
const ON_TIME_MS = 1_000 + 200;

interface Ground {
  readonly stage: WorkerStage;
  readonly line: RedisLine;
}

type Settings = Readonly<Record<string, string>>;

/** A worker whose line to Redis can break, ready to lend. */
async function prepare({ onTestFinished }: TestContext, redisSettings: Settings = {}): Promise<Ground> {
  const proxy = await startFaultProxy(kubernetes.coordinates, { ownGrantsOnly: true });
  onTestFinished(() => proxy.close());
  const clusters = [{ id: "prod", kubeconfig: proxy.writeKubeconfig(workerKubeconfig) }];
  const lines: RedisLine[] = [];
  const lineTo = async (redis: Redis) => {
    const line = await startRedisLine(redis.port);
    onTestFinished(() => line.close());
    lines.push(line);
    return line;
  };
  const options = { kubernetes, namespaces: [NAMESPACE], clusters, redisSettings, lineTo };
  const stage = await setWorkerStage(options, onTestFinished);
  const [line] = lines;
  if (line === undefined) throw new Error("there is no line");
  await stage.installation.startWorker();
  return { stage, line };
}

async function setting(redis: Redis, name: string, value: string): Promise<void> {
  expect(await redis.ask(`CONFIG SET ${name} ${value}`)).toBe("+OK\r\n");
}

/** Lends for a few seconds, begins the trouble, and sees the grant end on time, with nothing left of it. */
async function expectOnTime({ stage: { desk, probes } }: Ground, begin: () => Promise<void> | void): Promise<void> {
  const approved = await desk.lend({ seconds: 5, namespaces: [NAMESPACE] });
  await desk.untilArmed(approved.id);
  const holder = await probes.hold(approved);

  await begin();
  const { lagMs, status } = await holder.firstRefusal();

  expect(status).toBe(403);
  expect(lagMs).toBeGreaterThan(-5);
  expect(lagMs).toBeLessThan(ON_TIME_MS);
  const probe = async () => !(await probes.isThere(approved));
  await waitUntil({ what: "All of the grant is gone", probe, timeoutMs: 15_000 });
}

/** What goes wrong while the grant runs. */
const troubles: { readonly trouble: string; begin(ground: Ground): Promise<void> | void }[] = [
  { trouble: "cannot be reached", begin: ({ line }) => line.refuse() },
  { trouble: "hangs", begin: ({ line }) => line.hang() },
  { trouble: "takes half a second for every answer", begin: ({ line }) => line.slow(250) },
  { trouble: "is killed", begin: ({ stage }) => stage.redis.kill() },
  {
    trouble: "was emptied",
    begin: async ({ stage }) => {
      expect(await stage.redis.ask("FLUSHALL")).toBe("+OK\r\n");
    },
  },
  { trouble: "is full", begin: ({ stage }) => setting(stage.redis, "maxmemory", "1mb") },
  {
    trouble: "takes no writes",
    begin: async ({ stage }) => {
      expect(await stage.redis.ask("REPLICAOF 127.0.0.1 1")).toBe("+OK\r\n");
    },
  },
  { trouble: "evicts what it likes", begin: ({ stage }) => setting(stage.redis, "maxmemory-policy", "allkeys-lru") },
  { trouble: "stopped writing its append-only file", begin: ({ stage }) => setting(stage.redis, "appendonly", "no") },
];

describe.concurrent("a running grant is refused within a second of its end", { timeout: 40_000 }, () => {
  test.for(troubles)("P1 · when Redis $trouble", async ({ begin }, context) => {
    const ground = await prepare(context);
    await expectOnTime(ground, () => begin(ground));
  });

  test("P1 · when Redis failed over to a replica that had heard nothing of it", async (context) => {
    const ground = await prepare(context);
    const { guardian, redis } = ground.stage;
    const replica = await startRedis({
      ...{ guardian, server: inject("redisServer"), folder: guardian.folder },
      settings: { replicaof: `127.0.0.1 ${redis.port}` },
    });
    const probe = async () => (await replica.ask("INFO replication")).includes("master_link_status:up");
    await waitUntil({ what: "The replica follows", probe, timeoutMs: 10_000 });
    // It falls behind: everything from here on is lost with the first one.
    expect(await replica.ask("REPLICAOF NO ONE")).toBe("+OK\r\n");

    await expectOnTime(ground, async () => {
      ground.line.leadTo(replica.port);
      await redis.kill();
    });
  });
});

describe.concurrent("what Redis is trusted with", { timeout: 40_000 }, () => {
  test("P5 · what was acknowledged survives kill -9 of Redis: the approval is there and is carried out", async (context) => {
    const { stage } = await prepare(context);
    const { desk, redis } = stage;
    await desk.refreshPeople();
    const request = await desk.ask({ seconds: 30, namespaces: [NAMESPACE] });

    const approved = await desk.approve(request);
    await redis.kill();
    await redis.restart();

    const probe = async () => (await desk.grant(approved.id)) !== null;
    await waitUntil({ what: "The record is there", probe, timeoutMs: 5_000 });
    const grant = await desk.untilArmed(approved.id);
    expect(grant.end).toBe(approved.end);
    await desk.revoke(approved.id);
    await desk.untilEnded(approved.id);
  });

  test.for([
    { unsafe: { "maxmemory-policy": "allkeys-lru" }, said: "maxmemory-policy is allkeys-lru" },
    { unsafe: { appendonly: "no" }, said: "appendonly is no" },
  ])("P7 · a worker on a Redis with $said starts for endings only and says why", async ({ unsafe, said }, context) => {
    const { stage } = await prepare(context, unsafe);
    const [worker] = stage.guardian.children().filter(({ name }) => name.startsWith("worker"));
    const approved = await stage.desk.lend({ seconds: 4, namespaces: [NAMESPACE] });

    const ended = await stage.desk.untilEnded(approved.id);

    expect(worker?.readLog()).toMatch(new RegExp(`${said}.*"endings only"`));
    // The yes came from a desk that knows nothing of this Redis; the worker makes nothing of it until its end.
    expect(ended.activeAt).toBeNull();
    expect(await stage.probes.isThere(approved)).toBe(false);
  });
});
