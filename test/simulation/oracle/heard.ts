import type { Answered } from "./answers.ts";

/** What the oracle must know of what people were answered. */
export interface Heard {
  /** Somebody was told that this is done: their approval counts, or this access is being ended. */
  done(answered: Answered): void;
  /** Somebody has this delivery's credential before them. */
  received(grant: string, n: number): void;
}
