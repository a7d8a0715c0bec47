import { beginsAt } from "./grant.ts";
import type { Millis } from "./person.ts";
import type { Clock, Events, Facts, Ids, People, PolicySource, Ref, Store, Waker } from "./ports.ts";
import type { ApprovedRequest } from "./request.ts";

/**
 * Losing this many compare-and-sets in a row is no longer a race between people: all that is decided for one person at one
 * moment goes one after the other.
 */
export const MOST_TRIES = 25;

/** Whether it is safe to grant. Endings never ask. */
export interface Caution {
  /** Returns why nothing may be granted now, as a sentence without its full stop, or null. */
  whyNot(): string | null;
}

/** The ports the bot's use cases stand on. */
export interface Desk {
  readonly store: Store;
  readonly people: People;
  readonly facts: Facts;
  readonly waker: Waker;
  readonly policy: PolicySource;
  readonly caution: Caution;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly events: Events;
}

/**
 * Asks for a wake of a record, of this version, at a moment. Not awaited: the record is saved, people wait for an
 * answer, and a sweep finds what a lost wake forgot.
 */
export function wake(desk: Desk, ref: Ref, version: number, at: Millis): void {
  desk.waker.wake(ref, version, at).catch((cause: unknown) => desk.events.failed("wake lost", { ...ref }, cause));
}

/** Asks for a wake of each pass of a request that was approved just now, when it is to begin. */
export function wakeGrants(desk: Desk, { grants, lent, decision }: ApprovedRequest): void {
  const begins = beginsAt({ startsAt: lent.startsAt, decidedAt: decision.at });
  for (const id of grants) wake(desk, { kind: "grant", id }, 1, begins);
}
