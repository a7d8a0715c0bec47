/** Redis in trouble: F2 to F5 of performance.md §5.4, and a full disk. */
import { execFileSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { startRedis } from "../workbench/redis.ts";
import { redisDead as dead, redisFrozen, redisSilent, redisSlow, redisTold } from "./breaks.ts";
import { BOUNDS, type Case, type CaseStage } from "./case.ts";
import { redisAnswers } from "./evidence.ts";
import { aheadOfEnd, atOnce, beforeEnd, faultCase, trouble, whenActive, whenDecided } from "./fault-case.ts";
import { flush, flushedInAbsence, untilShown } from "./flush.ts";
import { playOnReplica, playWithSecond } from "./plays.ts";

/** What Slack was told may not have been written down while Redis was away. */
const unkept = { unkept: 1 } as const;
/** So late that nobody may have known of the record when the end came. */
const gone = { ...unkept, forgotten: "gone" } as const;

/** Returns Redis' troubles. */
export function redisFaults(): readonly Case[] {
  return [
    faultCase("F2 Redis is killed for 4 s in mid-life", trouble(whenActive, "Redis is dead", 4_000, dead), {
      allows: unkept,
    }),
    faultCase("F2 Redis is killed for 20 s across the end", trouble(aheadOfEnd(4_000), "Redis is dead", 20_000, dead), {
      allows: unkept,
    }),
    faultCase("F2 Redis is killed for 60 s across the end", trouble(aheadOfEnd(4_000), "Redis is dead", 60_000, dead), {
      ...{ allows: unkept, replicas: 2, boundMs: BOUNDS.alarm },
    }),
    faultCase("F2 Redis is killed for 8 s right after the yes", trouble(whenDecided, "Redis is dead", 8_000, dead), {
      ...{ allows: unkept, seconds: 24 },
    }),
    faultCase(
      "F3 Redis hangs for 20 s across the end",
      trouble(aheadOfEnd(4_000), "Redis is frozen", 20_000, redisFrozen),
      {
        allows: unkept,
      },
    ),
    faultCase(
      "F3 the lines to Redis are silent for 20 s across the end",
      trouble(aheadOfEnd(4_000), "nothing gets through to Redis", 20_000, redisSilent),
      { allows: unkept, replicas: 2 },
    ),
    faultCase(
      "F3 Redis is slow: 300 ms each way, all the time",
      trouble(atOnce, "Redis is slow", 25_000, redisSlow(300)),
      { allows: { ...unkept, refused: "or granted" }, seconds: 20 },
    ),
    faultCase("F3 the lines to Redis are reset ten times from the yes on", linesReset, { allows: unkept, seconds: 16 }),
    faultCase("F4 FLUSHALL in mid-life", flushedInMidLife, {
      ...{ allows: { ...unkept, forgotten: "rebuilt" }, boundMs: BOUNDS.heard, seconds: 36 },
      ...{ play: playWithSecond, kubeconfigs: 2 },
    }),
    faultCase("F4 FLUSHALL one second before the end", flushedLate, { allows: gone, replicas: 2 }),
    faultCase("F4 FLUSHALL while no worker lives", flushedInAbsence, { allows: gone, boundMs: BOUNDS.timer }),
    faultCase("F4 failover to a replica in mid-life", failover, { allows: unkept }),
    faultCase("F4 failover to a replica as the yes is answered", failoverAtYes, {
      ...{ allows: unkept, seconds: 24, play: playOnReplica },
    }),
    ...fullCases(),
  ];
}

/** Redis answers, and takes no writes. */
function fullCases(): readonly Case[] {
  return [
    faultCase(
      "F5 Redis is full (maxmemory) for 10 s across the end",
      trouble(
        aheadOfEnd(4_000),
        "Redis is full",
        10_000,
        redisTold("CONFIG SET maxmemory 1mb", "CONFIG SET maxmemory 0", "SET chaos:probe 1", /OOM/),
      ),
      { allows: unkept },
    ),
    faultCase(
      "F5 Redis is READONLY for 10 s across the end",
      trouble(
        aheadOfEnd(4_000),
        "Redis is READONLY",
        10_000,
        redisTold("REPLICAOF 127.0.0.1 1", "REPLICAOF NO ONE", "SET chaos:probe 1", /READONLY/),
      ),
      { allows: unkept },
    ),
    faultCase(
      "F5 Redis may evict (allkeys-lru) from the yes on for 10 s",
      trouble(
        whenActive,
        "maxmemory-policy is allkeys-lru",
        10_000,
        redisTold(
          "CONFIG SET maxmemory-policy allkeys-lru",
          "CONFIG SET maxmemory-policy noeviction",
          "CONFIG GET maxmemory-policy",
          /allkeys-lru/,
        ),
      ),
    ),
    faultCase(
      "F5 the disk under Redis is full for 10 s across the end",
      trouble(aheadOfEnd(4_000), "the append-only file cannot grow", 10_000, fullDisk),
      { allows: unkept },
    ),
  ];
}

async function linesReset(stage: CaseStage): Promise<void> {
  await stage.records.decided;
  for (let i = 0; i < 10; i++) {
    const since = Date.now();
    stage.say("every line is reset");
    for (const { redis } of stage.lane.slots()) redis.reset();
    await wait(300);
    // Whose line was reset says who it is on the next one.
    const again = stage.lane.notes.all().find(({ at, what }) => at >= since && /^(CLIENT|INFO|HELLO)/.test(what));
    if (again !== undefined) stage.hit(`${again.who} begins anew: ${again.what}`);
  }
}

/** With time enough that what the cluster holds is read back, and that somebody gets a kubeconfig by it. */
async function flushedInMidLife(stage: CaseStage): Promise<void> {
  await untilShown(stage);
  await flush(stage);
}

async function flushedLate(stage: CaseStage): Promise<void> {
  await beforeEnd(stage, 1_000);
  await flush(stage);
}

/** The replica has all by then; the one before is dead, and every line leads to the other. */
async function failover(stage: CaseStage): Promise<void> {
  const takeOver = await follower(stage);
  await stage.records.active;
  await takeOver();
}

/** The yes is answered, and in the same moment Redis dies: what a replica has not confirmed must not be answered. */
async function failoverAtYes(stage: CaseStage): Promise<void> {
  const { lane } = stage;
  const takeOver = await follower(stage);
  const struck = Promise.withResolvers<void>();
  stage.over.addEventListener("abort", () => struck.resolve(), { once: true });
  lane.trap.set({ side: "bot", line: "slack", call: "ack approve_request", nth: 1, when: "after" }, async () => {
    await takeOver();
    struck.resolve();
    return "pass";
  });
  stage.say("a replica follows");
  await struck.promise;
}

/** Starts a replica that has all; returns what kills its master and puts it in its place. */
async function follower(stage: CaseStage): Promise<() => Promise<void>> {
  const { lane } = stage;
  const replica = await startRedis({
    ...{ guardian: lane.guardian, server: lane.redisServer, folder: lane.folder },
    settings: { replicaof: `127.0.0.1 ${lane.redis.port}` },
  });
  await lane.straight.redis.set("chaos:probe", "1");
  if ((await lane.straight.redis.wait(1, 10_000)) !== 1) throw new Error("the replica does not follow");
  return async () => {
    stage.say("Redis is killed, and its replica becomes the master");
    await lane.redis.kill();
    await replica.ask("REPLICAOF NO ONE");
    lane.follow(replica);
    const found = await redisAnswers("INFO replication", /role:master/)(stage);
    if (found !== null) stage.hit(found);
  };
}

/** Redis says MISCONF once a write to its file has failed. */
const fullDisk = { breaks: fillDisk, mends: freeDisk, met: redisAnswers("SET chaos:probe 1", /MISCONF/) };

/** No file of this process may grow beyond what its append-only file has by now: to it, that is a full disk. */
function fillDisk({ lane }: CaseStage): void {
  limitFiles(
    lane.redis.pid(),
    String(Math.max(...appendOnlyFiles(lane.redis.folder).map((path) => statSync(path).size))),
  );
}

function freeDisk({ lane }: CaseStage): void {
  limitFiles(lane.redis.pid(), "unlimited");
}

/** Only the soft limit, which needs no root to be lifted. From util-linux, so on Linux alone. */
function limitFiles(pid: number, bytes: string): void {
  execFileSync("prlimit", [`--pid=${pid}`, `--fsize=${bytes}:`]);
}

function appendOnlyFiles(folder: string): string[] {
  const files = join(folder, "appendonlydir");
  return readdirSync(files).map((name) => join(files, name));
}
