import type { Telling } from "../workflows/ports.ts";
import { pause } from "./patience.ts";
import type { StreamEntry } from "./streams.ts";

/** A telling as it stands in the outbox; see streams.ts for why its id alone does not tell it from others. */
export interface Outgoing extends StreamEntry {
  readonly telling: Telling;
}

/**
 * Takes one lane's tellings in the order in which they are told, and handles the first. More may be added meanwhile,
 * urgent ones before it. Returns which of them are done with, or how long the lane must wait before the next try.
 */
export type HandleFirst = (queue: readonly Outgoing[]) => Promise<{ done: readonly Outgoing[] } | { waitMs: number }>;

export interface Lanes {
  /**
   * Puts it at its lane's end, an urgent one behind the last urgent one. One that is there already is left where it is.
   * A lane that waits goes on waiting: Slack would refuse the urgent one too.
   */
  add(outgoing: Outgoing): void;
  /** Resolves when no lane works any more; they stop by themselves at the signal. */
  settled(): Promise<void>;
}

/** Keeps the order within each lane and lets the lanes run side by side, so that one in trouble holds up no other. */
export function createLanes(handleFirst: HandleFirst, signal: AbortSignal, fail: (cause: unknown) => void): Lanes {
  const queues = new Map<string, Outgoing[]>();
  /** What each id stands for here. */
  const known = new Map<string, string>();
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
      if (known.get(outgoing.id) === outgoing.text) return;
      known.set(outgoing.id, outgoing.text);
      const { lane } = outgoing.telling;
      const queue = queues.get(lane);
      if (queue !== undefined) return insert(queue, outgoing);
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

function insert(queue: Outgoing[], outgoing: Outgoing): void {
  const firstPatient = queue.findIndex(({ telling }) => telling.urgent !== true);
  const isUrgent = outgoing.telling.urgent === true;
  queue.splice(isUrgent && firstPatient >= 0 ? firstPatient : queue.length, 0, outgoing);
}

function forget(queue: Outgoing[], known: Map<string, string>, done: readonly Outgoing[]): void {
  for (const outgoing of done) {
    queue.splice(queue.indexOf(outgoing), 1);
    if (known.get(outgoing.id) === outgoing.text) known.delete(outgoing.id);
  }
}

/**
 * Takes a lane's tellings and the one to be told now; returns it and all that telling it makes needless. A card is made
 * from the state at the moment it is sent, so it says what every other card of its request would that was recorded by
 * then.
 */
export function withNeedless(queue: readonly Outgoing[], first: Outgoing): Outgoing[] {
  const { tell } = first.telling;
  if (tell.kind !== "card") return [first];
  const isSame = ({ telling }: Outgoing) => telling.tell.kind === "card" && telling.tell.request === tell.request;
  return [first, ...queue.filter((other) => other !== first && isSame(other))];
}
