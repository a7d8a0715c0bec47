import { z } from "zod";

/** A plain_text object of 1..`max` characters. */
export function plainText(max: number) {
  return z.strictObject({
    type: z.literal("plain_text"),
    text: z.string().min(1).max(max),
    emoji: z.boolean().optional(),
  });
}

function mrkdwn(max: number) {
  return z.strictObject({
    type: z.literal("mrkdwn"),
    text: z.string().min(1).max(max),
    verbatim: z.boolean().optional(),
  });
}

/** A plain_text or mrkdwn object of 1..`max` characters. */
export function anyText(max: number) {
  return z.discriminatedUnion("type", [plainText(max), mrkdwn(max)]);
}

/** Confirm dialog: title 100, text 300, buttons 30 characters (Slack's confirmation dialog object). */
export const confirmDialog = z.strictObject({
  title: plainText(100).optional(),
  text: anyText(300),
  confirm: plainText(30).optional(),
  deny: plainText(30).optional(),
  style: z.enum(["primary", "danger"]).optional(),
});

// Slack's page has said 150 for an option's value, its typings 75: the stricter one holds.
const optionFields = { value: z.string().min(1).max(75), description: plainText(75).optional() };

/** Option of a select menu. */
export const plainOption = z.strictObject({ text: plainText(75), ...optionFields });
/** Option of radio buttons and checkboxes. */
export const anyOption = z.strictObject({
  text: anyText(75),
  value: optionFields.value,
  description: anyText(75).optional(),
});
/** Option of an overflow menu. */
export const overflowOption = z.strictObject({
  text: plainText(75),
  ...optionFields,
  url: z.string().max(3000).optional(),
});
/** Group of at most 100 options. */
export const optionGroup = z.strictObject({ label: plainText(75), options: z.array(plainOption).min(1).max(100) });

export type Option = z.infer<typeof anyOption>;

/** What a block_suggestion is answered with: options or groups, each at most 100. */
export const suggestions = z.union([
  z.strictObject({ options: z.array(plainOption).max(100) }),
  z.strictObject({ option_groups: z.array(optionGroup).max(100) }),
]);
