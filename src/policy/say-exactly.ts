import { sayDuration } from "../workflows/duration.ts";

/** Takes whole seconds; returns the words, to the second: who reviews a policy must see each one. */
export function sayExactly(seconds: number): string {
  const rest = seconds % 60;
  return seconds < 3600 || rest === 0 ? sayDuration(seconds) : `${sayDuration(seconds)} ${rest} s`;
}
