import { z } from "zod";
import { checkContent } from "../message-content.ts";
import { messageObject } from "../message-object.ts";
import type { Slack } from "../slack.ts";
import { SlackError } from "../slack-error.ts";
import type { Channel } from "../world.ts";
import { flag, json, readArguments } from "./arguments.ts";
import type { Methods } from "./method.ts";

const content = {
  text: z.string().optional(),
  blocks: json(z.unknown()).optional(),
  metadata: json(z.unknown()).optional(),
};
const posting = z.looseObject({
  channel: z.string(),
  ...content,
  thread_ts: z.string().optional(),
  reply_broadcast: flag.optional(),
  attachments: z.never({ error: "attachments are not in the double: use blocks" }).optional(),
});
const place = z.looseObject({ channel: z.string(), ts: z.string() });

/** A channel id, or a person's id, which means the direct message with them. */
function openChannel(slack: Slack, id: string) {
  if (/^[UW]/.test(id)) {
    const person = slack.directory.person(id);
    if (person.kind === "deleted" || person.kind === "stranger") throw new SlackError("channel_not_found");
    return checkTab(slack, slack.directory.openDm(person.id));
  }
  return checkTab(slack, slack.directory.writable(id));
}

function checkTab(slack: Slack, channel: Channel): Channel {
  if (channel.imWith !== undefined && !slack.world.app.messagesTab) throw new SlackError("messages_tab_disabled");
  return channel;
}

function ownMessage(slack: Slack, channel: string, ts: string, refusal: string) {
  slack.directory.writable(channel);
  const message = slack.timelines.get(channel, ts);
  if (!message.fromApp) throw new SlackError(refusal);
  return message;
}

export const chat: Methods = {
  "chat.postMessage"(slack, args) {
    const asked = readArguments(posting, args);
    const channel = openChannel(slack, asked.channel);
    if (asked.thread_ts !== undefined) checkThread(slack, channel.id, asked.thread_ts);
    const message = slack.timelines.add({
      channel: channel.id,
      user: slack.directory.botUserId,
      fromApp: true,
      threadTs: asked.thread_ts,
      ...checkContent(asked),
    });
    return { channel: channel.id, ts: message.ts, message: messageObject(slack.world, message) };
  },

  "chat.postEphemeral"(slack, args) {
    const asked = readArguments(posting.extend({ user: z.string() }), args);
    const channel = slack.directory.writable(asked.channel);
    const person = slack.directory.person(asked.user);
    if (!slack.directory.isMember(person.id, channel)) throw new SlackError("user_not_in_channel");
    const message = slack.timelines.add({
      channel: channel.id,
      user: slack.directory.botUserId,
      fromApp: true,
      threadTs: asked.thread_ts,
      ephemeralTo: person.id,
      ...checkContent(asked),
    });
    return { message_ts: message.ts };
  },

  "chat.update"(slack, args) {
    const asked = readArguments(place.extend(content), args);
    const message = ownMessage(slack, asked.channel, asked.ts, "cant_update_message");
    // As in Slack, an update with a text and no blocks takes the blocks away.
    slack.timelines.change(message, checkContent(asked));
    return {
      channel: message.channel,
      ts: message.ts,
      text: message.text,
      message: messageObject(slack.world, message),
    };
  },

  "chat.delete"(slack, args) {
    const asked = readArguments(place, args);
    const message = ownMessage(slack, asked.channel, asked.ts, "cant_delete_message");
    slack.timelines.remove(message);
    return { channel: message.channel, ts: message.ts };
  },

  "chat.getPermalink"(slack, args) {
    const asked = readArguments(z.looseObject({ channel: z.string(), message_ts: z.string() }), args);
    const message = slack.timelines.get(slack.directory.channel(asked.channel).id, asked.message_ts);
    const path = `/archives/${message.channel}/p${message.ts.replace(".", "")}`;
    return { channel: message.channel, permalink: `https://${slack.world.team.domain}.slack.com${path}` };
  },
};

// Slack takes a thread_ts that leads nowhere and posts an orphan; here it is refused.
function checkThread(slack: Slack, channel: string, threadTs: string): void {
  const parent = slack.timelines.find(channel, threadTs);
  if (!parent || parent.ephemeralTo) throw new SlackError("thread_not_found");
  if (parent.threadTs !== undefined && parent.threadTs !== parent.ts) {
    throw new SlackError("invalid_arguments", ["[ERROR] thread_ts must be that of the thread, not of a reply"]);
  }
}
