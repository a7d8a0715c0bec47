import type { Bench } from "./bench.ts";
import type { Grant } from "./grant.ts";
import { dueAt } from "./next-step.ts";
import type { Ref } from "./ports.ts";
import { save } from "./reconcile.ts";
import { someAtOnce } from "./some-at-once.ts";

/** Wakes asked for at one time. */
const AT_ONCE = 50;

/**
 * Asks for a wake of everything that is live, after the store was emptied or taken over by a replica that lags: records
 * may be there whose wakes are lost, or that were being ended and do not know it any more. Throws where the store cannot
 * be asked, or the ledger cannot be read: what that would say of is woken all the same.
 */
export async function rearm(bench: Bench): Promise<void> {
  const { requests, grants } = await bench.store.live();
  const [endedAgain] = await Promise.allSettled([endAgain(bench, grants)]);
  const all = [...requests, ...grants];
  await someAtOnce(all, AT_ONCE, (record) => {
    const kind: Ref["kind"] = "asker" in record ? "request" : "grant";
    return bench.waker.wake({ kind, id: record.id }, record.version, dueAt(record) ?? bench.clock.now());
  });
  bench.events.happened("wakes asked for anew", { requests: requests.length, grants: grants.length });
  if (endedAgain.status === "rejected") throw endedAgain.reason;
}

/** What this process began itself it knows without the ledger. */
async function endAgain(bench: Bench, grants: readonly Grant[]): Promise<void> {
  const [read] = await Promise.allSettled([bench.endings.read()]);
  await someAtOnce(grants, AT_ONCE, async (grant) => {
    const ending = grant.state === "ending" ? null : await bench.endings.of(grant.id).catch(() => null);
    if (ending !== null) await save(bench, grant, { type: "end", ending });
  });
  if (read.status === "rejected") throw read.reason;
}

/**
 * Takes a bench and what lists its clusters again; returns what puts back what the store may have forgotten, to be called
 * until it resolves. Where the ledger cannot be read the clusters are listed all the same, once: what they hold comes back as
 * in use, and ends with a later call where it was being ended.
 */
export function puttingBack(bench: Bench, listAgain: () => void): () => Promise<void> {
  let hasFailed = false;
  return async () => {
    try {
      await rearm(bench);
    } catch (cause) {
      if (!hasFailed) listAgain();
      hasFailed = true;
      throw cause;
    }
    hasFailed = false;
    listAgain();
  };
}
