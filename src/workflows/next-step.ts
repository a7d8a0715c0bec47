import type { ActiveGrant, Ending, Grant, MakingGrant } from "./grant.ts";
import type { Millis } from "./person.ts";
import type { Request } from "./request.ts";

/** A timer completes within a second or so; one that has not this long after *active* would not end access by itself. */
export const TIMER_PATIENCE_MS = 5_000;

/** How long a yes is kept while the cluster does not answer. */
const MAKING_PATIENCE_MS = 30 * 60_000;

/** What to do with a grant now. */
export type Step =
  | { readonly do: "make" }
  | { readonly do: "checkTimer" }
  | { readonly do: "beginEnding"; readonly ending: Ending }
  | { readonly do: "end" }
  | { readonly do: "wait"; readonly until: Millis }
  | { readonly do: "done" };

/** Takes a grant and the time; returns its next step. Total and pure: this is how a grant behaves. */
export function nextStep(grant: Grant, now: Millis): Step {
  switch (grant.state) {
    case "making":
      return now >= keptUntil(grant) ? byItself("clusterSilent", now) : { do: "make" };
    case "active":
      return activeStep(grant, now);
    case "ending":
      return { do: "end" };
    case "ended":
      return { do: "done" };
  }
}

function activeStep(grant: ActiveGrant, now: Millis): Step {
  if (now >= grant.end) return byItself("expired", grant.end);
  return grant.timerArmed ? { do: "wait", until: grant.end } : { do: "checkTimer" };
}

function byItself(why: Ending["why"], since: Millis): Step {
  return { do: "beginEnding", ending: { why, by: null, words: null, since } };
}

/** Takes a grant being made; returns until when the yes holds if the cluster does not answer: never past the end. */
export function keptUntil(grant: MakingGrant): Millis {
  return Math.min(grant.end, grant.decidedAt + MAKING_PATIENCE_MS);
}

/** Takes a record; returns when somebody must look at it next, or null when nobody needs to any more. */
export function dueAt(record: Request | Grant): Millis | null {
  switch (record.state) {
    case "pending":
      return record.lapsesAt;
    case "making":
      return record.decidedAt;
    case "active":
      return record.timerArmed ? record.end : record.activeAt;
    case "ending":
      return record.ending.since;
    case "approved":
    case "denied":
    case "withdrawn":
    case "lapsed":
    case "ended":
      return null;
  }
}
