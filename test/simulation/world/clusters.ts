import { createMemoryKubernetes, type MemoryKubernetes } from "../../fakes/kubernetes/memory-kubernetes.ts";
import type { Planned, Timeline } from "../core/timeline.ts";
import { NAMESPACES } from "./town.ts";

/** How late stock controllers are in health: a fraction of a second after what they watch. */
const PROMPT_MS = 120;

/** One API server with controllers that work by themselves. */
export interface LivingCluster {
  readonly kubernetes: MemoryKubernetes;
  /** The controllers are dead, or late by so many milliseconds; 0: as in health. */
  slowDown(lateMs: number): void;
  /** Whether they were never slowed down. */
  keptTime(): boolean;
}

export interface LivingClusterParts {
  readonly id: string;
  readonly timeline: Timeline;
  /** Something in it was changed. */
  readonly changed: (what: string | null) => void;
}

/** Takes the parts; returns a cluster with Daypass installed and nothing lent. */
export function createLivingCluster({ id, timeline, changed }: LivingClusterParts): LivingCluster {
  let isReady = false;
  const kubernetes = createMemoryKubernetes({
    ...{ id, now: timeline.now, open: NAMESPACES },
    changed: () => {
      if (!isReady) return;
      changed(null);
      // A controller hears of a change by its watch: never within the very call that made it.
      if (nextAt > timeline.now() + lateMs) plan();
    },
  });
  let lateMs = PROMPT_MS;
  let next: Planned | null = null;
  let nextAt = Number.POSITIVE_INFINITY;
  let wasSlow = false;

  function work(): void {
    [next, nextAt] = [null, Number.POSITIVE_INFINITY];
    for (const deed of kubernetes.controllers.deeds()) {
      if (deed.dueAt + lateMs > timeline.now()) continue;
      deed.act();
      changed(`${deed.by}: ${deed.what}`);
    }
    plan();
  }
  /** Always for the earliest: what is planned for later stays until then. */
  function plan(): void {
    const dueAt = kubernetes.controllers.nextDueAt();
    if (dueAt === null) return;
    const at = Math.max(dueAt + lateMs, timeline.now());
    if (at >= nextAt) return;
    next?.drop();
    nextAt = at;
    next = timeline.plan(at - timeline.now(), work, null);
  }
  isReady = true;
  return {
    kubernetes,
    slowDown(ms) {
      lateMs = PROMPT_MS + ms;
      wasSlow ||= ms > 0;
      next?.drop();
      [next, nextAt] = [null, Number.POSITIVE_INFINITY];
      plan();
    },
    keptTime: () => !wasSlow,
  };
}
