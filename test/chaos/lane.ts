import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Connection, connectProducer } from "../../src/jobs/redis.ts";
import { createRedisStore } from "../../src/jobs/redis-store.ts";
import type { Store } from "../../src/workflows/ports.ts";
import { createRecordedEvents } from "../fakes/recorded-events.ts";
import { createOwnView } from "../workbench/fault-proxy-view.ts";
import type { Child, Guardian } from "../workbench/guardian.ts";
import type { AttachedKubernetes } from "../workbench/kubernetes/attached-kubernetes.ts";
import { northwindPolicy } from "../workbench/northwind.ts";
import { type Redis, startRedis } from "../workbench/redis.ts";
import { startRedisLine } from "../workbench/redis-line.ts";
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
  readonly guardian: Guardian;
  readonly redisServer: RedisServer;
  /** The process that plays Slack. */
  slackProcess(): Child;
  /** All of the lane leads to another Redis from now on. The lane is good for no further case. */
  follow(redis: Redis): void;
  /** Whether it is good for no further case. */
  spoilt(): boolean;
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
  let slackProcess: Child | null = null;
  const spawn: Guardian["spawn"] = (...given) => {
    slackProcess = guardian.spawn(...given);
    return slackProcess;
  };
  const redisServer = tellingFullDisk(ground.redisServer);
  const [redis, slack] = await Promise.all([
    startRedis({ guardian, server: redisServer, folder }),
    startNorthwind({ spawn }),
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
  const own = await startRedisLine(redis.port);
  const straight = connectProducer(own.url, createRecordedEvents());
  await straight.ready(5_000);
  let spoilt = false;
  return {
    ...{ name, namespace, folder, ledger: join(folder, "ledger"), redis, slack, bots, workers, trap, notes, straight },
    ...{ guardian, redisServer, spoilt: () => spoilt },
    slackProcess: () => {
      if (slackProcess === null) throw new Error("Slack's double has no process");
      return slackProcess;
    },
    follow: (other) => {
      spoilt = true;
      for (const line of [own, ...slots.map((slot) => slot.redis)]) line.leadTo(other.port);
    },
    store: createRedisStore(straight.redis),
    slots: () => slots,
    ready: (replicas) => makeReady({ bots, workers, slack }, replicas),
    close: async () => {
      await Promise.all(slots.map((slot) => slot.kill()));
      await Promise.all([
        ...slots.map((slot) => slot.close()),
        straight.close(),
        own.close(),
        redis.stop(),
        slack.stop(),
      ]);
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
  await untilConnected(slack, replicas);
}

/** On a machine that is busy otherwise, an app may take longer than the double is patient by itself. */
async function untilConnected(slack: SlackDouble, replicas: 1 | 2): Promise<void> {
  for (let triesLeft = 3; ; triesLeft--) {
    try {
      return await slack.waitForConnection(replicas);
    } catch (cause) {
      if (triesLeft === 0) throw cause;
    }
  }
}

/** A Redis that is told of a full disk as an error, not by the signal that ends it: a shell's `trap` outlasts `exec`. */
function tellingFullDisk({ command, env, from }: RedisServer): RedisServer {
  return {
    command: join(import.meta.dirname, "redis-with-full-disk.sh"),
    env: { ...env, REDIS_SERVER: command },
    from,
  };
}
