/** When a grant is nobody's business any more: its record may say so before its cluster does. */
import type { Bench } from "./bench.ts";
import type { Grant } from "./grant.ts";

/** Takes a grant's id of which nothing is left; rings no alarm for it any more, closes its page, and remembers nothing. */
export function letGo(
  { alarms, pager, leftovers }: Pick<Bench, "alarms" | "pager" | "leftovers">,
  grant: string,
): void {
  alarms.forget(grant);
  pager.settled(grant);
  leftovers.delete(grant);
}

/**
 * As `isAllOver`, but where Redis lost the record the ledger may say that it ended. That closes a page and no more: where
 * a failover undid a decision that was made anew, it may tell of what had the same id before.
 */
export async function hasEnded(
  { endings, leftovers }: Pick<Bench, "endings" | "leftovers">,
  id: string,
  grant: Grant | null,
): Promise<boolean> {
  if (grant !== null) return isAllOver({ leftovers }, id, grant);
  return !leftovers.has(id) && (await endings.isOver(id));
}

/** Takes a grant's id and its record; returns whether it ended, and nothing is known here that is left over behind that. */
export function isAllOver({ leftovers }: Pick<Bench, "leftovers">, id: string, grant: Grant | null): boolean {
  return grant?.state === "ended" && !leftovers.has(id);
}
