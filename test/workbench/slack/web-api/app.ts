import { z } from "zod";
import { SlackError } from "../slack-error.ts";
import { readArguments } from "./arguments.ts";
import type { Methods } from "./method.ts";

export const app: Methods = {
  "auth.test"(slack) {
    const { app: installed, team, enterprise } = slack.world;
    return {
      url: `https://${team.domain}.slack.com/`,
      team: team.name,
      user: installed.name.toLowerCase(),
      team_id: team.id,
      user_id: installed.botUserId,
      bot_id: installed.botId,
      is_enterprise_install: false,
      ...(enterprise ? { enterprise_id: enterprise.id } : {}),
    };
  },

  "team.info"(slack) {
    const { team, enterprise } = slack.world;
    return { team: { ...team, email_domain: "", ...(enterprise ? { enterprise_id: enterprise.id } : {}) } };
  },

  "apps.connections.open"(slack) {
    if (slack.world.app.interactions.mode !== "socket") throw new SlackError("socket_mode_not_enabled");
    return { url: slack.sockets.ticketedUrl(slack.url) };
  },

  "reactions.add"(slack, args) {
    const schema = z.looseObject({ channel: z.string(), timestamp: z.string(), name: z.string().min(1) });
    const asked = readArguments(schema, args);
    const message = slack.timelines.get(slack.directory.writable(asked.channel).id, asked.timestamp);
    if (message.reactions?.includes(asked.name)) throw new SlackError("already_reacted");
    slack.timelines.react(message, asked.name);
    return {};
  },
};
