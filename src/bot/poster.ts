import { setTimeout as wait } from "node:timers/promises";
import type { WebClient } from "@slack/web-api";
import type { Cards, Place } from "../workflows/telling.ts";
import { StoreUnavailable } from "../workflows/trouble.ts";
import type { Message } from "./sentences.ts";
import { slackTrouble } from "./slack-client.ts";

/** Slack's words for a message that cannot be edited any more, so that a new one has to stand for it. */
const GONE = new Set(["message_not_found", "cant_update_message", "edit_window_closed"]);
const THREAD_GONE = new Set(["thread_not_found", "message_not_found"]);

/** How long it is until a place is written down that could not be; twice as long each time, up to the longest. */
const KEEP_AGAIN_MS = 100;
const LONGEST_KEEP_AGAIN_MS = 2_000;

/** Posts each message of ours once, by a name, and edits it from then on. */
export interface Poster {
  /** Edits the message of this name, or posts it where it is not. `channel` is asked only when it is posted. */
  show(name: string, channel: string | (() => Promise<string>), message: Message): Promise<Place>;
  /** Edits the message of this name where there is one. */
  redraw(name: string, message: Message): Promise<void>;
  /** Replies once in the thread of another message, which `showParent` draws where it is gone. */
  reply(name: string, parent: string, message: Message, showParent: () => Promise<Place>): Promise<void>;
  /** Whether the message of this name was posted. */
  isShown(name: string): Promise<boolean>;
  openDirectMessage(user: string): Promise<string>;
}

/** Takes a client and where messages stand; returns the poster. */
export function createPoster(slack: WebClient, cards: Cards): Poster {
  const directMessages = new Map<string, string>();

  const post = async (name: string, channel: string, message: Message, thread?: string): Promise<Place> => {
    const posted = await slack.chat.postMessage({
      channel,
      ...message,
      unfurl_links: false,
      unfurl_media: false,
      ...(thread === undefined ? {} : { thread_ts: thread }),
    });
    const place = { channel: posted.channel ?? channel, ts: posted.ts ?? "" };
    const kept = await keepSurely(cards, name, place);
    if (kept.ts !== place.ts) await takeAway(slack, place);
    return kept;
  };

  const edit = async (name: string, message: Message): Promise<Place | null> => {
    const place = await cards.find(name);
    if (place === null) return null;
    try {
      await slack.chat.update({ ...place, ...message });
      return place;
    } catch (cause) {
      if (!isRefusedWith(cause, GONE)) throw cause;
      await cards.forget(name);
      return null;
    }
  };

  return {
    show: async (name, channel, message) =>
      (await edit(name, message)) ?? post(name, typeof channel === "string" ? channel : await channel(), message),
    redraw: async (name, message) => {
      await edit(name, message);
    },
    reply: async (name, parent, message, showParent) => {
      if ((await cards.find(name)) !== null) return;
      const place = (await cards.find(parent)) ?? (await showParent());
      try {
        await post(name, place.channel, message, place.ts);
      } catch (cause) {
        if (!isRefusedWith(cause, THREAD_GONE)) throw cause;
        await cards.forget(parent);
        const anew = await showParent();
        await post(name, anew.channel, message, anew.ts);
      }
    },
    isShown: async (name) => (await cards.find(name)) !== null,
    openDirectMessage: async (user) => {
      const known = directMessages.get(user);
      if (known !== undefined) return known;
      const { channel } = await slack.conversations.open({ users: user });
      const id = channel?.id ?? user;
      directMessages.set(user, id);
      return id;
    },
  };
}

/**
 * Slack has it by now and cannot be asked for it, so nothing is told until its place is written down, however long the
 * store takes no writes: whoever told it anew meanwhile would post it once more each time.
 */
async function keepSurely(cards: Cards, name: string, place: Place): Promise<Place> {
  for (let waitMs = KEEP_AGAIN_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_KEEP_AGAIN_MS)) {
    try {
      return await cards.keep(name, place);
    } catch (cause) {
      if (!(cause instanceof StoreUnavailable)) throw cause;
      await wait(waitMs);
    }
  }
}

/**
 * A bot that was frozen longer than its lease finds that another one has posted the same meanwhile. Its own message would
 * stand there for ever as it is. One that is gone already is as good as deleted.
 */
async function takeAway(slack: WebClient, { channel, ts }: Place): Promise<void> {
  try {
    await slack.chat.delete({ channel, ts });
  } catch (cause) {
    if (!isRefusedWith(cause, GONE)) throw cause;
  }
}

function isRefusedWith(cause: unknown, words: ReadonlySet<string>): boolean {
  const trouble = slackTrouble(cause);
  return trouble?.kind === "refused" && words.has(trouble.error);
}
