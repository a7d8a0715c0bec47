import type { Slack } from "../slack.ts";
import type { Message } from "../timelines.ts";
import { viewObject } from "../view-object.ts";
import type { View } from "../views.ts";
import type { Channel } from "../world.ts";
import { actingPerson, channelSeenBy } from "./person-here.ts";

/** A message as a person sees it. */
function seenMessage(message: Message) {
  return {
    n: message.n,
    channel: message.channel,
    ts: message.ts,
    user: message.user,
    fromApp: message.fromApp,
    text: message.text,
    blocks: message.blocks ?? [],
    ephemeral: message.ephemeralTo !== undefined,
    edited: message.editedTs !== undefined,
    ...(message.threadTs ? { threadTs: message.threadTs } : {}),
    ...(message.reactions ? { reactions: message.reactions } : {}),
  };
}

function seenChannel(slack: Slack, user: string, channel: Channel) {
  return {
    id: channel.id,
    name: channel.imWith !== undefined ? slack.world.app.name : channel.name,
    isPrivate: channel.isPrivate,
    isExtShared: channel.isExtShared,
    isDm: channel.imWith !== undefined,
    members: channel.members,
    messages: slack.timelines.seenBy(user, channel.id).map(seenMessage),
  };
}

function seenView(slack: Slack, view: View) {
  const { id, type, title, submit, close, blocks, callback_id, state, hash } = viewObject(slack, view);
  return { id, type, title, submit, close, blocks, callback_id, state, hash };
}

/** What a person sees in one channel, changed after the feed's number `n`. */
export function seeMessages(slack: Slack, user: string, channelId: string, n: number): SeenMessage[] {
  const channel = channelSeenBy(slack, actingPerson(slack, user), channelId);
  return slack.timelines.seenBy(user, channel.id, n).map(seenMessage);
}

/** All that one person sees now: channels with messages, modals from bottom to top, App Home, Slack's own warnings. */
export function see(slack: Slack, user: string) {
  const person = actingPerson(slack, user);
  const home = slack.views.home(user);
  return {
    n: slack.feed.n,
    person,
    channels: slack.world.channels
      .filter((channel) => channel.members.includes(user))
      .map((channel) => seenChannel(slack, user, channel)),
    views: slack.views.stack(user).map((view) => seenView(slack, view)),
    home: home ? seenView(slack, home) : null,
    toasts: slack.records.toasts.filter((toast) => toast.user === user),
  };
}

export type Seen = ReturnType<typeof see>;
export type SeenMessage = ReturnType<typeof seenMessage>;
export type SeenChannel = Seen["channels"][number];
export type SeenView = ReturnType<typeof seenView>;
