/** How long, how far ahead and how many: what caps a pass whatever a rule says. */
import { parseDuration, sayDuration } from "./duration.ts";
import { isOfAccount, type Millis, type PersonRecord } from "./person.ts";
import { companyOf, contractEnd, type Policy } from "./policy.ts";
import { type Refusal, refuse } from "./refusal.ts";
import type { Around } from "./wish.ts";

/** Shorter than this a grant would end before anybody could use it. */
export const SHORTEST_SECONDS = 10;
/** Farther ahead people no longer know what they said yes to. */
const MOST_AHEAD_MS = 14 * 86_400_000;

/** Takes a person's record; returns the moment past which nothing is lent to them, or null: contract and guest account. */
export function capOf(policy: Policy, { person, expiresAt }: PersonRecord): Millis | null {
  const caps = [contractEnd(policy, person), expiresAt].filter((cap) => cap !== null);
  return caps.length > 0 ? Math.min(...caps) : null;
}

/**
 * Takes when a pass begins, for how many seconds, and the cap of its person (null: none); returns the moment it ends. In
 * whole seconds, rounded down: it stands in names, and nothing ends after what was decided.
 */
export function endOf(begins: Millis, seconds: number, cap: Millis | null): Millis {
  return wholeSeconds(Math.min(wholeSeconds(begins) + seconds * 1000, cap ?? Infinity));
}

function wholeSeconds(at: Millis): Millis {
  return Math.floor(at / 1000) * 1000;
}

/** Takes when it is to begin (null: at once), the cap and the time; returns when it begins, or why it cannot. */
export function judgeStart(startsAt: Millis | null, cap: Millis | null, now: Millis): Millis | Refusal {
  const field = "start";
  const begins = startsAt ?? now;
  if (begins < now) return refuse("startTooSoon", { field });
  if (begins > now + MOST_AHEAD_MS) return refuse("startTooLate", { field, detail: "14 days" });
  if ((cap ?? Infinity) - begins >= SHORTEST_SECONDS * 1000) return begins;
  return startsAt === null ? refuse("nothingLeft") : refuse("startTooLate", { field, detail: "your contract's end" });
}

/** Takes what somebody wrote and the most seconds there are; returns the seconds, or why not. */
export function judgeDuration(text: string, most: number): number | Refusal {
  const seconds = parseDuration(text);
  if (seconds === null) return refuse("durationUnreadable", { field: "duration", detail: text.slice(0, 40) });
  if (seconds < SHORTEST_SECONDS) {
    return refuse("durationTooShort", { field: "duration", detail: sayDuration(SHORTEST_SECONDS) });
  }
  return seconds > most ? refuse("durationTooLong", { field: "duration", detail: sayDuration(most) }) : seconds;
}

/** Takes the policy, whose passes are counted and what is around; returns which limit is reached, or null. */
export function passLimit(
  policy: Policy,
  by: PersonRecord,
  around: Pick<Around, "held" | "companyPasses">,
): Refusal | null {
  const most = policy.limits.passesPerPerson;
  if (around.held.length >= most) return refuse("tooManyPasses", { detail: String(most) });
  const companyMost = companyOf(policy, by.person)?.maxPasses;
  if (companyMost === undefined || around.companyPasses < companyMost) return null;
  return refuse("companyFull", { detail: String(companyMost) });
}

/**
 * Takes the policy, who asks and what is around; returns that too many requests of this person wait for an answer, or null.
 * Nobody says yes to what another account asked for.
 */
export function openLimit(policy: Policy, by: PersonRecord, { open }: Pick<Around, "open">): Refusal | null {
  const most = policy.limits.openPerPerson;
  const own = open.filter(({ account }) => isOfAccount(by, account));
  return own.length >= most ? refuse("tooManyOpen", { detail: String(most) }) : null;
}
