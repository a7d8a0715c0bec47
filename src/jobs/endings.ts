import type { Endings } from "../workflows/ending-ports.ts";
import type { Ending } from "../workflows/grant.ts";

/** Far more than fail at one time; the oldest make room. */
const MOST_KEPT = 10_000;

/** What is on record elsewhere. */
export type Recall = Pick<Endings, "read" | "of" | "isOver">;

const NOTHING: Recall = { read: async () => () => null, of: async () => null, isOver: async () => false };

/** Takes what is on record elsewhere; returns a memory of endings, whose own part dies with this process. */
export function createEndings(recall: Recall = NOTHING): Endings {
  const endings = new Map<string, Ending>();
  return {
    begun: (grant, ending) => {
      const [oldest] = endings.keys();
      if (endings.size >= MOST_KEPT && oldest !== undefined) endings.delete(oldest);
      endings.set(grant, ending);
    },
    of: async (grant) => endings.get(grant) ?? recall.of(grant),
    read: async (loss) => {
      const told = await recall.read(loss);
      return (grant) => endings.get(grant) ?? told(grant);
    },
    isOver: recall.isOver,
    over: (grant) => void endings.delete(grant),
  };
}
