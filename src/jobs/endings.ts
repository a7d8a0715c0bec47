import type { Endings } from "../workflows/ending-ports.ts";
import type { Ending } from "../workflows/grant.ts";

/** Far more than fail at one time; the oldest make room. */
const MOST_KEPT = 10_000;

/** What is on record of a grant's ending, wherever that is; null where nothing is. */
type Recall = (grant: string) => Promise<Ending | null>;

/** Takes what is on record elsewhere; returns a memory of endings, whose own part dies with this process. */
export function createEndings(recall: Recall = async () => null): Endings {
  const endings = new Map<string, Ending>();
  return {
    begun: (grant, ending) => {
      const [oldest] = endings.keys();
      if (endings.size >= MOST_KEPT && oldest !== undefined) endings.delete(oldest);
      endings.set(grant, ending);
    },
    of: async (grant) => endings.get(grant) ?? recall(grant),
    over: (grant) => void endings.delete(grant),
  };
}
