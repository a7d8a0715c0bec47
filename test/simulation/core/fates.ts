/** What may become of one call: done at once, which is the dull fate, or one of these. */
export type Fate =
  | "now"
  | "late answer"
  | "late effect"
  | "answer lost"
  | "refused"
  | "timed out, done later"
  | "crash before"
  | "crash after"
  | "crash, done later";
