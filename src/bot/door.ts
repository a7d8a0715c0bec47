import type { Receiver } from "@slack/bolt";

/** A way by which Slack reaches us: Socket Mode or signed HTTP. */
export interface Door {
  readonly receiver: Receiver;
  /** The port it listens on, once it is open; null where Slack is called and does not call. */
  port(): number | null;
}
