import type { Grant } from "../../workflows/grant.ts";
import type { Millis } from "../../workflows/person.ts";
import type { Refusal } from "../../workflows/refusal.ts";
import type { Allowed, OfferedPass } from "../../workflows/wish.ts";
import type { Filled } from "../filled-form.ts";
import type { Names } from "../messages.ts";

/** All that the form is made of. */
export interface FormFacts {
  readonly names: Names;
  /** All that this person may ask for. */
  readonly offer: readonly OfferedPass[];
  /** All that they may lend themselves in an emergency; nothing for whoever is not on call. */
  readonly glass: readonly OfferedPass[];
  readonly filled: Filled;
  /** What would come of it as it is filled in now; null while there is too little to judge. */
  readonly preview: Allowed | readonly Refusal[] | null;
  /** The grant that this would succeed; null for a first one. */
  readonly former: Pick<Grant, "id" | "end"> | null;
  readonly contractEnd: Millis | null;
  readonly now: Millis;
}

/** What is chosen so far, and what still fits it. */
export interface Chosen {
  readonly cluster: string | null;
  readonly profile: string | null;
  /** What is on offer at all: for approvers to decide, or in an emergency. */
  readonly offer: readonly OfferedPass[];
  readonly inCluster: readonly OfferedPass[];
  readonly fitting: readonly OfferedPass[];
  readonly glass: boolean;
}

/** Takes what would come of a form; returns whether that is a refusal. */
export function isRefused(preview: FormFacts["preview"]): preview is readonly Refusal[] {
  return Array.isArray(preview);
}
