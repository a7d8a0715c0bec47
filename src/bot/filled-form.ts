import { sayDuration } from "../workflows/duration.ts";
import type { Millis } from "../workflows/person.ts";
import type { Request } from "../workflows/request.ts";
import { OTHER_DURATION } from "./names.ts";

/** What people are offered at a glance, in seconds; anything else is written under Other. */
export const USUAL_SECONDS: readonly number[] = [15 * 60, 30 * 60, 60 * 60, 2 * 60 * 60, 4 * 60 * 60];

/** What the request form holds so far. */
export interface Filled {
  readonly cluster: string | null;
  readonly namespaces: readonly string[];
  readonly profile: string | null;
  /** Whole seconds as text, or `OTHER_DURATION`. */
  readonly duration: string | null;
  readonly otherDuration: string | null;
  readonly ticket: string | null;
  readonly reason: string | null;
  /** Null: as soon as it is decided. */
  readonly startsAt: Millis | null;
  /** The box that breaks the glass is ticked. */
  readonly glass: boolean;
}

export const EMPTY: Filled = {
  cluster: null,
  namespaces: [],
  profile: null,
  duration: null,
  otherDuration: null,
  ticket: null,
  reason: null,
  startsAt: null,
  glass: false,
};

/**
 * Takes a request; returns the form as it must be filled to ask approvers for the same, as soon as it is decided. Nobody
 * breaks the glass without ticking the box.
 */
export function filledAs({ targets, durationSeconds, ticket, reason }: Request): Filled {
  const [target] = targets;
  const isUsual = USUAL_SECONDS.includes(durationSeconds);
  return {
    ...EMPTY,
    cluster: target?.cluster ?? null,
    namespaces: target?.namespaces ?? [],
    profile: target?.profile ?? null,
    duration: isUsual ? String(durationSeconds) : OTHER_DURATION,
    otherDuration: isUsual ? null : sayDuration(durationSeconds),
    ticket,
    reason,
  };
}

/** Takes what is filled in; returns the duration as typed, or as the menu's choice is called; `""` for none. */
export function durationIn({ duration, otherDuration }: Filled): string {
  if (duration === OTHER_DURATION) return otherDuration ?? "";
  return duration === null ? "" : sayDuration(Number(duration));
}
