import type { Case } from "./case.ts";
import { atMostMs } from "./how-long.ts";
import type { Result } from "./run-case.ts";

/** Which cases are still to be played. */
export interface Turns {
  /**
   * Takes how many replicas run already and how many milliseconds are left; returns the next case with as many, since to start
   * and stop processes costs the most, else any; null where none is left that is over by then.
   */
  take(replicas: 1 | 2, leftMs: number): Case | null;
  /**
   * Takes what came of a case and how many milliseconds are left; returns whether it has another turn and this one does not
   * count: it was not met, nothing was wrong, there is time, and it is the first time. What it was about may just not have come
   * in time, or the machine stalled.
   */
  again(result: Pick<Result, "case" | "met" | "violations">, leftMs: number): boolean;
}

/** Takes the cases in their order; returns their turns. */
export function createTurns(cases: readonly Case[]): Turns {
  const left = [...cases];
  const repeated = new Set<Case>();
  return {
    take: (replicas, leftMs) => {
      const fitting = left.filter((one) => atMostMs(one) <= leftMs);
      const next = fitting.find((one) => one.replicas === replicas) ?? fitting[0];
      if (next === undefined) return null;
      left.splice(left.indexOf(next), 1);
      return next;
    },
    again: ({ case: one, met, violations }, leftMs) => {
      if (met || violations.length > 0 || repeated.has(one) || atMostMs(one) > leftMs) return false;
      repeated.add(one);
      left.push(one);
      return true;
    },
  };
}
