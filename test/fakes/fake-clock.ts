import type { Millis } from "../../src/workflows/person.ts";
import type { Clock } from "../../src/workflows/ports.ts";

/** A clock that stands still until a test moves it. */
export interface FakeClock extends Clock {
  advance(ms: number): void;
  set(moment: Millis): void;
}

/** Takes the moment it begins at. */
export function createFakeClock(start: Millis): FakeClock {
  let now = start;
  return {
    now: () => now,
    advance: (ms) => {
      now += ms;
    },
    set: (moment) => {
      now = moment;
    },
  };
}
