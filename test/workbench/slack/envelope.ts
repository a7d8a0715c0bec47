/** The three ways in which Slack calls an app. */
type EnvelopeType = "slash_commands" | "interactive" | "events_api";

/** One delivery to the app. */
export interface Envelope {
  type: EnvelopeType;
  payload: Record<string, unknown>;
  /** Whether the app's acknowledgement may carry a body. */
  takesAnswer: boolean;
  retry?: { attempt: number; reason: string };
}

/** How the app took it. `answer` is undefined when the acknowledgement was empty. */
export type Ack = { acked: true; answer: unknown } | { acked: false; reason: "timeout" | "unreachable" | string };
