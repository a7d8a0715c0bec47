import type { Run } from "../core/run-state.ts";
import type { Span } from "../core/span.ts";
import type { Oracle } from "../oracle/oracle.ts";
import type { Fleet } from "../processes/fleet.ts";
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
  readonly begin: (parts: NemesisParts, forMs: number, which: number) => void;
}

/** Calls it once: after so long, or when all is mended. */
export function endAfter({ run }: NemesisParts, forMs: number, end: () => void): void {
  let isOver = false;
  const once = () => {
    if (isOver) return;
    isOver = true;
    end();
  };
  run.whenHealing(once);
  run.timeline.plan(forMs, once, null);
}
