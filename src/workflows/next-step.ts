import { type ActiveGrant, beginsAt, type Ending, type EndingGrant, type Grant, type MakingGrant } from "./grant.ts";
import type { Review } from "./owed-review.ts";
import type { Millis } from "./person.ts";
import { owesReview, type Request } from "./request.ts";

/** A timer completes within a second or so; one that has not this long after *active* would not end access by itself. */
export const TIMER_PATIENCE_MS = 5_000;
/** The stock Job controller completes ten a second: of a hundred made at once the last needs its turn, 9.8 s (measured). */
export const BUSY_TIMER_PATIENCE_MS = 12_000;

/** An ending that takes longer than this is overdue: on-call must know. */
export const OVERDUE_MS = 60_000;

/** The grantee is told this long before the end; of a grant that lasts no longer than twice that, nobody needs to be. */
const WARNING_MS = 10 * 60_000;

/** How long a yes is kept while the cluster does not answer, counted from when access was to begin. */
const MAKING_PATIENCE_MS = 30 * 60_000;

/** A review that is owed is asked for when it is due, and each day from then on. */
const CHASED_EVERY_MS = 24 * 60 * 60_000;

/** An ending is due whatever moment it bears: a machine whose clock was wrong may have named one that is still to come. */
const ALWAYS: Millis = 0;

/** What to do with a grant now. */
export type Step =
  | { readonly do: "make" }
  | { readonly do: "checkTimer" }
  | { readonly do: "warn" }
  | { readonly do: "beginEnding"; readonly ending: Ending }
  | { readonly do: "end" }
  | { readonly do: "wait"; readonly until: Millis }
  | { readonly do: "done" };

/** Takes a grant and the time; returns its next step. Total and pure: this is how a grant behaves. */
export function nextStep(grant: Grant, now: Millis): Step {
  switch (grant.state) {
    case "making":
      return makingStep(grant, now);
    case "active":
      return activeStep(grant, now);
    case "ending":
      return { do: "end" };
    case "ended":
      return { do: "done" };
  }
}

function makingStep(grant: MakingGrant, now: Millis): Step {
  if (now >= keptUntil(grant)) return byItself("clusterSilent", now, grant.trouble);
  return now < beginsAt(grant) ? { do: "wait", until: beginsAt(grant) } : { do: "make" };
}

function activeStep(grant: ActiveGrant, now: Millis): Step {
  if (now >= grant.end) return byItself("expired", grant.end, null);
  if (!grant.timerArmed) return { do: "checkTimer" };
  const until = waitsUntil(grant);
  return until <= now ? { do: "warn" } : { do: "wait", until };
}

/** Takes a grant whose timer is armed; returns when it must be looked at next: to warn, then to end. */
function waitsUntil(grant: ActiveGrant): Millis {
  const isLong = grant.end - beginsAt(grant) > 2 * WARNING_MS;
  return isLong && !grant.warned ? grant.end - WARNING_MS : grant.end;
}

/** Takes a grant being ended and the time; returns whether that takes so long that on-call must know. */
export function isOverdue({ ending }: EndingGrant, now: Millis): boolean {
  return now - ending.since >= OVERDUE_MS;
}

function byItself(why: Ending["why"], since: Millis, words: string | null): Step {
  return { do: "beginEnding", ending: { why, by: null, words, since } };
}

/** Takes a grant being made; returns until when the yes holds if the cluster does not answer: never past the end. */
export function keptUntil(grant: MakingGrant): Millis {
  return Math.min(grant.end, beginsAt(grant) + MAKING_PATIENCE_MS);
}

/** Takes a record; returns when somebody must look at it next, or null when nobody needs to any more. */
export function dueAt(record: Request | Grant): Millis | null {
  switch (record.state) {
    case "pending":
      return record.lapsesAt;
    case "making":
      return beginsAt(record);
    case "active":
      return record.timerArmed ? waitsUntil(record) : record.activeAt;
    case "ending":
      return ALWAYS;
    case "approved":
      return owesReview(record) ? chaseAt(record.review) : null;
    case "denied":
    case "withdrawn":
    case "lapsed":
    case "ended":
      return null;
  }
}

function chaseAt({ dueAt, chasedAt }: Review): Millis {
  return chasedAt === null ? dueAt : chasedAt + CHASED_EVERY_MS;
}
