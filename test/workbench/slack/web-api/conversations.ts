import { z } from "zod";
import type { Slack } from "../slack.ts";
import { SlackError } from "../slack-error.ts";
import type { Channel } from "../world.ts";
import { readArguments } from "./arguments.ts";
import type { Methods } from "./method.ts";
import { page, paging } from "./paging.ts";

function channelObject(slack: Slack, channel: Channel) {
  if (channel.imWith !== undefined) {
    return {
      id: channel.id,
      is_im: true,
      is_channel: false,
      is_group: false,
      user: channel.imWith,
      is_archived: false,
    };
  }
  return {
    id: channel.id,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: !channel.isPrivate,
    is_group: channel.isPrivate,
    is_im: false,
    is_mpim: false,
    is_private: channel.isPrivate,
    is_archived: channel.isArchived,
    is_general: false,
    is_shared: channel.isExtShared,
    is_ext_shared: channel.isExtShared,
    is_org_shared: false,
    is_member: slack.directory.isMember(slack.directory.botUserId, channel),
    num_members: channel.members.length,
    context_team_id: slack.world.team.id,
  };
}

/** A channel the app may know of: public, or one it is in. */
function visible(slack: Slack, id: string): Channel {
  const channel = slack.directory.channel(id);
  const isIn = slack.directory.isMember(slack.directory.botUserId, channel);
  if (channel.isPrivate && !isIn) throw new SlackError("channel_not_found");
  return channel;
}

const one = z.looseObject({ channel: z.string() });

export const conversations: Methods = {
  "conversations.open"(slack, args) {
    const asked = readArguments(z.looseObject({ users: z.string().optional(), channel: z.string().optional() }), args);
    const users = asked.users?.split(",") ?? [];
    const [user] = users;
    if (user === undefined) throw new SlackError("users_list_not_supplied");
    if (users.length > 1) throw new SlackError("not_in_double", ["[ERROR] group messages are not in the double"]);
    const person = slack.directory.person(user);
    if (person.kind === "deleted") throw new SlackError("user_disabled");
    if (person.kind === "stranger") throw new SlackError("user_not_visible");
    if (person.kind === "bot") throw new SlackError("cannot_dm_bot");
    return { channel: { id: slack.directory.openDm(user).id } };
  },

  "conversations.info"(slack, args) {
    return { channel: channelObject(slack, visible(slack, readArguments(one, args).channel)) };
  },

  "conversations.members"(slack, args) {
    const asked = readArguments(one.extend(paging), args);
    return page("members", visible(slack, asked.channel).members, asked);
  },

  "conversations.list"(slack, args) {
    const asked = readArguments(z.looseObject({ ...paging, types: z.string().default("public_channel") }), args);
    const types = asked.types.split(",").map((type) => type.trim());
    const isIn = (channel: Channel) => slack.directory.isMember(slack.directory.botUserId, channel);
    const listed = slack.world.channels.filter((channel) => {
      if (channel.imWith !== undefined) return types.includes("im");
      if (channel.isPrivate) return types.includes("private_channel") && isIn(channel);
      return types.includes("public_channel");
    });
    return page(
      "channels",
      listed.map((channel) => channelObject(slack, channel)),
      asked,
    );
  },
};
