import { keys } from "../../../src/jobs/keys.ts";
import { readReport } from "../../../src/jobs/redis-report.ts";
import type { LedgerRow } from "../../../src/workflows/ports.ts";
import { createMemoryBull, type MemoryBull } from "../../fakes/redis/memory-bull.ts";
import { createMemoryRedis, type MemoryRedis } from "../../fakes/redis/memory-redis.ts";
import type { Replica } from "../../fakes/redis/replicas.ts";
import type { Machine } from "../core/machine.ts";
import type { Run } from "../core/run-state.ts";
import { createLivingCluster, type LivingCluster } from "./clusters.ts";
import { type Disk, mountDisk } from "./disk.ts";
import { createSlack, type Said, type Slack } from "./slack.ts";
import { CLUSTERS, createTown, type Town } from "./town.ts";

/**
 * Takes an id of the ledger's stream and the row under it; returns what that row is known by. A Redis that was emptied may
 * give an id anew.
 */
export function entryOf(id: string, { at, what, by, request, grant, detail }: LedgerRow): string {
  return `${id}: "${what}" of ${grant ?? request} by ${by} at ${at}, ${JSON.stringify(detail)}`;
}

/** What the world tells the oracle, as it happens. */
export interface Witness {
  /** Something in a cluster was changed. */
  clusterChanged(cluster: string): void;
  /** Redis may hold rows for the ledger that it did not hold before. */
  rowsMayBeNew(): void;
  said(said: Said, isNew: boolean): void;
}

/** A row that waits in Redis, and what it is known by. */
interface Undrained {
  readonly entry: string;
  readonly row: LedgerRow;
}

/** Everything that processes meet: two clusters, Redis, Slack, a disk and people. */
export interface World {
  readonly clusters: readonly LivingCluster[];
  cluster(id: string): LivingCluster;
  readonly redis: MemoryRedis;
  readonly bull: MemoryBull;
  readonly slack: Slack;
  readonly disk: Disk;
  readonly town: Town;
  /** Rows in Redis that are not on the ledger's disk yet, by `entryOf`. */
  undrained(): readonly Undrained[];
  /** Keys of what people are still to be told. */
  untold(): readonly string[];
  /** True time. */
  now(): number;
  /** A Redis that follows the one in use. */
  replica(): Replica;
  /** The replica takes over, and another begins to follow. */
  failOver(): void;
  /** By how much Redis' clock is ahead of the true time from now on. */
  setRedisSkew(ms: number): void;
  /** By how much the time that Daypass goes by may have been wrong: its clock follows Redis' so far, see server-clock.ts. */
  clockDoubtMs(): number;
  /** How many writes the next list of AccessGrants from that cluster's cache is behind. */
  staleBy(cluster: string): number;
  whenDead(machine: Machine, work: () => void): void;
  buried(machine: Machine): void;
}

/** A step of Redis' clock up to this is followed with no other witness. */
const FOLLOWED_MS = 5_000;
/** By how much a cluster's clock may be wrong: less than is granted on, and more. */
const CLUSTER_SKEWS_MS = [0, 3_000, -3_000, 20_000, -20_000, 4_500, -4_500];

function chooseClusterSkew({ tape, count }: Run): number {
  const skewMs = CLUSTER_SKEWS_MS[tape.choose(60, CLUSTER_SKEWS_MS.length - 1)] ?? 0;
  if (skewMs !== 0) count.add(`clusters whose clock is wrong by ${Math.abs(skewMs) / 1_000} s`);
  return skewMs;
}

/** Whether a list that is so many writes behind shows other AccessGrants than there are. */
function hidesGrants({ kubernetes: { store } }: LivingCluster, writes: number): boolean {
  const { version, after } = store.history;
  return [...Array(writes).keys()].some((back) => after(version - 1 - back)?.plural === "accessgrants");
}

/** Takes a run and who hears of what happens; returns a world in which nothing has. */
export function createWorld(run: Run, witness: Witness): World {
  const { timeline, climate } = run;
  // A second one is for what may happen between two; it costs as much again.
  const clusters = CLUSTERS.slice(0, 1 + run.tape.choose(160, 1)).map((id) =>
    createLivingCluster({
      ...{ id, timeline, skewMs: chooseClusterSkew(run) },
      changed: (what) => {
        if (what !== null) run.trace.say(id, what);
        witness.clusterChanged(id);
      },
    }),
  );
  const redis = createMemoryRedis({ now: timeline.now });
  // Mostly it is a Redis that was in use before; else the first thing that workers see is one that has forgotten all.
  if (run.tape.choose(100, 1) === 0)
    redis.look("set", keys.epoch, `settled long-ago ${readReport(String(redis.ask("info")), null).life}`);
  let replica = redis.addReplica();
  let clockDoubtMs = 0;
  const deaths = new Map<Machine, (() => void)[]>();
  const rowsRead = new Map<string, Undrained & { readonly text: string }>();
  /** A row is looked at with every commit until it is drained, and read once. */
  const readRow = (id: string, text: string): Undrained => {
    const known = rowsRead.get(id);
    if (known?.text === text) return known;
    const row: LedgerRow = JSON.parse(text);
    const read = { text, entry: entryOf(id, row), row };
    rowsRead.set(id, read);
    return read;
  };
  const world: World = {
    clusters,
    redis,
    cluster: (id) => (clusters.find(({ kubernetes }) => kubernetes.id === id) ?? clusters[0]) as LivingCluster,
    bull: createMemoryBull(redis),
    slack: createSlack(witness.said),
    disk: mountDisk(run.gateOfCaller),
    town: createTown(timeline),
    undrained: () =>
      (redis.look("xrange", keys.ledger, "-", "+") as [string, string[]][]).map(([id, [, text = ""]]) =>
        readRow(id, text),
      ),
    untold: () =>
      (redis.look("xrange", keys.outbox, "-", "+") as [string, string[]][]).map(
        ([, [, text = ""]]) => JSON.parse(text).key,
      ),
    now: timeline.now,
    replica: () => replica,
    failOver: () => {
      redis.failOver(replica);
      replica = redis.addReplica();
    },
    setRedisSkew: (ms) => {
      redis.setSkew(ms);
      if (Math.abs(ms) <= FOLLOWED_MS) clockDoubtMs = Math.max(clockDoubtMs, Math.abs(ms));
    },
    clockDoubtMs: () => clockDoubtMs,
    staleBy: (id) => {
      const writes = climate.staleBy();
      if (writes > 0 && hidesGrants(world.cluster(id), writes)) run.count.add("lists from a cache that was behind");
      return writes;
    },
    whenDead: (machine, work) => void deaths.set(machine, [...(deaths.get(machine) ?? []), work]),
    buried: (machine) => {
      world.disk.writerDied(machine);
      for (const work of deaths.get(machine) ?? []) work();
      deaths.delete(machine);
    },
  };
  return world;
}
