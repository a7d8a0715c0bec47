import type { Stop, Verdict } from "../workbench/toll.ts";
import type { Notes } from "./notes.ts";
import type { Point } from "./points.ts";

/** What is waited for: the n-th call that fits, on any line of that side. */
export interface Bait {
  readonly side: Point["side"];
  readonly line: Point["line"];
  /** Null for any call at all. */
  readonly call: string | null;
  readonly nth: number;
  readonly when: Stop["when"];
}

/** Strikes once, at one call of one process. */
export interface Trap {
  /** Takes a process's name, the line and the call's name. */
  look(slot: string, side: Point["side"], line: Point["line"], call: string): Stop | null;
  /** From now on; `strike` gets the process whose call it is, and says what becomes of the call. */
  set(bait: Bait, strike: (slot: string, call: string) => Promise<Verdict>): void;
  /** Whether it has struck since it was set. */
  struck(): boolean;
  /** Nothing is waited for any more. */
  lift(): void;
  /** As if it had never been set. */
  clear(): void;
}

/** What a process does whether or not there is anything to do; the n-th of these says nothing. */
const IDLE = /^(BZPOPMIN|XREAD|XRANGE|INFO|TIME|CONFIG|PING|CLIENT|script on|moveStalled|ZRANGE|GET$|GET other)/;

/** Takes where calls are noted; returns a trap that is not set. */
export function createTrap(notes: Notes): Trap {
  let set: { bait: Bait; strike: (slot: string, call: string) => Promise<Verdict> } | null = null;
  let fitted = 0;
  let struck = false;
  const meet = (side: Point["side"], line: Point["line"], call: string) => {
    if (set === null || struck || side !== set.bait.side || line !== set.bait.line) return null;
    if (set.bait.call === null ? IDLE.test(call) : set.bait.call !== call) return null;
    fitted += 1;
    struck = fitted === set.bait.nth;
    return struck ? set : null;
  };
  return {
    look: (slot, side, line, call) => {
      const strike = meet(side, line, call);
      if (strike === null) {
        notes.add(slot, call);
        return null;
      }
      const { when } = strike.bait;
      if (when === "after") notes.add(slot, call);
      const act = async () => {
        const verdict = await strike.strike(slot, call);
        if (when === "before" && verdict === "pass") notes.add(slot, call);
        return verdict;
      };
      return { when, act };
    },
    set: (bait, strike) => {
      set = { bait, strike };
      fitted = 0;
      struck = false;
    },
    struck: () => struck,
    lift: () => {
      set = null;
    },
    clear: () => {
      set = null;
      struck = false;
    },
  };
}
