import type { Millis } from "../workflows/person.ts";
import type { Clock } from "../workflows/ports.ts";

/** A server's answer that took longer says too little about the moment at which it was given. */
const LONGEST_TRIP_MS = 1_000;
/** A correction of more than this is a step: what was set by the former time must be set anew. */
const STEP_MS = 1_000;

/** A step further than this must be seen by somebody else as well: one server's wrong time must end nothing early. */
const MOST_ALONE_MS = 5_000;

/** A clock that goes by a server's time and, between its answers, by one that no setting of the time can move. */
export interface ServerClock extends Clock {
  /**
   * Takes the time that a server gave just now, in epoch milliseconds, and how long question and answer took; returns
   * whether that was short enough for the answer to say anything.
   */
  correct(server: Millis, roundTripMs: number): boolean;
  /** Takes another server's name and its time just now, to the second: it may bear witness to a step, also to the last. */
  witness(name: string, time: Millis): void;
  /** Resolves when this clock and a server's are first within 5 s of each other: either agrees, or was set by the other. */
  readonly settled: Promise<void>;
}

export interface ServerClockParts {
  /** Milliseconds that only ever grow, evenly, while this machine is awake. */
  readonly monotonic?: () => number;
  /** This machine's own time, which bears witness as well. */
  readonly wall?: () => Millis;
  /** What the clock says until a server was heard. */
  readonly start?: Millis;
  /** Called after a correction of more than a second, such as the first after a laptop slept. */
  readonly stepped?: (ms: number) => void;
}

/**
 * Returns a clock in whole milliseconds. A server's answer proves that its time lies between the moments of asking and
 * of hearing: as long as this clock agrees with that it is left alone, since an answer that took half a second could
 * only make it worse; else it is set to the middle. A step of more than 5 s is taken only where this machine's own time
 * or another server's agrees with it: after a sleep the machine's does, where one server is wrong nobody's does.
 */
export function createServerClock(parts: ServerClockParts = {}): ServerClock {
  const { monotonic = () => performance.now(), wall = Date.now, start = wall(), stepped = () => undefined } = parts;
  const witnesses = new Map<string, number>();
  const settled = Promise.withResolvers<void>();
  let offset = start - monotonic();
  /** What the server said last, where nobody bore witness to it. */
  let unwitnessed: number | null = null;

  function set(newOffset: number): void {
    const step = newOffset - offset;
    offset = newOffset;
    unwitnessed = null;
    if (Math.abs(step) > STEP_MS) stepped(Math.round(step));
  }

  function isBelieved(newOffset: number): boolean {
    const others = [wall() - monotonic(), ...witnesses.values()];
    return others.some((other) => isNear(other, newOffset));
  }

  return {
    now: () => Math.round(monotonic() + offset),
    correct: (server, roundTripMs) => {
      if (roundTripMs > LONGEST_TRIP_MS) return false;
      const middle = server + roundTripMs / 2 - monotonic();
      const stepMs = Math.abs(middle - offset);
      const isAlone = stepMs > MOST_ALONE_MS && !isBelieved(middle);
      unwitnessed = isAlone ? middle : null;
      if (isAlone) return true;
      if (stepMs > roundTripMs / 2) set(middle);
      settled.resolve();
      return true;
    },
    witness: (name, time) => {
      const other = time - monotonic();
      witnesses.set(name, other);
      if (unwitnessed !== null && isNear(other, unwitnessed)) set(unwitnessed);
      if (isNear(other, offset)) settled.resolve();
    },
    settled: settled.promise,
  };
}

function isNear(one: number, other: number): boolean {
  return Math.abs(one - other) <= MOST_ALONE_MS;
}
