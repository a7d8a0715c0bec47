import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Connection, connectProducer } from "../../src/jobs/redis.ts";
import { createRedisStore } from "../../src/jobs/redis-store.ts";
import type { Store } from "../../src/workflows/ports.ts";
import { createRecordedEvents } from "../fakes/recorded-events.ts";
import { createOwnView } from "../workbench/fault-proxy-view.ts";
import type { Guardian } from "../workbench/guardian.ts";
import type { AttachedKubernetes } from "../workbench/kubernetes/attached-kubernetes.ts";
import { northwindPolicy } from "../workbench/northwind.ts";
import { type Redis, startRedis } from "../workbench/redis.ts";
import type { RedisServer } from "../workbench/redis-server.ts";
import type { SlackDouble } from "../workbench/slack-double.ts";
import { startNorthwind } from "../workbench/stage.ts";
import { createRedisNames } from "./name-redis.ts";
import { createNotes, type Notes } from "./notes.ts";
import { openSlot, type Slot } from "./slot.ts";
import { createTrap, type Trap } from "./trap.ts";

/** What the lanes of one run share. */
export interface LaneGround {
  readonly guardian: Guardian;
  readonly kubernetes: AttachedKubernetes;
  readonly redisServer: RedisServer;
  readonly workerKubeconfig: string;
}

/** Everything that one case at a time needs: its own Redis, Slack, processes and namespace; the API server is shared. */
export interface Lane {
  readonly name: string;
  readonly namespace: string;
  readonly folder: string;
  readonly ledger: string;
  readonly redis: Redis;
  readonly slack: SlackDouble;
  readonly bots: readonly [Slot, Slot];
  readonly workers: readonly [Slot, Slot];
  readonly trap: Trap;
  readonly notes: Notes;
  /** Past every line with faults. */
  readonly store: Store;
  readonly straight: Connection;
  /** Processes run in the first slot, or in both, and all is well; resolves when it is so. */
  ready(replicas: 1 | 2): Promise<void>;
  slots(): readonly Slot[];
  close(): Promise<void>;
}

/** What is unlike the usual. */
export interface LaneOptions {
  /** Another program than src/cli.ts for workers. */
  readonly workerProgram?: string;
}

/** Takes the ground and a name; opens the lane with no process of Daypass in it. */
export async function openLane(ground: LaneGround, name: string, options: LaneOptions = {}): Promise<Lane> {
  const { guardian, kubernetes } = ground;
  const [folder, namespace] = [join(guardian.folder, name), `chaos-${name}`];
  mkdirSync(join(folder, "ledger"), { recursive: true });
  const [redis, slack] = await Promise.all([
    startRedis({ guardian, server: tellingFullDisk(ground.redisServer), folder }),
    startNorthwind(guardian),
    kubernetes.createNamespace(namespace, { grantable: true }),
  ]);
  const notes = createNotes();
  const trap = createTrap(notes);
  const slotGround = {
    ...{ guardian, kubernetes, folder, prefix: `${name}-`, redisPort: redis.port, slack, trap, notes, ...options },
    ...{ workerKubeconfig: ground.workerKubeconfig, policy: northwindPolicy({ namespaces: [namespace] }) },
    ...{ view: createOwnView(), newRedisNamer: createRedisNames() },
  };
  const open = (side: Slot["side"]) => Promise.all([openSlot(slotGround, side, 1), openSlot(slotGround, side, 2)]);
  const [bots, workers] = await Promise.all([open("bot"), open("worker")]);
  const slots = [...bots, ...workers];
  const straight = connectProducer(redis.url, createRecordedEvents());
  await straight.ready(5_000);
  return {
    ...{ name, namespace, folder, ledger: join(folder, "ledger"), redis, slack, bots, workers, trap, notes, straight },
    store: createRedisStore(straight.redis),
    slots: () => slots,
    ready: (replicas) => makeReady({ bots, workers, slack }, replicas),
    close: async () => {
      await Promise.all(slots.map((slot) => slot.kill()));
      await Promise.all([...slots.map((slot) => slot.close()), straight.close(), redis.stop(), slack.stop()]);
    },
  };
}

async function makeReady(
  { bots, workers, slack }: Pick<Lane, "bots" | "workers" | "slack">,
  replicas: 1 | 2,
): Promise<void> {
  const wanted = [...workers.slice(0, replicas), ...bots.slice(0, replicas)];
  const surplus = [...bots, ...workers].filter((slot) => !wanted.includes(slot));
  await Promise.all(surplus.map((slot) => slot.stop()));
  for (const slot of wanted) if (slot.child() === null) await slot.start();
  await slack.waitForConnection(replicas);
}

/** A Redis that is told of a full disk as an error, not by the signal that ends it: a shell's `trap` outlasts `exec`. */
function tellingFullDisk({ command, env, from }: RedisServer): RedisServer {
  return { command: join(import.meta.dirname, "redis-with-full-disk.sh"), env: { ...env, REDIS_SERVER: command }, from };
}

/** Takes a lane and a process's log file name; returns what all processes of the lane have logged since an offset. */
export function readLogs(lane: Lane): string {
  return lane
    .slots()
    .map((slot) => slot.child()?.logFile)
    .filter((file) => file !== undefined)
    .map((file) => readFileSync(file, "utf8"))
    .join("\n");
}
