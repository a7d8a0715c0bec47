import type { WebClient } from "@slack/web-api";
import type { Cards } from "../workflows/telling.ts";
import { requestsMessage } from "./messages/entry.ts";
import { createPoster, type Place } from "./poster.ts";

export interface RequestsMessageParts {
  readonly slack: WebClient;
  readonly cards: Cards;
}

/** Sees to it that the message with the button stands in the requests channel once, with today's words. */
export interface RequestsMessage {
  /**
   * Takes the channel; does what is to be done there now. To be called again and again, each time longer after the one
   * before than a call to Slack may take. Throws Slack's errors.
   */
  tend(channel: string): Promise<void>;
}

/**
 * Two bots that start at once can both find no message and both post one. The place that was kept last holds: whoever
 * sees, a round after its own post, that another one was kept takes its own away.
 */
export function createRequestsMessage({ slack, cards }: RequestsMessageParts): RequestsMessage {
  const poster = createPoster(slack, cards);
  let settledIn: string | null = null;
  let posted: Place | null = null;
  return {
    tend: async (channel) => {
      if (channel === settledIn) return;
      const name = `requests-message-${channel}`;
      const kept = await cards.find(name);
      if (posted === null || posted.channel !== channel) {
        const place = await poster.show(name, channel, requestsMessage());
        posted = place.ts === kept?.ts ? null : place;
        settledIn = posted === null ? channel : null;
        return;
      }
      if (kept !== null && kept.ts !== posted.ts) await slack.chat.delete({ ...posted });
      posted = null;
      settledIn = channel;
    },
  };
}
