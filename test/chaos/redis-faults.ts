/** Redis in trouble: F2 to F5 of performance.md §5.4, and a full disk. */
import { execFileSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { startRedis } from "../workbench/redis.ts";
import { BOUNDS, type Case, type CaseStage } from "./case.ts";
import { flushedInAbsence } from "./controls/controls.ts";
import { aheadOfEnd, atOnce, faultCase, trouble, whenActive, whenDecided } from "./fault-case.ts";

const kill = {
  breaks: ({ lane }: CaseStage) => lane.redis.kill(),
  mends: ({ lane }: CaseStage) => lane.redis.restart(),
};
const pause = {
  breaks: ({ lane }: CaseStage) => lane.redis.pause(),
  mends: ({ lane }: CaseStage) => lane.redis.resume(),
};
const lines = (act: "hang" | "heal" | "refuse" | "reset") => (stage: CaseStage) =>
  Promise.all(stage.lane.slots().map(({ redis }) => redis[act]()));
const slow = (ms: number) => (stage: CaseStage) => stage.lane.slots().map(({ redis }) => redis.slow(ms));
const say = (command: string) => (stage: CaseStage) => stage.lane.redis.ask(command);

/** What Slack was told may not have been written down while Redis was away. */
const unkept = { unkept: 1 } as const;
/** Flushed records are rebuilt from the cluster, which does not know what people said in Slack. */
const forgotten = { ...unkept, lostWords: true, lostRequest: true } as const;

/** Returns Redis' troubles. */
export function redisFaults(): readonly Case[] {
  return [
    faultCase("F2 Redis is killed for 4 s in mid-life", trouble(whenActive, "Redis is dead", 4_000, kill), {
      allows: unkept,
    }),
    faultCase("F2 Redis is killed for 20 s across the end", trouble(aheadOfEnd(4_000), "Redis is dead", 20_000, kill), {
      allows: unkept,
    }),
    faultCase("F2 Redis is killed for 60 s across the end", trouble(aheadOfEnd(4_000), "Redis is dead", 60_000, kill), {
      ...{ allows: unkept, replicas: 2, boundMs: BOUNDS.alarm },
    }),
    faultCase("F2 Redis is killed for 8 s right after the yes", trouble(whenDecided, "Redis is dead", 8_000, kill), {
      ...{ allows: unkept, seconds: 24 },
    }),
    faultCase("F3 Redis hangs for 20 s across the end", trouble(aheadOfEnd(4_000), "Redis is frozen", 20_000, pause), {
      allows: unkept,
    }),
    faultCase(
      "F3 the lines to Redis are silent for 20 s across the end",
      trouble(aheadOfEnd(4_000), "nothing gets through to Redis", 20_000, {
        breaks: lines("hang"),
        mends: lines("heal"),
      }),
      { allows: unkept, replicas: 2 },
    ),
    faultCase(
      "F3 Redis is slow: 300 ms each way, all the time",
      trouble(atOnce, "Redis is slow", 25_000, { breaks: slow(300), mends: slow(0) }),
      { allows: { ...unkept, refused: true }, seconds: 20 },
    ),
    faultCase(
      "F3 the lines to Redis are reset ten times from the yes on",
      async (stage) => {
        await stage.records.decided;
        for (let i = 0; i < 10; i++)
          await trouble(atOnce, "every line is reset", 300, { breaks: lines("reset"), mends: () => {} })(stage);
      },
      { allows: unkept, seconds: 16 },
    ),
    faultCase(
      "F4 FLUSHALL in mid-life",
      trouble(whenActive, "FLUSHALL", 0, { breaks: say("FLUSHALL"), mends: () => {} }),
      {
        ...{ allows: forgotten, boundMs: BOUNDS.heard },
      },
    ),
    faultCase(
      "F4 FLUSHALL one second before the end",
      trouble(aheadOfEnd(1_000), "FLUSHALL", 0, { breaks: say("FLUSHALL"), mends: () => {} }),
      { allows: forgotten, replicas: 2 },
    ),
    faultCase("F4 FLUSHALL while no worker lives", flushedInAbsence, { allows: forgotten, boundMs: BOUNDS.timer }),
    faultCase("F4 failover to a replica in mid-life", failover, { allows: { ...unkept, lostRequest: true } }),
    ...fullCases(),
  ];
}

/** Redis answers, and takes no writes. */
function fullCases(): readonly Case[] {
  return [
    faultCase(
      "F5 Redis is full (maxmemory) for 10 s across the end",
      trouble(aheadOfEnd(4_000), "Redis is full", 10_000, {
        breaks: say("CONFIG SET maxmemory 1mb"),
        mends: say("CONFIG SET maxmemory 0"),
      }),
      { allows: unkept },
    ),
    faultCase(
      "F5 Redis is READONLY for 10 s across the end",
      trouble(aheadOfEnd(4_000), "Redis is READONLY", 10_000, {
        breaks: say("REPLICAOF 127.0.0.1 1"),
        mends: say("REPLICAOF NO ONE"),
      }),
      { allows: unkept },
    ),
    faultCase(
      "F5 Redis may evict (allkeys-lru) from the yes on for 10 s",
      trouble(whenActive, "maxmemory-policy is allkeys-lru", 10_000, {
        breaks: say("CONFIG SET maxmemory-policy allkeys-lru"),
        mends: say("CONFIG SET maxmemory-policy noeviction"),
      }),
    ),
    faultCase(
      "F5 the disk under Redis is full for 10 s across the end",
      trouble(aheadOfEnd(4_000), "the append-only file cannot grow", 10_000, { breaks: fillDisk, mends: freeDisk }),
      { allows: unkept },
    ),
  ];
}

/** The replica has all by then; the one before is dead, and every line leads to the other. */
async function failover(stage: CaseStage): Promise<void> {
  const { lane } = stage;
  const replica = await startRedis({
    ...{ guardian: lane.guardian, server: lane.redisServer, folder: lane.folder },
    settings: { replicaof: `127.0.0.1 ${lane.redis.port}` },
  });
  await stage.records.active;
  stage.say("Redis is killed, and its replica becomes the master");
  await lane.redis.kill();
  await replica.ask("REPLICAOF NO ONE");
  lane.follow(replica);
}

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
