import type { Run } from "../core/run-state.ts";
import type { Span } from "../core/span.ts";
import type { Oracle } from "../oracle/oracle.ts";
import type { Fleet } from "../processes/fleet.ts";
import type { LivingCluster } from "../world/clusters.ts";
import type { World } from "../world/world.ts";

export interface NemesisParts {
  readonly run: Run;
  readonly world: World;
  readonly fleet: Fleet;
  readonly oracle: Oracle;
  /** How long troubles may last. */
  readonly span: Span;
}

/** One kind of trouble. */
export interface Act {
  readonly words: string;
  /** It lasts so long, and befalls the nth of whatever it may befall, counted round. */
  readonly begin: (parts: NemesisParts, lastsMs: number, nth: number) => void;
}

/** Takes a number; returns that cluster of those that there are, counted round. */
export function clusterAt({ world }: NemesisParts, nth: number): LivingCluster {
  const living = world.clusters[nth % world.clusters.length];
  if (living === undefined) throw new Error("a world has a cluster");
  return living;
}

/** Calls it once: after so long, or when all is mended. */
export function endAfter({ run }: NemesisParts, lastsMs: number, end: () => void): void {
  let isOver = false;
  const once = () => {
    if (isOver) return;
    isOver = true;
    end();
  };
  run.whenHealing(once);
  run.timeline.plan(lastsMs, once, null);
}
