import type { Millis } from "../../src/workflows/person.ts";
import type { Clock, Ref, Waker } from "../../src/workflows/ports.ts";

/** A wake that has not come yet. */
export interface Wake {
  readonly ref: Ref;
  readonly at: Millis;
}

/** The waker in memory. */
export interface MemoryWaker extends Waker {
  /** All wakes still to come, the earliest first. */
  waiting(): readonly Wake[];
  /** Takes away and returns the wakes due by now, the earliest first. */
  take(): readonly Ref[];
}

/** Takes the clock; returns a waker whose wakes the test takes itself. */
export function createMemoryWaker(clock: Clock): MemoryWaker {
  const wakes = new Map<string, Wake>();
  const waiting = () => [...wakes.values()].sort((a, b) => a.at - b.at);
  return {
    waiting,
    wake: async (ref, version, at) => {
      const due = Math.max(at, clock.now());
      const id = `${ref.kind} ${ref.id} ${version} ${at <= clock.now() ? "now" : at}`;
      if (!wakes.has(id)) wakes.set(id, { ref: structuredClone(ref), at: due });
    },
    take: () => {
      const due = waiting().filter(({ at }) => at <= clock.now());
      for (const [id, wake] of wakes) if (due.includes(wake)) wakes.delete(id);
      return due.map(({ ref }) => ref);
    },
  };
}
