import { sayDuration } from "../workflows/duration.ts";
import type { Millis } from "../workflows/person.ts";

/** A moment for a reader in any zone: Slack's own format and what stands there where Slack cannot draw it. */
export interface Moment {
  readonly at: Millis;
  readonly format: string;
  readonly fallback: string;
}

/** Within this of now the hour alone is clear; beyond, the day stands beside it. */
const SAME_DAY_MS = 12 * 60 * 60_000;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Takes a moment and the time; returns how to show it: `16:02`, with the day where that is not clear. */
export function moment(at: Millis, now: Millis): Moment {
  const near = Math.abs(at - now) < SAME_DAY_MS;
  return {
    at,
    format: near ? "{time}" : "{date_short_pretty} {time}",
    fallback: near ? `${utcTime(at)} UTC` : `${utcDay(at)} ${utcTime(at)} UTC`,
  };
}

/** Takes a moment; returns `16:02` in UTC. */
function utcTime(at: Millis): string {
  return new Date(at).toISOString().slice(11, 16);
}

/** Takes a moment; returns `31 Dec 2026` in UTC. */
export function utcDay(at: Millis): string {
  const day = new Date(at);
  return `${day.getUTCDate()} ${MONTHS[day.getUTCMonth()]} ${day.getUTCFullYear()}`;
}

/** Takes a stretch of time in milliseconds; returns it as people say it, to the minute from two minutes on. */
export function roughly(ms: Millis): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  return sayDuration(seconds >= 120 ? Math.round(seconds / 60) * 60 : seconds);
}

/** Takes how long ago something was, and the words that follow a stretch; returns `3 s ago`, or `just now`. */
export function since(ms: Millis, then = "ago"): string {
  return ms < 500 ? "just now" : `${roughly(ms)} ${then}`;
}

/** Takes an end and the time; returns `1 h 58 min left`. */
export function timeLeft(end: Millis, now: Millis): string {
  return end <= now ? "no time left" : `${roughly(end - now)} left`;
}

/** Takes a lag in milliseconds; returns `0.3 s`, a short one never as nothing. */
export function sayLag(ms: Millis): string {
  if (ms < 50) return "less than 0.1 s";
  return ms < 120_000 ? `${(ms / 1000).toFixed(1)} s` : roughly(ms);
}
