import { z } from "zod";
import { homeBlocks, modalBlocks } from "./blocks.ts";
import { plainText } from "./composition.ts";

const shared = {
  private_metadata: z.string().max(3000).optional(),
  callback_id: z.string().max(255).optional(),
  external_id: z.string().max(255).optional(),
};

const modal = z
  .strictObject({
    type: z.literal("modal"),
    title: plainText(24),
    blocks: modalBlocks,
    close: plainText(24).optional(),
    submit: plainText(24).optional(),
    clear_on_close: z.boolean().optional(),
    notify_on_close: z.boolean().optional(),
    submit_disabled: z.boolean().optional(),
    ...shared,
  })
  .refine((view) => view.submit !== undefined || !view.blocks.some((block) => block.type === "input"), {
    error: "submit is required when an input block is within the blocks",
    path: ["submit"],
  });
const home = z.strictObject({ type: z.literal("home"), blocks: homeBlocks, ...shared });

/** What views.* accept: a modal or a home view. */
export const viewArgument = z.discriminatedUnion("type", [modal, home]);
export type ViewArgument = z.infer<typeof viewArgument>;
