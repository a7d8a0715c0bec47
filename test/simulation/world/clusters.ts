import { createMemoryKubernetes, type MemoryKubernetes } from "../../fakes/kubernetes/memory-kubernetes.ts";
import type { Planned, Timeline } from "../core/timeline.ts";
import { NAMESPACES } from "./town.ts";

/** How late stock controllers are in health: a fraction of a second after what they watch. */
const PROMPT_MS = 120;

/** One API server with controllers that work by themselves. */
export interface LivingCluster {
  readonly kubernetes: MemoryKubernetes;
  /** The controllers are dead, or late by so many milliseconds; 0: as in health. Returns whether something waits for them. */
  slowDown(lateMs: number): boolean;
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
    ...{ kubernetes, skewMs },
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
