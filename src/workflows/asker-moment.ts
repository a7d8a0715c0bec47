/**
 * The moments at which the asker gets a direct message; at `progress` (one of several yeses came) and `approved` only the
 * one they have is drawn anew, unless access is to begin later; at `review` it is about what an emergency owes.
 */
export type AskerMoment =
  | "asked"
  | "progress"
  | "approved"
  | "denied"
  | "lapsed"
  | "ready"
  | "endsSoon"
  | "failed"
  | "ended"
  | "review";
