import pLimit from "p-limit";

/** Who goes when, among the work that one cluster is asked for. */
export interface Turns {
  /** Begins at once, whatever else is under way. */
  cut<T>(work: () => Promise<T>): Promise<T>;
  /** Some at a time, and after the cuts that are under way: of many ends at one instant, every refusal comes first. */
  end<T>(work: () => Promise<T>): Promise<T>;
  /** Some at a time: fewer side by side are each done sooner. */
  make<T>(work: () => Promise<T>): Promise<T>;
  /** Some at a time, in a lane of their own: somebody looks at a modal meanwhile. */
  deliver<T>(work: () => Promise<T>): Promise<T>;
}

const AT_ONCE = { end: 16, make: 16, deliver: 8 };

/** Returns the turns of one cluster. */
export function createTurns(): Turns {
  const [ends, makes, deliveries] = [pLimit(AT_ONCE.end), pLimit(AT_ONCE.make), pLimit(AT_ONCE.deliver)];
  const cuts = new Set<Promise<unknown>>();
  return {
    async cut(work) {
      const cutting = work();
      cuts.add(cutting);
      try {
        return await cutting;
      } finally {
        cuts.delete(cutting);
      }
    },
    end: (work) =>
      ends(async () => {
        await Promise.allSettled(cuts);
        return work();
      }),
    make: (work) => makes(work),
    deliver: (work) => deliveries(work),
  };
}
