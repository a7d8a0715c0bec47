import type { Telling } from "../workflows/ports.ts";
import { pause } from "./patience.ts";

/** A telling as it stands in the outbox. */
export interface Outgoing {
  readonly id: string;
  readonly telling: Telling;
}

/**
 * Takes one lane's tellings in their order and handles the first. Returns which of them are done with, or how long the
 * lane must wait before the next try.
 */
export type HandleFirst = (queue: readonly Outgoing[]) => Promise<{ done: readonly Outgoing[] } | { waitMs: number }>;

export interface Lanes {
  /** Puts it at its lane's end; one that is there already is left where it is. */
  add(outgoing: Outgoing): void;
  /** Resolves when no lane works any more; they stop by themselves at the signal. */
  settled(): Promise<void>;
}

/** Keeps the order within each lane and lets the lanes run side by side, so that one in trouble holds up no other. */
export function createLanes(handleFirst: HandleFirst, signal: AbortSignal, fail: (cause: unknown) => void): Lanes {
  const queues = new Map<string, Outgoing[]>();
  const known = new Set<string>();
  const running = new Set<Promise<void>>();

  const run = async (lane: string, queue: Outgoing[]) => {
    while (queue.length > 0 && !signal.aborted) {
      const outcome = await handleFirst(queue);
      if ("waitMs" in outcome) await pause(outcome.waitMs, signal);
      else forget(queue, known, outcome.done);
    }
    queues.delete(lane);
  };

  return {
    add: (outgoing) => {
      if (known.has(outgoing.id)) return;
      known.add(outgoing.id);
      const { lane } = outgoing.telling;
      const queue = queues.get(lane);
      if (queue !== undefined) {
        queue.push(outgoing);
        return;
      }
      const begun = [outgoing];
      queues.set(lane, begun);
      const lap = run(lane, begun)
        .catch(fail)
        .finally(() => running.delete(lap));
      running.add(lap);
    },
    settled: async () => {
      await Promise.all(running);
    },
  };
}

function forget(queue: Outgoing[], known: Set<string>, done: readonly Outgoing[]): void {
  for (const outgoing of done) {
    queue.splice(queue.indexOf(outgoing), 1);
    known.delete(outgoing.id);
  }
}

/**
 * Takes a lane's tellings; returns the first and all that telling it now makes needless. A card is made from the state
 * at the moment it is sent, so it says what every later card of its request would that was recorded by then.
 */
export function firstWithNeedless(queue: readonly Outgoing[]): Outgoing[] {
  const [first, ...later] = queue;
  if (first === undefined) return [];
  const { tell } = first.telling;
  if (tell.kind !== "card") return [first];
  const same = later.filter(({ telling }) => telling.tell.kind === "card" && telling.tell.request === tell.request);
  return [first, ...same];
}
