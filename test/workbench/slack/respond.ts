import { z } from "zod";
import { checkContent } from "./message-content.ts";
import type { ResponseTarget } from "./response-urls.ts";
import type { Slack } from "./slack.ts";
import { SlackError } from "./slack-error.ts";

const response = z.looseObject({
  text: z.unknown().optional(),
  blocks: z.unknown().optional(),
  metadata: z.unknown().optional(),
  response_type: z.enum(["ephemeral", "in_channel"]).default("ephemeral"),
  replace_original: z.boolean().default(false),
  delete_original: z.boolean().default(false),
  thread_ts: z.string().optional(),
});

/**
 * What an app sends to a response_url or in the acknowledgement of a command: a message to that person alone unless
 * it says in_channel, or a change of the message that held the button. Works where the bot is no member.
 */
export function respond(slack: Slack, target: ResponseTarget, body: unknown): void {
  const parsed = response.safeParse(typeof body === "string" ? { text: body } : body);
  if (!parsed.success) throw new SlackError("invalid_payload");
  const asked = parsed.data;
  const original = target.messageTs === undefined ? undefined : slack.timelines.find(target.channel, target.messageTs);
  if (asked.delete_original) {
    if (original) slack.timelines.remove(original);
    return;
  }
  const content = checkContent(asked);
  if (asked.replace_original && original) {
    slack.timelines.change(original, content);
    return;
  }
  slack.timelines.add({
    channel: target.channel,
    user: slack.directory.botUserId,
    fromApp: true,
    threadTs: asked.thread_ts,
    ...(asked.response_type === "ephemeral" ? { ephemeralTo: target.user } : {}),
    ...content,
  });
}
