import type { Tape } from "./tape.ts";

/** How long the passes of a run live: seconds, minutes, or up to hours; and how long its troubles may last. */
export type Span = "short" | "medium" | "long";

/**
 * In a thousand runs. What the product does half a minute, a minute and five minutes after something only comes up where
 * a pass still lives by then; but a run of minutes costs as much as three short ones.
 */
const NOT_SHORT = 24;
const OTHERS: readonly Span[] = ["long", ...Array.from({ length: 11 }, (): Span => "medium")];

/** Takes a tape; returns the span of its run. */
export function chooseSpan(tape: Tape): Span {
  return OTHERS[tape.choose(NOT_SHORT, OTHERS.length) - 1] ?? "short";
}
