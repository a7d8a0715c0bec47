import type { Run } from "../core/run-state.ts";
import type { Oracle } from "../oracle/oracle.ts";
import type { Fleet } from "../processes/fleet.ts";
import type { World } from "../world/world.ts";

export interface NemesisParts {
  readonly run: Run;
  readonly world: World;
  readonly fleet: Fleet;
  readonly oracle: Oracle;
  /** Troubles last seconds, or up to hours. */
  readonly isLong: boolean;
}

/** One kind of trouble. */
export interface Act {
  readonly words: string;
  readonly begin: (parts: NemesisParts, forMs: number, which: number) => void;
}
