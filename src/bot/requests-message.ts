import type { WebClient } from "@slack/web-api";
import type { Millis } from "../workflows/person.ts";
import type { Clock } from "../workflows/ports.ts";
import type { Cards, Place } from "../workflows/telling.ts";
import { requestsMessage } from "./messages/entry.ts";
import { createPoster } from "./poster.ts";
import { slackTrouble } from "./slack-client.ts";

/** Anybody with the right to can delete the message; no later than this it stands there again. */
const LOOK_AGAIN_MS = 5 * 60_000;

export interface RequestsMessageParts {
  readonly slack: WebClient;
  readonly cards: Cards;
  readonly clock: Clock;
}

/** Sees to it that the message with the button stands in the requests channel, once, with today's words. */
export interface RequestsMessage {
  /**
   * Takes the channel; does what is to be done there now. To be called again and again, each time longer after the one
   * before than a call to Slack may take. Throws Slack's errors.
   */
  tend(channel: string): Promise<void>;
}

/**
 * Two bots that find it deleted at the same moment can each forget the place that the other one has just kept. Whoever
 * sees, a round after its own post, that another one is kept takes its own away.
 */
export function createRequestsMessage({ slack, cards, clock }: RequestsMessageParts): RequestsMessage {
  const poster = createPoster(slack, cards);
  let settled: { readonly channel: string; readonly at: Millis } | null = null;
  let posted: Place | null = null;
  return {
    tend: async (channel) => {
      if (settled?.channel === channel && clock.now() - settled.at < LOOK_AGAIN_MS) return;
      const name = `requests-message-${channel}`;
      const kept = await cards.find(name);
      if (posted === null || posted.channel !== channel) {
        const place = await poster.show(name, channel, requestsMessage());
        posted = place.ts === kept?.ts ? null : place;
        settled = posted === null ? { channel, at: clock.now() } : null;
        return;
      }
      if (kept !== null && kept.ts !== posted.ts) await remove(slack, posted);
      posted = null;
      settled = { channel, at: clock.now() };
    },
  };
}

/** One that is gone already is as good as deleted. */
async function remove(slack: WebClient, place: Place): Promise<void> {
  try {
    await slack.chat.delete({ ...place });
  } catch (cause) {
    const trouble = slackTrouble(cause);
    if (trouble?.kind !== "refused" || trouble.error !== "message_not_found") throw cause;
  }
}
