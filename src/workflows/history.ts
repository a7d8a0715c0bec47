/** What is remembered of one person, or of a company, beyond single requests: a record that is changed by compare-and-set. */
import type { Millis } from "./person.ts";

/** How a pass ended: it ran out, was handed back, was revoked, or was never made. */
export type Outcome = "ended" | "handedBack" | "revoked" | "failed";

/** A look that somebody owes at what was done with a pass that nobody approved. */
export interface OwedReview {
  readonly request: string;
  readonly dueAt: Millis;
}

/**
 * One record per person, and one per company, whose `version` alone counts: two asks at one moment must not both fit
 * under a limit. Lists are short, newest last.
 */
export interface History {
  /** A person's id or a company's: a policy has no id twice. */
  readonly id: string;
  readonly version: number;
  /** What this person gave for a reason, as a fingerprint of its plain form, and how often. */
  readonly reasons: readonly { readonly said: string; readonly times: number }[];
  readonly outcomes: readonly Outcome[];
  readonly reviews: readonly OwedReview[];
  /**
   * Ids of this person's requests that wait and passes that are not proven over. Some may be over by now, and those
   * records say so; none is missing. So nobody's click reads everybody's passes.
   */
  readonly open: readonly string[];
  readonly held: readonly string[];
}

const MOST_REASONS = 50;
/** `afterRevocation` speaks of the last ten passes. */
const MOST_OUTCOMES = 10;

/** Takes a person's or a company's id; returns the record of somebody of whom nothing is known, not saved yet. */
export function emptyHistory(id: string): History {
  return { id, version: 0, reasons: [], outcomes: [], reviews: [], open: [], held: [] };
}

/** Takes a record; returns the same with the next version, so that of two writers one is told that it lost. */
export function touchHistory(history: History): History {
  return { ...history, version: history.version + 1 };
}

/** Takes a record and a reason's fingerprint; returns the record with that reason counted once more, and as the newest. */
export function rememberReason(history: History, said: string): History {
  const times = timesSaid(history, said) + 1;
  const others = history.reasons.filter((reason) => reason.said !== said);
  return { ...touchHistory(history), reasons: [...others, { said, times }].slice(-MOST_REASONS) };
}

/** Takes a record (null: none) and a reason's fingerprint (null: there is none); returns how often this person gave it. */
export function timesSaid(history: History | null, said: string | null): number {
  return history?.reasons.find((reason) => reason.said === said)?.times ?? 0;
}

/** Takes a record and how a pass ended; returns the record with it. */
export function rememberOutcome(history: History, outcome: Outcome): History {
  return { ...touchHistory(history), outcomes: [...history.outcomes, outcome].slice(-MOST_OUTCOMES) };
}

/** Takes a record and a review that its person's pass owes; returns the record with it, once. */
export function oweReview(history: History, review: OwedReview): History {
  const others = history.reviews.filter((other) => other.request !== review.request);
  return { ...touchHistory(history), reviews: [...others, review] };
}

/** Takes a record and a request whose review was given; returns the record without it. */
export function settleReview(history: History, request: string): History {
  return { ...touchHistory(history), reviews: history.reviews.filter((review) => review.request !== request) };
}

/** Takes a record and ids of passes; returns the record with them. */
export function rememberHeld(history: History, passes: readonly string[]): History {
  return { ...touchHistory(history), held: [...new Set([...history.held, ...passes])] };
}

/** Takes a record and the id of a request that waits; returns the record with it. */
export function rememberOpen(history: History, request: string): History {
  return { ...touchHistory(history), open: [...new Set([...history.open, request])] };
}
