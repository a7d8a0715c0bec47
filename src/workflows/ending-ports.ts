/** What is owed where an ending takes long, and what must not be forgotten of one that was begun. */
import type { Ending } from "./grant.ts";
import type { Millis } from "./person.ts";

/** An ending that is overdue. */
export interface Debt {
  readonly grant: string;
  readonly cluster: string;
  readonly since: Millis;
  /** Why, as a sentence without its full stop. */
  readonly words: string;
}

/** Calls for help from outside Slack, and counts. Neither throws nor waits. */
export interface Pager {
  /** Says once per grant that its ending is overdue; saying it again only renews the words. */
  overdue(debt: Debt): void;
  /** Says that it has ended; nothing where it was never overdue. */
  settled(grant: string): void;
}

/** What is left to do of a pass behind its end. */
export interface Leftover {
  /** Why it could not be done, as a sentence without its full stop. */
  readonly words: string;
  /** When its cluster was seen to refuse all of it: only to say so is left. Null where it is there still. */
  readonly refusedAt: Millis | null;
}

/**
 * By grant, what this process could not do of what it saw behind its end: its record says *ended*, or there is none, or
 * nobody could be asked. Its alarm and its page stay until it is taken; that the record says *ended* closes neither.
 */
export type Leftovers = Map<string, Leftover>;

/**
 * The endings that this process has begun and not finished, and those that are on record outside the store. Where the
 * store is emptied or goes back to an earlier state, a pass that somebody revoked must not come back as one that runs.
 */
export interface Endings {
  begun(grant: string, ending: Ending): void;
  /**
   * Takes what is the same for one loss of the store; reads anew what is on record outside it, for all who ask in the
   * seconds after, and returns what tells of a grant by that. Rejects where it cannot be read, or takes long: asked again
   * for the same loss, it waits for that reading.
   */
  read(loss: string): Promise<(grant: string) => Ending | null>;
  /** Rejects where what is on record outside the store cannot be read. */
  of(grant: string): Promise<Ending | null>;
  /** Whether it is on record outside the store that it ended. Never rejects. */
  isOver(grant: string): Promise<boolean>;
  over(grant: string): void;
}
