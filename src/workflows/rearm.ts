import type { Bench } from "./bench.ts";
import { type Ending, type Grant, isLive } from "./grant.ts";
import { dueAt } from "./next-step.ts";
import type { Ref } from "./ports.ts";
import { save } from "./reconcile.ts";
import { someAtOnce } from "./some-at-once.ts";

/** Wakes asked for at one time. */
const AT_ONCE = 50;

/**
 * Takes a bench and what is the same for one loss. Ends again what was being ended when the store was emptied or taken over
 * by a replica that lags, as the ledger or this process knows; then asks for a wake of everything that is live, since
 * records may be there whose wakes are lost. Throws where the store cannot be asked, or the ledger cannot be read: what is
 * known is woken all the same.
 */
export async function rearm(bench: Bench, loss: string): Promise<void> {
  const { requests, grants } = await bench.store.live();
  const [endedAgain] = await Promise.allSettled([endAgain(bench, grants, loss)]);
  const all = [...requests, ...(endedAgain.status === "fulfilled" ? endedAgain.value : grants)];
  await someAtOnce(all, AT_ONCE, (record) => {
    const kind: Ref["kind"] = "asker" in record ? "request" : "grant";
    return bench.waker.wake({ kind, id: record.id }, record.version, dueAt(record) ?? bench.clock.now());
  });
  bench.events.happened("wakes asked for anew", { requests: requests.length, grants: grants.length });
  if (endedAgain.status === "rejected") throw endedAgain.reason;
}

/** Returns the records as they are then. What this process began itself it knows without the ledger. */
async function endAgain(bench: Bench, grants: readonly Grant[], loss: string): Promise<Grant[]> {
  const [read] = await Promise.allSettled([bench.endings.read(loss)]);
  const endingOf = read.status === "fulfilled" ? read.value : (id: string) => bench.endings.of(id).catch(() => null);
  const now = await someAtOnce(grants, AT_ONCE, (grant) => endOne(bench, grant, endingOf));
  if (read.status === "rejected") throw read.reason;
  return now;
}

type EndingOf = (id: string) => Ending | null | Promise<Ending | null>;

async function endOne(bench: Bench, grant: Grant, endingOf: EndingOf): Promise<Grant> {
  if (!isLive(grant) || grant.state === "ending") return grant;
  const ending = await endingOf(grant.id);
  if (ending === null) return grant;
  const ended = await save(bench, grant, { type: "end", ending });
  if (ended !== null) return ended;
  // Something else was saved meanwhile, such as why it cannot be made yet: it is being ended all the same.
  const next = await bench.store.grant(grant.id);
  return next === null ? grant : endOne(bench, next, endingOf);
}

/**
 * Takes a bench and what lists its clusters again; returns what puts back what the store may have forgotten, to be called
 * until it resolves, with what is the same for one loss. Where the ledger cannot be read the clusters are listed all the
 * same, once: what they hold comes back as in use, and ends with a later call where it was being ended.
 */
export function puttingBack(bench: Bench, listAgain: () => void): (loss: string) => Promise<void> {
  let listedFor: string | null = null;
  return async (loss) => {
    try {
      await rearm(bench, loss);
    } catch (cause) {
      if (listedFor !== loss) listAgain();
      listedFor = loss;
      throw cause;
    }
    listAgain();
  };
}
