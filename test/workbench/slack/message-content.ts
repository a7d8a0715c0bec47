import { z } from "zod";
import { nameBlocks } from "./elements-of.ts";
import { type Block, messageBlocks } from "./limits/blocks.ts";
import { slackMessages } from "./limits/slack-messages.ts";
import { SlackError } from "./slack-error.ts";
import type { MessageContent } from "./timelines.ts";

/** Slack cuts a text at 40,000 characters; here it is refused. */
const longestText = 40_000;

const metadata = z.strictObject({
  event_type: z.string().min(1).max(255),
  event_payload: z.record(z.string(), z.unknown()),
});

/** Checks blocks of a message and gives their ids; throws `invalid_blocks` with the places. */
function checkBlocks(blocks: unknown): Block[] {
  const parsed = messageBlocks.safeParse(blocks);
  if (!parsed.success) throw new SlackError("invalid_blocks", slackMessages(parsed.error, "/blocks"));
  return nameBlocks(structuredClone(parsed.data));
}

/**
 * Checks what a message says. Stricter than Slack: without a text it is refused even when it has blocks, since the
 * text is what a lock screen and a screen reader get.
 */
export function checkContent(content: { text?: unknown; blocks?: unknown; metadata?: unknown }): MessageContent {
  if (typeof content.text !== "string" || content.text.trim() === "") throw new SlackError("no_text");
  if (content.text.length > longestText) throw new SlackError("msg_too_long");
  const checked = content.metadata === undefined ? undefined : metadata.safeParse(content.metadata);
  if (checked && !checked.success) {
    throw new SlackError("invalid_metadata_schema", slackMessages(checked.error, "/metadata"));
  }
  return {
    text: content.text,
    ...(content.blocks === undefined ? {} : { blocks: checkBlocks(content.blocks) }),
    ...(checked ? { metadata: checked.data } : {}),
  };
}
