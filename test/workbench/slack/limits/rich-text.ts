import { z } from "zod";

const style = z
  .strictObject({
    bold: z.boolean().optional(),
    italic: z.boolean().optional(),
    strike: z.boolean().optional(),
    code: z.boolean().optional(),
    underline: z.boolean().optional(),
  })
  .optional();

// Slack states no limit for one text element; 3,000 is that of every other text object.
const text = z.strictObject({ type: z.literal("text"), text: z.string().min(1).max(3000), style });
const link = z.strictObject({
  type: z.literal("link"),
  url: z.string().min(1).max(3000),
  text: z.string().max(3000).optional(),
  unsafe: z.boolean().optional(),
  style,
});

const inline = z.discriminatedUnion("type", [
  text,
  link,
  z.strictObject({ type: z.literal("user"), user_id: z.string().min(1), style }),
  z.strictObject({ type: z.literal("usergroup"), usergroup_id: z.string().min(1), style }),
  z.strictObject({ type: z.literal("channel"), channel_id: z.string().min(1), style }),
  z.strictObject({ type: z.literal("team"), team_id: z.string().min(1), style }),
  z.strictObject({ type: z.literal("broadcast"), range: z.enum(["here", "channel", "everyone"]), style }),
  z.strictObject({ type: z.literal("color"), value: z.string(), style }),
  z.strictObject({ type: z.literal("emoji"), name: z.string().min(1), unicode: z.string().optional(), style }),
  z.strictObject({
    type: z.literal("date"),
    timestamp: z.int().positive(),
    format: z.string().min(1).max(3000),
    url: z.string().max(3000).optional(),
    fallback: z.string().max(3000).optional(),
    style,
  }),
]);

const border = z.union([z.literal(0), z.literal(1)]).optional();
const section = z.strictObject({ type: z.literal("rich_text_section"), elements: z.array(inline).min(1) });

/** A rich_text block. */
export const richTextBlock = z.strictObject({
  type: z.literal("rich_text"),
  block_id: z.string().min(1).max(255).optional(),
  elements: z
    .array(
      z.discriminatedUnion("type", [
        section,
        z.strictObject({
          type: z.literal("rich_text_list"),
          style: z.enum(["bullet", "ordered"]),
          elements: z.array(section).min(1),
          indent: z.int().min(0).max(8).optional(),
          offset: z.int().min(0).optional(),
          border,
        }),
        z.strictObject({ type: z.literal("rich_text_quote"), elements: z.array(inline).min(1), border }),
        z.strictObject({
          type: z.literal("rich_text_preformatted"),
          elements: z.array(z.discriminatedUnion("type", [text, link])).min(1),
          border,
          language: z.string().optional(),
        }),
      ]),
    )
    .min(1),
});
