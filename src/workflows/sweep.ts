import type { Access, Ref } from "./ports.ts";
import { type Bench, reconcile } from "./reconcile.ts";

/** Records taken in one round; what is over comes with the next, in the order of need. */
const MOST_AT_ONCE = 200;
/** Wakes have the first go: a sweep at the very moment would only do the same work beside them. */
const GRACE_MS = 3_000;

/**
 * Looks for all that is due, in the store and in every cluster's own objects. One cluster in trouble does not hold up
 * another, nor the store's part. Never throws; what failed is logged and comes again with the next sweep.
 */
export async function sweep(bench: Bench): Promise<void> {
  await Promise.all([sweepStore(bench), ...bench.clusters.ids.map((cluster) => sweepCluster(bench, cluster))]);
}

async function sweepStore(bench: Bench): Promise<void> {
  try {
    const due = await bench.store.due(bench.clock.now() - GRACE_MS, MOST_AT_ONCE);
    await Promise.all(due.map((ref) => look(bench, ref)));
  } catch (cause) {
    bench.events.failed("sweep of the store failed", {}, cause);
  }
}

async function sweepCluster(bench: Bench, cluster: string): Promise<void> {
  try {
    const overdue = await bench.clusters.overdue(cluster, bench.clock.now() - GRACE_MS);
    await Promise.all(overdue.map((access) => endLeftover(bench, access)));
  } catch (cause) {
    bench.events.failed("sweep of a cluster failed", { cluster }, cause);
  }
}

/**
 * The cluster alone says who may still do what: access goes too when its record is lost, thinks itself ended, or cannot
 * be written (a full Redis is read but not written).
 */
async function endLeftover(bench: Bench, access: Access): Promise<void> {
  const grant = await bench.store.grant(access.id).catch(() => null);
  const isLive = grant !== null && grant.state !== "ended";
  if (isLive && (await look(bench, { kind: "grant", id: access.id }))) return;
  try {
    // Without its record no number of a delivery is known; the Secrets go with the timer.
    await bench.clusters.end(access, 0);
    bench.events.happened("leftover ended", { grant: access.id, cluster: access.cluster });
  } catch (cause) {
    bench.events.failed("leftover not ended", { grant: access.id, cluster: access.cluster }, cause);
  }
}

/** Returns whether what was due is done. */
async function look(bench: Bench, ref: Ref): Promise<boolean> {
  try {
    await reconcile(bench, ref);
    return true;
  } catch (cause) {
    bench.events.failed("not settled", { ...ref }, cause);
    return false;
  }
}

/** Reads every cluster and publishes what the bot may show. One silent cluster leaves the others' facts fresh. */
export async function publishFacts(bench: Bench): Promise<void> {
  await Promise.all(
    bench.clusters.ids.map(async (cluster) => {
      try {
        await bench.facts.publish(await bench.clusters.facts(cluster));
      } catch (cause) {
        bench.events.failed("facts not read", { cluster }, cause);
      }
    }),
  );
}
