/** Whether a refusal is one that the referee hears as well: which of several reasons is said first is nobody's rule. */
import type { Refusal, RefusalCode } from "../../../src/workflows/refusal.ts";
import type { Against } from "./terms.ts";

/** Counts what came of the questions, by what it was. */
export type Count = (what: string) => void;

/** Takes what the product refused it for, what speaks against it, and a counter; returns what differs. */
export function refusedBoth(refusals: readonly Refusal[], against: Against | null, count: Count): readonly string[] {
  const codes = refusals.map(({ refused }) => refused);
  for (const code of codes) count(`refused: ${code}`);
  if (against === null || against.size === 0) {
    return [`refused as ${codes.join(", ")}, but for the referee nothing speaks against it`];
  }
  const heard = new Set([...against].map(kindOf));
  const guesses = [...(isUndecided(heard) ? FURTHER : []), ...(heard.has("durationTooShort") ? GUESSED : [])];
  const unheard = codes.filter((code) => !heard.has(kindOf(code)) && !guesses.includes(code));
  if (codes.some((code) => heard.has(kindOf(code))) && unheard.length === 0) return [];
  return [`refused as ${unheard.join(", ")}, but for the referee: ${[...against].join(", ")}`];
}

/** Where no rule decides, nothing says how long it could be or whether a ticket is needed: a form may say something. */
const FURTHER: readonly RefusalCode[] = ["durationTooLong", "ticketNeeded"];
const isUndecided = (heard: ReadonlySet<RefusalCode>) =>
  (["notOffered", "conditionNotMet", "unknownNamespace", "namespaceUnread", "clusterUnknown"] as const).some((code) =>
    heard.has(code),
  );

/** A condition may ask for how long: where that is no duration, what else is said takes conditions to hold. */
const GUESSED: readonly RefusalCode[] = ["notOffered", "differentApprovers", "ticketNeeded"];

/** Takes a code; returns it, or the one for all the ways in which it is said that nobody lends something. */
export function kindOf(code: RefusalCode): RefusalCode {
  return code === "nothingOnOffer" || code === "noBreakGlass" ? "notOffered" : code;
}
