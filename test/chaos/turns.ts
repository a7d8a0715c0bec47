import type { Case } from "./case.ts";
import type { Result } from "./run-case.ts";

/** Which cases are still to be played. */
export interface Turns {
  /** The next case with as many replicas as run already, else any: to start and stop processes costs the most. Null: none. */
  take(replicas: 1 | 2): Case | null;
  /**
   * Takes what came of a case; returns whether it has another turn and this one does not count: it was not met, nothing was
   * wrong, and it is the first time. What it was about may just not have come in time, or the machine stalled.
   */
  again(result: Pick<Result, "case" | "met" | "violations">): boolean;
}

/** Takes the cases in their order; returns their turns. */
export function createTurns(cases: readonly Case[]): Turns {
  const left = [...cases];
  const repeated = new Set<Case>();
  return {
    take: (replicas) => {
      const at = left.findIndex((one) => one.replicas === replicas);
      return left.splice(Math.max(at, 0), 1)[0] ?? null;
    },
    again: ({ case: one, met, violations }) => {
      if (met || violations.length > 0 || repeated.has(one)) return false;
      repeated.add(one);
      left.push(one);
      return true;
    },
  };
}
