/** What people write in options and files of cases: places, passes, moments, durations. */
import { parseExactDuration } from "../workflows/duration.ts";
import type { Millis } from "../workflows/person.ts";
import type { AssumedPass } from "./assumed.ts";

/** Takes what somebody wrote of a place, such as `prod/payments,ledger`; returns it apart, or null. */
export function parsePlace(text: string): { readonly cluster: string; readonly namespaces: readonly string[] } | null {
  const [, cluster, names] = /^([a-z0-9-]+)\/([a-z0-9-]+(?:,[a-z0-9-]+)*)$/.exec(text) ?? [];
  return cluster === undefined || names === undefined ? null : { cluster, namespaces: names.split(",") };
}

/** Takes what somebody wrote of a pass that is held, such as `prod/payments logs`; returns it apart, or null. */
export function parsePass(text: string): AssumedPass | null {
  const [, where, profile] = /^(\S+) ([a-z0-9-]+)$/.exec(text) ?? [];
  const place = where === undefined ? null : parsePlace(where);
  return place === null || profile === undefined ? null : { ...place, profile };
}

/** Takes an id; returns whether it is one of a Slack user group. */
export function isSlackGroup(id: string): boolean {
  return /^S[A-Z0-9]{2,}$/.test(id);
}

/** Takes what somebody wrote of a moment, as ISO 8601 has it; returns it, or null. A day alone begins at midnight, UTC. */
export function parseMoment(text: string): Millis | null {
  const [, day] = /^(\d{4}-\d\d-\d\d)(?:T\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)$|$)/.exec(text) ?? [];
  const at = day !== undefined && isDay(day) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}

/** The runtime takes 2027-02-30 for the second of March. */
function isDay(day: string): boolean {
  const begins = Date.parse(day);
  return !Number.isNaN(begins) && new Date(begins).toISOString().startsWith(day);
}

/** Takes a duration as written; returns whether it is one that a policy may say, too. */
export function isDuration(text: string): boolean {
  return parseExactDuration(text) !== null;
}
