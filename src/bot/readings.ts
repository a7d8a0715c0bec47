import type { Millis } from "../workflows/person.ts";
import type { Clock } from "../workflows/ports.ts";

/** How old an answer of Slack's may be at a click that lends nothing. A click that decides asks Slack itself. */
const CACHE_MS = 60_000;

/** An answer of Slack's and when it was asked for. */
export interface Reading<Value> {
  readonly readAt: Millis;
  readonly value: Value;
}

/** Answers of Slack's to one kind of question, by what it is about. */
export interface Readings<Value> {
  /**
   * Takes what it is about; returns an answer no older than a minute, or with `fresh` one that is asked for now. Fifty
   * clicks at once are one question; one that failed leaves the answer before it standing, and is asked anew.
   */
  get(about: string, fresh: boolean): Promise<Reading<Value>>;
  /** The last answer where it is no older than a minute. Asks nothing. */
  recent(about: string): Reading<Value> | null;
  /** Lets go of what is older than a minute. */
  tidy(): void;
}

/** Takes how to ask Slack and the clock; returns readings with a memory of their own. */
export function createReadings<Value>(
  ask: (about: string, now: Millis) => Promise<Value>,
  clock: Clock,
): Readings<Value> {
  const known = new Map<string, Reading<Value>>();
  const underWay = new Map<string, Promise<Reading<Value>>>();

  const askOnce = (about: string): Promise<Reading<Value>> => {
    const going = underWay.get(about);
    if (going !== undefined) return going;
    const asked = askNow(about).finally(() => underWay.delete(about));
    underWay.set(about, asked);
    return asked;
  };

  const askNow = async (about: string): Promise<Reading<Value>> => {
    const readAt = clock.now();
    const reading = { readAt, value: await ask(about, readAt) };
    known.set(about, reading);
    return reading;
  };

  const recent = (about: string): Reading<Value> | null => {
    const reading = known.get(about);
    return reading !== undefined && clock.now() - reading.readAt <= CACHE_MS ? reading : null;
  };

  return {
    recent,
    get: async (about, fresh) => (fresh ? null : recent(about)) ?? askOnce(about),
    tidy: () => {
      for (const about of known.keys()) if (recent(about) === null) known.delete(about);
    },
  };
}
