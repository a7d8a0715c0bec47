import type { Millis, PersonId } from "./person.ts";
import type { Policy } from "./policy.ts";

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

/** Takes the policy; returns the group that reviews: on-call where a review is owed still and the policy names none any more. */
export function reviewersOf({ breakGlass, onCall }: Policy): string {
  return breakGlass?.reviewers ?? onCall;
}
