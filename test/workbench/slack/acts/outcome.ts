import type { Ack } from "../envelope.ts";
import type { Slack } from "../slack.ts";

/** What a person sees come of what they did. */
export interface Outcome {
  /** The app acknowledged in time. False when Slack never asked it (refused, missing) or it did not answer. */
  acked: boolean;
  /** Why Slack itself did not let the person do it; the app was not asked. */
  refused?: string;
  /** Field errors by block id: from the app, or from Slack's client for required fields left empty. */
  errors?: Record<string, string>;
  /** Slack's own message about an app that failed. */
  toast?: string;
  /** The confirm dialog the person went through. */
  confirmed?: { title: string; text: string };
  /** Options that an external select showed. */
  options?: { text: string; value: string }[];
  /** The feed's number when the person acted: wait from here for what comes of it. */
  since: number;
}

/** The outcome of a delivery that carries nothing back; `failure` words what Slack says when it failed. */
export function outcomeOf(slack: Slack, user: string, ack: Ack, since: number, failure: string): Outcome {
  if (ack.acked) return { acked: true, since };
  slack.records.toast(user, failure);
  return { acked: false, toast: failure, since };
}

/** Slack's words when an interaction was not acknowledged. */
export const troubleText = "We had some trouble connecting. Try again?";
