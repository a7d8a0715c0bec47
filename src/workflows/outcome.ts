/** How a pass ended, remembered of its person: what the next one is judged by. */
import { loadHistory, writeHistory } from "./around.ts";
import type { Bench } from "./bench.ts";
import type { EndedGrant } from "./grant.ts";
import { type Outcome, rememberOutcome } from "./history.ts";
import type { Commit } from "./ports.ts";

/** Hundreds of one person may end at one moment, and their next ones should not wait long for what is remembered of these. */
const MOST_TRIES = 5;

/**
 * Takes a pass that the cluster was just seen to refuse, and the commit that says so; saves it together with the outcome
 * in its person's history. Somebody else may write that history at the same moment: then it is tried again, and in the
 * end saved without, since an ending waits for nothing (promise P7).
 */
export async function saveWithOutcome(
  bench: Pick<Bench, "store" | "events">,
  grant: EndedGrant,
  commit: Commit,
): Promise<"saved" | "raced"> {
  const outcome = outcomeOf(grant);
  for (let tries = 0; outcome !== null && tries < MOST_TRIES; tries++) {
    const history = await loadHistory(bench.store, grant.grantee);
    const held = history.held.filter((id) => id !== grant.id);
    const write = writeHistory(history, { ...rememberOutcome(history, outcome), held });
    if ((await bench.store.commit({ ...commit, writes: [...commit.writes, write] })) === "saved") return "saved";
    const now = await bench.store.grant(grant.id);
    if (now?.version !== grant.version - 1) return "raced";
  }
  if (outcome !== null) bench.events.happened("outcome not remembered", { grant: grant.id, person: grant.grantee });
  return bench.store.commit(commit);
}

/** Takes a pass that is over; returns what is remembered of it, or null where it was never used and nobody is to blame. */
export function outcomeOf({ ending, activeAt }: Pick<EndedGrant, "ending" | "activeAt">): Outcome | null {
  switch (ending.why) {
    case "revoked":
      return "revoked";
    case "expired":
      return activeAt === null ? null : "ended";
    case "released":
      return activeAt === null ? null : "handedBack";
    case "timerUnarmed":
    case "roleChanged":
    case "namespaceDeleted":
    case "changedByHand":
    case "notAllowedAnyMore":
    case "clusterSilent":
    case "clusterRefused":
      return "failed";
  }
}
