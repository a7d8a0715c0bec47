import type { Case } from "./case.ts";

/** Processes that start, people who look, and what is told and taken away at last. */
const AROUND_MS = 15_000;
/** A process that comes back only after the end, and does what was left to do. */
const LATE_MS = 10_000;
/** Whoever is refused tries on. */
const REFUSED_MS = 30_000;
/** Somebody ends it long before its end. */
const EARLY_MS = 40_000;
/** Where nothing else is short of time: the longest case is an outage of a minute with all that comes before and after it. */
const HUNG_MS = 240_000;

/** An outage by its words: `for 20 s across the end`, `20 s after the end`. */
const OUTAGE = /for (\d+) s|(\d+) s after the end/g;

/**
 * Takes a case; returns how many milliseconds it takes at most on a machine that is not overloaded. 751 of 783 cases that were
 * measured on four lanes took less, two of them more than half a minute more.
 */
export function atMostMs({ name, group, seconds, allows }: Case): number {
  if (group === "early") return EARLY_MS;
  const outages = [...name.matchAll(OUTAGE)].map(([, during, after]) => Number(during ?? after) * 1_000);
  const late = name.includes("restarted late") ? LATE_MS : 0;
  const refused = allows.refused === undefined ? 0 : REFUSED_MS;
  return outages.reduce((sum, ms) => sum + ms, seconds * 1_000 + AROUND_MS + late + refused);
}

/**
 * Takes a case and whether it is one of a slice, which is over before the longest of all cases could be; returns after how many
 * milliseconds it has hung: in a slice after twice what it takes at most.
 */
export function longestMs(one: Case, isInSlice: boolean): number {
  return isInSlice ? Math.min(HUNG_MS, 2 * atMostMs(one)) : HUNG_MS;
}
