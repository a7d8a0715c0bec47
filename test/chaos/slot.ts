import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type FaultProxy, startFaultProxy } from "../workbench/fault-proxy.ts";
import type { OwnView } from "../workbench/fault-proxy-view.ts";
import type { Child, Guardian } from "../workbench/guardian.ts";
import { createInstallation } from "../workbench/installation.ts";
import type { AttachedKubernetes } from "../workbench/kubernetes/attached-kubernetes.ts";
import type { RedisCommand } from "../workbench/redis-commands.ts";
import { type RedisLine, startRedisLine } from "../workbench/redis-line.ts";
import type { SlackDouble } from "../workbench/slack-double.ts";
import { type SlackLine, startSlackLine } from "../workbench/slack-line.ts";
import { nameClusterCall, nameSlackCall } from "./name-calls.ts";
import type { RedisNamer } from "./name-redis.ts";
import type { Notes } from "./notes.ts";
import type { Trap } from "./trap.ts";

/** A place for one process, with lines of its own to all that it calls; whoever runs there next has the same lines. */
export interface Slot {
  /** `bot-1`, `worker-2`. */
  readonly name: string;
  readonly side: "bot" | "worker";
  readonly redis: RedisLine;
  /** A worker's line to the API server; null for a bot. */
  readonly cluster: FaultProxy | null;
  /** The process, or null while none runs here. */
  child(): Child | null;
  /** Starts one and resolves when it says that it is ready. */
  start(how?: Starting): Promise<void>;
  /** Ends it by SIGKILL. */
  kill(): Promise<void>;
  /** Ends it by TERM, as a supervisor does; returns after how many milliseconds it was gone. */
  stop(): Promise<number>;
  /** Whether the process that ran here ended though nobody ended it. */
  fell(): boolean;
  close(): Promise<void>;
}

/** What is unlike the usual. */
export interface Starting {
  /** What it has in its environment beside its settings. */
  readonly env?: NodeJS.ProcessEnv;
}

/** All that the slots of one lane share. */
export interface SlotGround {
  readonly guardian: Guardian;
  readonly kubernetes: AttachedKubernetes;
  /** Where settings and logs go. */
  readonly folder: string;
  /** Before each process's name. */
  readonly prefix: string;
  readonly redisPort: number;
  readonly slack: SlackDouble;
  readonly workerKubeconfig: string;
  readonly policy: string;
  readonly view: OwnView;
  readonly newRedisNamer: () => RedisNamer;
  readonly trap: Trap;
  readonly notes: Notes;
  /** Another program than src/cli.ts for workers. */
  readonly workerProgram?: string;
}

/** Takes the ground, a side and a number; returns the slot with no process in it. */
export async function openSlot(ground: SlotGround, side: Slot["side"], number: number): Promise<Slot> {
  const name = `${side}-${number}`;
  const { redis, cluster, slack } = await openLines(ground, side, name);
  const folder = join(ground.folder, name);
  mkdirSync(folder, { recursive: true });
  const install = ({ env }: Starting) =>
    createInstallation({
      ...{ guardian: ground.guardian, folder, policy: ground.policy, redisUrl: redis.url },
      slack: { ...ground.slack, apiUrl: slack?.apiUrl ?? ground.slack.apiUrl },
      workerKubeconfig: cluster?.writeKubeconfig(ground.workerKubeconfig) ?? ground.workerKubeconfig,
      ledger: join(ground.folder, "ledger"),
      prefix: `${ground.prefix}${name}-${started}-`,
      // Hundreds of starts: to compile the same files each time would be most of the load.
      env: { NODE_COMPILE_CACHE: join(ground.guardian.folder, "compiled"), ...env },
      ...(side === "worker" && ground.workerProgram !== undefined ? { program: ground.workerProgram } : {}),
    });
  let started = 0;
  let child: Child | null = null;
  let ended = false;
  const gone = () => child === null || child.hasExited();
  return {
    ...{ name, side, redis, cluster },
    child: () => (gone() ? null : child),
    start: async (how = {}) => {
      started += 1;
      const installation = install(how);
      ended = false;
      ground.notes.add(name, "starts");
      child = await (side === "bot" ? installation.startBot() : installation.startWorker());
      ground.notes.add(name, "is ready");
    },
    kill: async () => {
      if (child === null || gone()) return;
      ended = true;
      child.signal("SIGKILL");
      await child.exited;
    },
    stop: async () => {
      const since = performance.now();
      if (child !== null && !gone()) {
        ended = true;
        child.signal("SIGCONT");
        child.signal("SIGTERM");
        await child.exited;
      }
      return performance.now() - since;
    },
    fell: () => child !== null && gone() && !ended,
    close: async () => {
      await Promise.all([redis.close(), cluster?.close(), slack?.close()]);
    },
  };
}

interface Lines {
  readonly redis: RedisLine;
  readonly cluster: FaultProxy | null;
  readonly slack: SlackLine | null;
}

async function openLines(ground: SlotGround, side: Slot["side"], name: string): Promise<Lines> {
  const { trap, newRedisNamer, kubernetes, view } = ground;
  const redis = await startRedisLine(ground.redisPort, () => {
    const nameRedis = newRedisNamer();
    return ({ words }: RedisCommand) => trap.look(name, side, "redis", nameRedis(words));
  });
  if (side === "bot") {
    const slack = await startSlackLine(ground.slack.url, (call) => trap.look(name, side, "slack", nameSlackCall(call)));
    return { redis, cluster: null, slack };
  }
  const cluster = await startFaultProxy(kubernetes.coordinates, {
    ...{ view, toll: (call) => trap.look(name, side, "cluster", nameClusterCall(call)) },
  });
  return { redis, cluster, slack: null };
}
