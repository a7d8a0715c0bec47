/** What may become of one call. `now` is the dull fate; the others' order is the shrinker's: milder ones first. */
export const FATES = [
  "now",
  "late answer",
  "late effect",
  "answer lost",
  "refused",
  "timed out, done later",
  "crash before",
  "crash after",
  "crash, done later",
] as const;
export type Fate = (typeof FATES)[number];
