import type { Millis } from "./person.ts";
import type { Weekday } from "./policy-schema.ts";

/** A moment as a clock on the wall shows it. */
export interface LocalTime {
  readonly hour: number;
  readonly minute: number;
  readonly weekday: Weekday;
}

/** Takes a moment and an IANA zone that is known; returns the time there, daylight saving included. Throws for others. */
export function localTime(at: Millis, zone: string): LocalTime {
  const format = { timeZone: zone, weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
  const parts = new Intl.DateTimeFormat("en-US", format).formatToParts(at);
  const shown = Object.fromEntries(parts.map(({ type, value }) => [type, value]));
  // In English they are the same but for the capital.
  const weekday = String(shown.weekday).toLowerCase() as Weekday;
  return { hour: Number(shown.hour), minute: Number(shown.minute), weekday };
}

/** Takes what may be the name of a time zone; returns whether this runtime knows it. */
export function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en-US", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
