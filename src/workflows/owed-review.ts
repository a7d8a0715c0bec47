import type { Millis, PersonId } from "./person.ts";

/** What an emergency owes: somebody else looks at what was done. */
export interface Review {
  readonly dueAt: Millis;
  /** When reviewers were last reminded; null while they were not. */
  readonly chasedAt: Millis | null;
  readonly done: Reviewed | null;
}
export interface Reviewed {
  readonly by: PersonId;
  readonly at: Millis;
  readonly words: string;
}

/** What can happen to it. */
export type ReviewEvent =
  | { readonly type: "chased"; readonly at: Millis }
  | { readonly type: "reviewed"; readonly done: Reviewed };
