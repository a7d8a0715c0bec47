import type { Bench } from "./bench.ts";
import { type Grant, isLive, lastDelivery } from "./grant.ts";
import { isAllOver, letGo } from "./let-go.ts";
import { OVERDUE_MS } from "./next-step.ts";
import type { Millis } from "./person.ts";
import type { Access, DeliveryCheck, Due, Ref } from "./ports.ts";
import { oweWord, ringAgain, sayEnded } from "./say-ended.ts";
import { ClusterTrouble, NotYet } from "./trouble.ts";

/** Far more than are due in health, so that the many of one dead cluster do not keep those of others from being seen. */
const MOST_AT_ONCE = 10_000;
/** Alarms and wakes have the first go: a sweep at the very moment would only do the same work beside them. */
const GRACE_MS = 2_000;

/** Looks at one record and does what is due; see `reconcile`. */
export type Look = (ref: Ref) => Promise<unknown>;

/** What a sweep of the store calls. */
export interface Sweeping {
  readonly look: Look;
  /** Asks anew for a delivery's check, whose wake is lost or late. */
  readonly check: (check: DeliveryCheck) => Promise<unknown>;
}

/**
 * Looks for all that is due in the store. Never throws; what failed is logged and comes again with the next sweep. What
 * is still being looked at when the next one comes is left to that look.
 */
export async function sweepStore(bench: Bench, { look, check }: Sweeping): Promise<void> {
  const settle = (due: Due) => (due.kind === "check" ? check(due) : look(due));
  try {
    const due = await bench.store.due(bench.clock.now() - GRACE_MS, MOST_AT_ONCE);
    await Promise.all(due.map((one) => settleSafely(bench, one, () => settle(one))));
  } catch (cause) {
    bench.events.failed("sweep of the store failed", {}, cause);
  }
}

/** As `sweepStore`, of one cluster's own objects: whatever became of a record, its access ends. */
export async function sweepCluster(bench: Bench, look: Look, cluster: string): Promise<void> {
  try {
    const overdue = await bench.clusters.overdue(cluster, bench.clock.now() - GRACE_MS);
    await Promise.all(overdue.map((access) => endWhateverIsKnown(bench, look, access)));
  } catch (cause) {
    bench.events.failed("sweep of a cluster failed", { cluster }, cause);
  }
}

/**
 * Takes access that the cluster still holds though its end has come. The cluster alone says who may still do what:
 * access goes too when its record is lost, thinks itself ended, or cannot be written (a full Redis is read but not
 * written). Returns whether it is taken, as far as can be seen. Never throws.
 */
export async function endWhateverIsKnown(bench: Bench, look: Look, access: Access): Promise<boolean> {
  return endKnown(bench, look, access, await read(bench, access));
}

/**
 * What an alarm does at a grant's end. Nothing needs to be asked first, since an end never moves: the bindings go at
 * once, whatever the store says or does not say. Never throws.
 */
export async function endOnTime(bench: Bench, look: Look, access: Access): Promise<void> {
  const refusedAt = bench.leftovers.get(access.id)?.refusedAt ?? null;
  if (refusedAt !== null) return sayEnded(bench, look, access, refusedAt);
  const cutting = bench.clusters.cut(access).catch((cause: unknown) => {
    bench.events.failed("not cut at the end", { grant: access.id, cluster: access.cluster }, cause);
  });
  const grant = await read(bench, access);
  if (!isAllOver(bench, access.id, grant ?? null)) await endKnown(bench, look, access, grant);
  await cutting;
}

/** Null where there is no record; undefined where that cannot be asked. */
type Found = Grant | null | undefined;

function read({ store }: Bench, { id }: Access): Promise<Found> {
  return store.grant(id).catch(() => undefined);
}

async function endKnown(bench: Bench, look: Look, access: Access, grant: Found): Promise<boolean> {
  const isLent = !!grant && isLive(grant);
  const ref = { kind: "grant", id: access.id } as const;
  if (isLent && (await settleSafely(bench, ref, () => look(ref)))) {
    bench.leftovers.delete(access.id);
    return true;
  }
  const { id, cluster } = access;
  try {
    // Without its record no number of a delivery is known; the Secrets go with the timer.
    await bench.clusters.end(access, grant ? lastDelivery(grant) : 0);
  } catch (cause) {
    notTaken(bench, access, grant, cause);
    return false;
  }
  bench.events.happened("leftover ended", { grant: id, cluster });
  await afterRefusal(bench, look, access, grant);
  return true;
}

/** Nobody is asked again at once who could not be asked just now. */
async function afterRefusal(bench: Bench, look: Look, access: Access, grant: Found): Promise<void> {
  const refusedAt = bench.clock.now();
  if (grant?.state === "ended") return letGo(bench, access.id);
  if (grant !== null) return oweWord(bench, access, refusedAt);
  // Who is at it already, or rings again for it, says so with the moment that is right.
  if ((bench.leftovers.get(access.id)?.refusedAt ?? null) !== null) return;
  oweWord(bench, access, refusedAt);
  await sayEnded(bench, look, access, refusedAt);
}

/** What is tried again, and paged where that has gone on for too long. */
function notTaken(bench: Bench, access: Access, grant: Found, cause: unknown): void {
  const { id, cluster } = access;
  const words = cause instanceof ClusterTrouble ? cause.message : `${cluster} cannot be asked`;
  const before = bench.leftovers.get(id)?.words;
  if (words !== before) bench.events.failed("leftover not ended", { grant: id, cluster }, cause);
  if (!grant || !isLive(grant)) {
    bench.leftovers.set(id, { words, refusedAt: null });
    ringAgain(bench, access);
  }
  const since = overSince(access, grant);
  // A cluster that was restored has many, which may all go at the next try, seconds later.
  const isNew = grant?.state === "ended" && before === undefined;
  if (bench.clock.now() - since >= OVERDUE_MS && !isNew) bench.pager.overdue({ grant: id, cluster, since, words });
}

/** Since when nothing may be left: what was ended early is not lent until its end again because somebody made it anew. */
function overSince({ end }: Access, grant: Found): Millis {
  return grant?.state === "ended" ? Math.min(grant.refusedAt, end) : end;
}

/** Returns whether what was due is done. */
async function settleSafely(bench: Bench, due: Due, settle: () => Promise<unknown>): Promise<boolean> {
  try {
    await settle();
    return true;
  } catch (cause) {
    if (!(cause instanceof NotYet)) bench.events.failed("not settled", { ...due }, cause);
    return false;
  }
}

const UNREAD = "the cluster answers 403: the worker's role must let it get each namespace that is open to it";

/**
 * Reads every cluster and publishes what the bot may show. One silent cluster leaves the others' facts fresh. What the
 * worker may not read is said when that changes, not each time.
 */
export async function publishFacts(bench: Bench): Promise<void> {
  await Promise.all(
    bench.clusters.ids.map(async (cluster) => {
      try {
        const [facts, before] = await Promise.all([bench.clusters.facts(cluster), bench.facts.of(cluster)]);
        await bench.facts.publish(facts);
        const { skewMs } = facts;
        const namespaces = facts.unread?.join(" ");
        if (namespaces !== undefined && namespaces !== before?.unread?.join(" "))
          bench.events.failed("namespaces not read", { cluster, namespaces }, new Error(UNREAD));
        if (skewMs !== 0 || (before?.skewMs ?? 0) !== 0)
          bench.events.happened("clock skew", { against: cluster, skewMs });
      } catch (cause) {
        bench.events.failed("facts not read", { cluster }, cause);
      }
    }),
  );
}
