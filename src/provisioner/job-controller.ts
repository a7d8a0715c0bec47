import type { Millis } from "../workflows/person.ts";

/** A Job controller that has completed nothing new for so long is not at work. */
const AT_WORK_MS = 3_000;

/** What was seen of a cluster's Job controller. */
export interface JobController {
  /** Takes when it completed some timer, by its own clock. */
  completed(at: Millis): void;
  /** Says that it was seen to write the status of some timer just now, by whichever worker's. */
  wrote(): void;
  /** Returns whether it completed something lately. */
  isAtWork(): boolean;
}

/** Takes a clock in milliseconds; returns a Job controller of which nothing was seen yet. */
export function createJobController(clock: () => number = () => performance.now()): JobController {
  let [newest, seenAt] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  return {
    completed(at) {
      if (at > newest) [newest, seenAt] = [at, clock()];
    },
    wrote: () => {
      seenAt = clock();
    },
    isAtWork: () => clock() - seenAt < AT_WORK_MS,
  };
}
