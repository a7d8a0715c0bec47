import { z } from "zod";
import { anyText, plainText } from "./composition.ts";
import { accessoryElement, actionsElement, imageElement, inputElement } from "./elements.ts";
import { richTextBlock } from "./rich-text.ts";

const named = { block_id: z.string().min(1).max(255).optional() };

const section = z
  .strictObject({
    type: z.literal("section"),
    ...named,
    text: anyText(3000).optional(),
    fields: z.array(anyText(2000)).min(1).max(10).optional(),
    accessory: accessoryElement.optional(),
    expand: z.boolean().optional(),
  })
  .refine((block) => block.text !== undefined || block.fields !== undefined, { error: "must have text or fields" });
const header = z.strictObject({ type: z.literal("header"), ...named, text: plainText(150) });
const divider = z.strictObject({ type: z.literal("divider"), ...named });
const context = z.strictObject({
  type: z.literal("context"),
  ...named,
  // Slack's page gives no length for a context text; 2,000 is that of a section's fields.
  elements: z
    .array(z.union([imageElement, anyText(2000)]))
    .min(1)
    .max(10),
});
const actions = z
  .strictObject({ type: z.literal("actions"), ...named, elements: z.array(actionsElement).min(1).max(25) })
  .refine(
    (block) => {
      const ids = block.elements.flatMap((element) => element.action_id ?? []);
      return new Set(ids).size === ids.length;
    },
    { error: "action_id must be unique within the block", path: ["elements"] },
  );
const input = z.strictObject({
  type: z.literal("input"),
  ...named,
  label: plainText(2000),
  hint: plainText(2000).optional(),
  optional: z.boolean().optional(),
  dispatch_action: z.boolean().optional(),
  element: inputElement,
});
const image = z.strictObject({
  type: z.literal("image"),
  ...named,
  image_url: z.string().min(1).max(3000),
  alt_text: z.string().min(1).max(2000),
  title: plainText(2000).optional(),
});
const markdown = z.strictObject({ type: z.literal("markdown"), ...named, text: z.string().min(1).max(12_000) });
const cell = z.union([richTextBlock, z.strictObject({ type: z.literal("raw_text"), text: z.string().min(1) })]);
const table = z.strictObject({
  type: z.literal("table"),
  ...named,
  rows: z.array(z.array(cell).min(1).max(20)).min(1).max(100),
  column_settings: z.array(z.looseObject({})).max(20).optional(),
});
const alert = z.strictObject({
  type: z.literal("alert"),
  ...named,
  text: anyText(3000),
  level: z.enum(["default", "info", "warning", "error", "success"]).optional(),
});

const anywhere = [section, header, divider, context, actions, input, image, richTextBlock] as const;
const messageBlock = z.discriminatedUnion("type", [...anywhere, markdown, table]);
const modalBlock = z.discriminatedUnion("type", [...anywhere, alert]);
const homeBlock = z.discriminatedUnion("type", [...anywhere]);

export type Block = z.infer<typeof messageBlock> | z.infer<typeof modalBlock>;

function uniqueBlockIds(blocks: { block_id?: string | undefined }[]): boolean {
  const ids = blocks.flatMap((block) => block.block_id ?? []);
  return new Set(ids).size === ids.length;
}
const unique = { error: "block_id must be unique" };

/** Blocks of a message: at most 50. */
export const messageBlocks = z.array(messageBlock).max(50).refine(uniqueBlockIds, unique);
/** Blocks of a modal: at most 100. */
export const modalBlocks = z.array(modalBlock).min(1).max(100).refine(uniqueBlockIds, unique);
/** Blocks of App Home: at most 100. */
export const homeBlocks = z.array(homeBlock).max(100).refine(uniqueBlockIds, unique);
