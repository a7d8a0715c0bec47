import { setTimeout as wait } from "node:timers/promises";
import type { Connection } from "../../../src/provisioner/connections.ts";
import type { Gate } from "../../fakes/gate.ts";
import { createMemoryKubernetes, type MemoryKubernetes } from "../../fakes/kubernetes/memory-kubernetes.ts";
import type { Planned, Timeline } from "../core/timeline.ts";
import { NAMESPACES } from "./town.ts";

/** How late stock controllers are in health: a fraction of a second after what they watch. */
const PROMPT_MS = 120;

/** How long a small page takes to come. */
const PAGE_MS = 75;

/** One API server with controllers that work by themselves. */
export interface LivingCluster {
  readonly kubernetes: MemoryKubernetes;
  /** The controllers are dead, or late by so many milliseconds; 0: as in health. Returns whether something waits for them. */
  slowDown(lateMs: number): boolean;
  /** From now on a page of a list holds one object, and takes a while; or again as many as are asked for, at once. */
  setSmallPages(areSmall: boolean): void;
  /** Returns a worker's line to it; `staleBy` as `ConnectOptions` has it. */
  connect(gate: Gate, staleBy: () => number): Connection;
  /** All its watches break, as where it is started anew. */
  breakWatches(): void;
  /** It forgets what was before now, as it does after some minutes in which others write: who wants that is told 410. */
  forgetHistory(): void;
  /** Nothing in it went on for a while. */
  stoodStill(): void;
  /** Whether they were never slowed down. */
  keptTime(): boolean;
  /** By how much its clock is ahead of the true time. */
  readonly skewMs: number;
}

export interface LivingClusterParts {
  readonly id: string;
  readonly timeline: Timeline;
  readonly skewMs: number;
  /** Something in it was changed. */
  readonly changed: (what: string | null) => void;
}

/** Takes the parts; returns a cluster with Daypass installed and nothing lent. */
export function createLivingCluster({ id, timeline, skewMs, changed }: LivingClusterParts): LivingCluster {
  let isReady = false;
  const now = () => timeline.now() + skewMs;
  const kubernetes = createMemoryKubernetes({
    ...{ id, now, open: NAMESPACES },
    changed: () => {
      if (!isReady) return;
      changed(null);
      // A controller hears of a change by its watch: never within the very call that made it.
      if (nextAt > now() + lateMs) plan();
    },
  });
  let lateMs = PROMPT_MS;
  let next: Planned | null = null;
  let nextAt = Number.POSITIVE_INFINITY;
  let wasSlow = false;
  let areSmall = false;

  function work(): void {
    [next, nextAt] = [null, Number.POSITIVE_INFINITY];
    for (const deed of kubernetes.controllers.deeds()) {
      if (deed.dueAt + lateMs > now()) continue;
      deed.act();
      changed(`${deed.by}: ${deed.what}`);
    }
    plan();
  }
  /** Always for the earliest: what is planned for later stays until then. */
  function plan(): void {
    const dueAt = kubernetes.controllers.nextDueAt();
    if (dueAt === null) return;
    const at = Math.max(dueAt + lateMs, now());
    if (at >= nextAt) return;
    next?.drop();
    nextAt = at;
    next = timeline.plan(at - now(), work, null);
  }
  isReady = true;
  return {
    ...{ kubernetes, skewMs, breakWatches: kubernetes.breakWatches },
    setSmallPages: (next) => {
      areSmall = next;
    },
    connect: (gate, staleBy) => {
      // Only what comes page by page takes a while: the lists of watchers, which have no deadline.
      const slowly: Gate = (call, effect) =>
        areSmall && call.hasDeadline === undefined && call.what.startsWith("LIST ")
          ? wait(PAGE_MS).then(() => gate(call, effect))
          : gate(call, effect);
      return kubernetes.connect(slowly, { staleBy, pageSize: () => (areSmall ? 1 : Number.POSITIVE_INFINITY) });
    },
    forgetHistory: () => {
      // What others write counts its version up, too.
      kubernetes.store.edit({ plural: "namespaces", name: "kube-system" }, (found) => found);
      kubernetes.store.history.compact();
    },
    slowDown(ms) {
      const dueAt = kubernetes.controllers.nextDueAt();
      lateMs = PROMPT_MS + ms;
      wasSlow ||= ms > 0;
      next?.drop();
      [next, nextAt] = [null, Number.POSITIVE_INFINITY];
      plan();
      return dueAt !== null && dueAt + PROMPT_MS < now();
    },
    stoodStill() {
      wasSlow = true;
    },
    keptTime: () => !wasSlow,
  };
}
