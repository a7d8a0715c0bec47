import { sayDuration } from "../workflows/duration.ts";
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
  readonly reason: string | null;
}

export const EMPTY: Filled = {
  cluster: null,
  namespaces: [],
  profile: null,
  duration: null,
  otherDuration: null,
  reason: null,
};

/** Takes a request; returns the form as it must be filled to ask for the same. */
export function filledAs({ targets, durationSeconds, reason }: Request): Filled {
  const [target] = targets;
  const isUsual = USUAL_SECONDS.includes(durationSeconds);
  return {
    cluster: target?.cluster ?? null,
    namespaces: target?.namespaces ?? [],
    profile: target?.profile ?? null,
    duration: isUsual ? String(durationSeconds) : OTHER_DURATION,
    otherDuration: isUsual ? null : sayDuration(durationSeconds),
    reason,
  };
}
