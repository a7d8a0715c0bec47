/** What its cluster was seen to refuse, and neither a record nor the ledger says so yet. */
import type { Bench } from "./bench.ts";
import { isLive } from "./grant.ts";
import { requestOf } from "./lend.ts";
import { letGo } from "./let-go.ts";
import type { Millis } from "./person.ts";
import type { Access, Ref } from "./ports.ts";

/** To the next try of what has no wake; sweeps of a cluster look back for no more than five minutes. */
const AGAIN_MS = 15_000;

/** Takes access to which something is left to do; its alarm rings again 15 s from now. */
export function ringAgain({ alarms, clock }: Pick<Bench, "alarms" | "clock">, access: Access): void {
  alarms.set(access, clock.now() - access.end + AGAIN_MS);
}

/** Takes access that was seen refused while that could not be written down; its alarm rings until somebody has. */
export function oweWord(bench: Bench, access: Access, refusedAt: Millis): void {
  bench.pager.settled(access.id);
  bench.leftovers.set(access.id, { words: "nothing says yet that it ended", refusedAt });
  bench.alarms.forget(access.id);
  ringAgain(bench, access);
}

/**
 * Promise P10. Takes access and when its cluster was seen to refuse all of it. Where its record lives, that is looked at;
 * where there is none, as Redis lost it, the ledger says *endedWithoutRecord*, unless it has an end already: mostly once,
 * for workers that write at one moment cannot know of each other, nor of an end while the ledger cannot be read. What
 * cannot be done rings again. Never throws.
 */
export async function sayEnded(
  bench: Bench,
  look: (ref: Ref) => Promise<unknown>,
  access: Access,
  refusedAt: Millis,
): Promise<void> {
  const { id, cluster } = access;
  try {
    const grant = await bench.store.grant(id);
    if (grant !== null && isLive(grant)) await look({ kind: "grant", id });
    if (grant === null && !(await bench.endings.isOver(id))) await write(bench, access, refusedAt);
    letGo(bench, id);
  } catch (cause) {
    bench.events.failed("ending not written down", { grant: id, cluster }, cause);
    oweWord(bench, access, refusedAt);
  }
}

async function write({ clock, store }: Bench, { id, cluster, namespaces, end }: Access, refusedAt: Millis) {
  const detail = { cluster, namespaces, end, refusedAt };
  const row = { at: clock.now(), what: "endedWithoutRecord", by: null, request: requestOf(id), grant: id, detail };
  await store.commit({ writes: [], tellings: [], rows: [row] });
}
