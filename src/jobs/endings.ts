import type { Endings } from "../workflows/ending-ports.ts";

/** Far more than fail at one time; the oldest make room. */
const MOST_KEPT = 10_000;

/** Returns a memory of endings that dies with this process; losing it costs only what a lost store costs as well. */
export function createEndings(): Endings {
  const endings = new Map<string, Parameters<Endings["begun"]>[1]>();
  return {
    begun: (grant, ending) => {
      const [oldest] = endings.keys();
      if (endings.size >= MOST_KEPT && oldest !== undefined) endings.delete(oldest);
      endings.set(grant, ending);
    },
    of: (grant) => endings.get(grant) ?? null,
    over: (grant) => void endings.delete(grant),
  };
}
