/** Whether a yes was given in the form that says the risk once more, where it has to be. */
import type { Asked, Needs, Yes } from "./request.ts";

/** A risk as the form says it: its tier, and each reason for it. */
export type Risk = Pick<Needs, "tier" | "why">;

/** Takes a yes and what is needed; returns whether it was given in the form that says the risk once more, if it has to be. */
export function isInForm({ stepped }: Pick<Yes, "stepped">, { stepUp }: Pick<Needs, "stepUp">): boolean {
  return !stepUp || stepped === true;
}

/** Takes a request; returns those of its yeses that count, and those that have to be given once more, in the form. */
export function sortYeses({ needs, yeses }: Pick<Asked, "needs" | "yeses">): {
  readonly counting: readonly Yes[];
  readonly onceMore: readonly Yes[];
} {
  return {
    counting: yeses.filter((yes) => isInForm(yes, needs)),
    onceMore: yeses.filter((yes) => !isInForm(yes, needs)),
  };
}
