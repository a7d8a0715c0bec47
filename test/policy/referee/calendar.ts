/** Local time by the rules of summer time, counted by hand: no `Intl` and no `Date`. */
import { WEEKDAYS, type Weekday } from "../../../src/workflows/policy-schema.ts";

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

/** A moment as a clock on the wall shows it. */
export interface WallTime {
  readonly weekday: Weekday;
  readonly hour: number;
  readonly minute: number;
}

/** From the last Sunday of March to the last of October, at 01:00 UTC (Directive 2000/84/EC). */
function isEuropeanSummer(at: number): boolean {
  const year = yearOf(at);
  return at >= lastSunday(year, 3) + 60 * MINUTE && at < lastSunday(year, 10) + 60 * MINUTE;
}

/** From the second Sunday of March to the first of November, at 02:00 local time (Energy Policy Act of 2005). */
function isAmericanSummer(at: number): boolean {
  const year = yearOf(at);
  const begin = sundayFrom(firstOf(year, 3) + 7 * DAY) + 7 * 60 * MINUTE;
  return at >= begin && at < sundayFrom(firstOf(year, 11)) + 6 * 60 * MINUTE;
}

const OFFSETS: Readonly<Record<string, (at: number) => number>> = {
  UTC: () => 0,
  "Europe/Berlin": (at) => (isEuropeanSummer(at) ? 120 : 60),
  "America/New_York": (at) => (isAmericanSummer(at) ? -240 : -300),
  "Asia/Kolkata": () => 330,
};
/** The zones that this calendar knows. */
export const ZONES = Object.keys(OFFSETS);

/** Takes epoch milliseconds and one of ZONES; returns what a clock shows there. Throws for another zone. */
export function wallTime(at: number, zone: string): WallTime {
  const offset = OFFSETS[zone];
  if (offset === undefined) throw new RangeError(`the referee does not know the zone ${zone}`);
  const local = at + offset(at) * MINUTE;
  const minutes = Math.floor((local % DAY) / MINUTE);
  return { weekday: weekdayOf(local), hour: Math.floor(minutes / 60), minute: minutes % 60 };
}

/** 1970-01-01 was a Thursday. */
function weekdayOf(at: number): Weekday {
  return WEEKDAYS[(Math.floor(at / DAY) + 3) % 7] ?? "mon";
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

function yearOf(at: number): number {
  let year = 1970;
  while (firstOf(year + 1, 1) <= at) year += 1;
  return year;
}

function firstOf(year: number, month: number): number {
  let days = 0;
  for (let past = 1970; past < year; past++) days += isLeap(past) ? 366 : 365;
  const lengths = [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30];
  for (const length of lengths.slice(0, month - 1)) days += length;
  return days * DAY;
}

function sundayFrom(day: number): number {
  return weekdayOf(day) === "sun" ? day : sundayFrom(day + DAY);
}

function lastSunday(year: number, month: number): number {
  const next = firstOf(year, month + 1);
  return sundayFrom(next - 7 * DAY);
}
