import type { Clock } from "./clock.ts";
import type { Feed } from "./feed.ts";
import type { Block } from "./limits/blocks.ts";
import { SlackError } from "./slack-error.ts";

export interface MessageContent {
  text: string;
  blocks?: Block[] | undefined;
  metadata?: unknown;
}

export interface Message extends MessageContent {
  type: "message";
  channel: string;
  ts: string;
  /** Who wrote it: a person's id or the app's bot user. */
  user: string;
  fromApp: boolean;
  threadTs?: string | undefined;
  /** The only one who sees it, until they reload. */
  ephemeralTo?: string | undefined;
  editedTs?: string | undefined;
  deleted?: boolean | undefined;
  reactions?: string[] | undefined;
  /** What it said before each edit, oldest first. */
  before: MessageContent[];
  /** The feed's number at its last change. */
  n: number;
}

type NewMessage = Pick<Message, "channel" | "user" | "fromApp" | "threadTs" | "ephemeralTo"> & MessageContent;

/** All messages of all channels, with everything they ever said. */
export class Timelines {
  #channels = new Map<string, Map<string, Message>>();
  #clock: Clock;
  #feed: Feed;

  constructor(clock: Clock, feed: Feed) {
    this.#clock = clock;
    this.#feed = feed;
  }

  /** Everything ever stored, deleted and ephemeral ones included, channel by channel. */
  get all(): Message[] {
    return [...this.#channels.values()].flatMap((messages) => [...messages.values()]);
  }

  add(message: NewMessage): Message {
    const ts = this.#clock.nextTs();
    const { channel, ephemeralTo } = message;
    const kind = ephemeralTo ? "ephemeral" : "message";
    const stored: Message = { type: "message", ts, before: [], n: this.#feed.n + 1, ...message };
    const messages = this.#channels.get(channel) ?? new Map<string, Message>();
    messages.set(ts, stored);
    this.#channels.set(channel, messages);
    this.#feed.tell({ kind, channel, ts, user: ephemeralTo ?? message.user });
    return stored;
  }

  find(channel: string, ts: string): Message | undefined {
    const message = this.#channels.get(channel)?.get(ts);
    return message?.deleted ? undefined : message;
  }

  /** A message the API may touch: there and not ephemeral. */
  get(channel: string, ts: string): Message {
    const message = this.find(channel, ts);
    if (!message || message.ephemeralTo) throw new SlackError("message_not_found");
    return message;
  }

  change(message: Message, content: MessageContent): void {
    message.before.push({ text: message.text, blocks: message.blocks, metadata: message.metadata });
    message.text = content.text;
    message.blocks = content.blocks;
    if (content.metadata !== undefined) message.metadata = content.metadata;
    message.editedTs = this.#clock.nextTs();
    this.#tell(message, "message-changed");
  }

  remove(message: Message): void {
    message.deleted = true;
    this.#tell(message, "message-deleted");
  }

  react(message: Message, name: string): void {
    message.reactions = [...(message.reactions ?? []), name];
    this.#tell(message, "message-changed");
  }

  /** What `user` sees in `channel`, oldest first: no deleted ones, no ephemerals of others; changed after `n`. */
  seenBy(user: string, channel: string, n = 0): Message[] {
    return [...(this.#channels.get(channel)?.values() ?? [])].filter(
      (message) => message.n > n && !message.deleted && (!message.ephemeralTo || message.ephemeralTo === user),
    );
  }

  /** A reload: the person's ephemerals are gone from every channel. */
  dropEphemerals(user: string): void {
    for (const message of this.all) if (message.ephemeralTo === user) message.deleted = true;
    this.#feed.tell({ kind: "ephemeral", user, detail: "reload" });
  }

  #tell(message: Message, kind: "message-changed" | "message-deleted"): void {
    message.n = this.#feed.n + 1;
    this.#feed.tell({ kind, channel: message.channel, ts: message.ts });
  }
}
