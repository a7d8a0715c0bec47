/** Whether a call that was stopped goes on its way, or is dropped with the connection it came on. */
export type Verdict = "pass" | "drop";

/**
 * What happens to one call. `before`: it is held, and what it asks for has not happened. `after`: it was passed on and
 * has had its effect, and nothing of the answer has come back.
 */
export interface Stop {
  readonly when: "before" | "after";
  /** Called while the call stands; it goes on, or is dropped, when this resolves. */
  act(): Promise<Verdict>;
}

/** Looks at each call on a line; null lets it pass. */
export type Toll<Call> = (call: Call) => Stop | null;
