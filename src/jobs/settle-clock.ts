import type { Clusters } from "../workflows/ports.ts";
import { within } from "./patience.ts";
import type { ServerClock } from "./server-clock.ts";

/** An answer of Redis that takes longer sets no clock (server-clock.ts). */
const REDIS_MS = 1_000;
/** As long as a call to a cluster may take: see kept-dispatcher.ts. */
const CLUSTERS_MS = 3_500;

export interface SettlingParts {
  readonly clock: Pick<ServerClock, "settled">;
  /** Reading their facts lets each of them bear witness. */
  readonly clusters: Pick<Clusters, "ids" | "facts">;
}

/**
 * Returns what a process awaits before it first acts by the time: until then it goes by its machine's alone, which may be
 * minutes ahead. Redis' time comes by itself; where it is away, or says something else, the clusters are asked: one of the
 * three is alone then. Where nobody bears witness either, it resolves all the same, 4.5 s after the start at most, or 3.5 s
 * after a later call: what ends too early is a nuisance, what does not end is a leak. Never rejects.
 */
export function createSettling({ clock, clusters }: SettlingParts): () => Promise<void> {
  let isSettled = false;
  const settled = clock.settled.then(() => {
    isSettled = true;
  });
  const heard = within(settled, REDIS_MS);
  let asking: Promise<unknown> | null = null;
  const ask = async () => {
    const answers = Promise.allSettled(clusters.ids.map((id) => clusters.facts(id)));
    await within(Promise.race([settled, answers]), CLUSTERS_MS);
    asking = null;
  };
  return async () => {
    await heard;
    if (isSettled) return;
    asking ??= ask();
    await asking;
  };
}
