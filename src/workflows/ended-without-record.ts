/** What ended while it had no record: Redis lost that, and no list has brought it back yet. */
import type { Bench } from "./bench.ts";
import { requestOf } from "./lend.ts";
import type { Access } from "./ports.ts";

/** To the next try of what has no wake; sweeps of a cluster look back for no more than five minutes. */
const AGAIN_MS = 15_000;

/** Takes access to which something is left to do; its alarm rings again 15 s from now. */
export function ringAgain({ alarms, clock }: Pick<Bench, "alarms" | "clock">, access: Access): void {
  alarms.set(access, clock.now() - access.end + AGAIN_MS);
}

/**
 * Promise P10. Takes access without a record of which its cluster was seen to refuse all; the ledger says that much: once
 * for each worker that saw it, since nothing is left by which one could tell another. Returns whether it is written; where
 * it is not, its alarm rings for it again. Never throws.
 */
export async function writeEnded(bench: Bench, access: Access): Promise<boolean> {
  const { id, cluster, namespaces, end } = access;
  const at = bench.clock.now();
  const detail = { cluster, namespaces, end, refusedAt: at };
  const row = { at, what: "endedWithoutRecord", by: null, request: requestOf(id), grant: id, detail };
  try {
    await bench.store.commit({ writes: [], tellings: [], rows: [row] });
    return true;
  } catch (cause) {
    bench.events.failed("ending not written down", { grant: id, cluster }, cause);
    bench.leftovers.set(id, "its ending is not written down");
    ringAgain(bench, access);
    return false;
  }
}
