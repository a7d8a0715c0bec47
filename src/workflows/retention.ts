import type { Grant } from "./grant.ts";
import type { History } from "./history.ts";
import type { Millis } from "./person.ts";
import { owesReview, type Request } from "./request.ts";

/** How long a record is kept once nothing can come of it any more: for whoever looks at its card. History is the ledger's. */
const KEPT_MS = 7 * 24 * 60 * 60_000;

/**
 * Takes a record as it is saved now; returns the moment at which it may be forgotten, or null while it lives. An
 * approved request is kept as long as its grants may need its words, or somebody owes it a review.
 */
export function forgetAt(record: Request | Grant, now: Millis): Millis | null {
  switch (record.state) {
    case "pending":
    case "making":
    case "active":
    case "ending":
      return null;
    case "denied":
    case "withdrawn":
    case "lapsed":
      return now + KEPT_MS;
    case "approved":
      return owesReview(record) ? null : Math.max(record.end, now) + KEPT_MS;
    case "ended":
      return Math.max(record.end, now) + KEPT_MS;
  }
}

/** What is remembered of somebody who neither asks nor has anything ends after this: a year and a month for the yearly ones. */
const HISTORY_KEPT_MS = 400 * 24 * 60 * 60_000;

/** As `forgetAt`, of what is remembered of a person or a company: kept as long as they owe a review. */
export function forgetHistoryAt({ reviews }: History, now: Millis): Millis | null {
  return reviews.length > 0 ? null : now + HISTORY_KEPT_MS;
}
