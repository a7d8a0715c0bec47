import { z } from "zod";
import { anyOption, confirmDialog, optionGroup, overflowOption, plainOption, plainText } from "./composition.ts";

const identified = { action_id: z.string().min(1).max(255).optional() };
const confirmable = { ...identified, confirm: confirmDialog.optional() };
const focusable = { focus_on_load: z.boolean().optional() };
const placeholder = { placeholder: plainText(150).optional() };
const menu = { ...confirmable, ...focusable, ...placeholder };
const many = { max_selected_items: z.int().min(1).optional() };
const dispatchConfig = z.strictObject({
  trigger_actions_on: z.array(z.enum(["on_enter_pressed", "on_character_entered"])).min(1),
});
const typed = { ...identified, ...focusable, ...placeholder, dispatch_action_config: dispatchConfig.optional() };

const button = z.strictObject({
  type: z.literal("button"),
  text: plainText(75),
  ...confirmable,
  url: z.string().max(3000).optional(),
  value: z.string().min(1).max(2000).optional(),
  style: z.enum(["primary", "danger"]).optional(),
  accessibility_label: z.string().min(1).max(75).optional(),
});

const offered = {
  options: z.array(plainOption).min(1).max(100).optional(),
  option_groups: z.array(optionGroup).min(1).max(100).optional(),
};

function offersOneList(element: { options?: unknown; option_groups?: unknown }): boolean {
  return (element.options === undefined) !== (element.option_groups === undefined);
}
const oneList = { error: "must have either options or option_groups" };

const staticSelect = z
  .strictObject({ type: z.literal("static_select"), ...menu, ...offered, initial_option: plainOption.optional() })
  .refine(offersOneList, oneList);
const multiStaticSelect = z
  .strictObject({
    type: z.literal("multi_static_select"),
    ...menu,
    ...many,
    ...offered,
    initial_options: z.array(plainOption).min(1).optional(),
  })
  .refine(offersOneList, oneList);
const externalSelect = z.strictObject({
  type: z.literal("external_select"),
  ...menu,
  min_query_length: z.int().min(0).optional(),
  initial_option: plainOption.optional(),
});
const multiExternalSelect = z.strictObject({
  type: z.literal("multi_external_select"),
  ...menu,
  ...many,
  min_query_length: z.int().min(0).optional(),
  initial_options: z.array(plainOption).min(1).optional(),
});
const usersSelect = z.strictObject({
  type: z.literal("users_select"),
  ...menu,
  initial_user: z.string().optional(),
});
const multiUsersSelect = z.strictObject({
  type: z.literal("multi_users_select"),
  ...menu,
  ...many,
  initial_users: z.array(z.string()).optional(),
});
const conversationsSelect = z.strictObject({
  type: z.literal("conversations_select"),
  ...menu,
  initial_conversation: z.string().optional(),
  default_to_current_conversation: z.boolean().optional(),
  response_url_enabled: z.boolean().optional(),
  filter: z.looseObject({}).optional(),
});
const radioButtons = z.strictObject({
  type: z.literal("radio_buttons"),
  ...confirmable,
  ...focusable,
  options: z.array(anyOption).min(1).max(10),
  initial_option: anyOption.optional(),
});
const checkboxes = z.strictObject({
  type: z.literal("checkboxes"),
  ...confirmable,
  ...focusable,
  options: z.array(anyOption).min(1).max(10),
  initial_options: z.array(anyOption).min(1).optional(),
});
const overflow = z.strictObject({
  type: z.literal("overflow"),
  ...confirmable,
  options: z.array(overflowOption).min(2).max(5),
});
const datepicker = z.strictObject({
  type: z.literal("datepicker"),
  ...menu,
  initial_date: z.iso.date().optional(),
});
const timepicker = z.strictObject({
  type: z.literal("timepicker"),
  ...menu,
  timezone: z.string().optional(),
  initial_time: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
    .optional(),
});
const datetimepicker = z.strictObject({
  type: z.literal("datetimepicker"),
  ...confirmable,
  ...focusable,
  // Slack wants ten digits: seconds since the epoch.
  initial_date_time: z.int().min(1_000_000_000).max(9_999_999_999).optional(),
});
const plainTextInput = z.strictObject({
  type: z.literal("plain_text_input"),
  ...typed,
  initial_value: z.string().max(3000).optional(),
  multiline: z.boolean().optional(),
  min_length: z.int().min(0).max(3000).optional(),
  max_length: z.int().min(1).max(3000).optional(),
});
const numberInput = z.strictObject({
  type: z.literal("number_input"),
  ...typed,
  is_decimal_allowed: z.boolean(),
  initial_value: z.string().optional(),
  min_value: z.string().optional(),
  max_value: z.string().optional(),
});
const emailInput = z.strictObject({
  type: z.literal("email_text_input"),
  ...typed,
  initial_value: z.string().optional(),
});
const urlInput = z.strictObject({ type: z.literal("url_text_input"), ...typed, initial_value: z.string().optional() });

/** An image beside text: alt text is required. */
export const imageElement = z.strictObject({
  type: z.literal("image"),
  image_url: z.string().max(3000),
  alt_text: z.string().min(1).max(2000),
});

const choices = [
  staticSelect,
  multiStaticSelect,
  externalSelect,
  multiExternalSelect,
  usersSelect,
  multiUsersSelect,
  conversationsSelect,
  radioButtons,
  checkboxes,
  datepicker,
  timepicker,
] as const;

/** What an actions block may hold. */
export const actionsElement = z.discriminatedUnion("type", [button, overflow, datetimepicker, ...choices]);
/** What may stand beside a section's text. */
export const accessoryElement = z.discriminatedUnion("type", [button, overflow, imageElement, ...choices]);
/** What an input block may hold. */
export const inputElement = z.discriminatedUnion("type", [
  plainTextInput,
  numberInput,
  emailInput,
  urlInput,
  datetimepicker,
  ...choices,
]);

type ActionsElement = z.infer<typeof actionsElement>;
type InputElement = z.infer<typeof inputElement>;
/** Every element a person can act on. */
export type InteractiveElement = ActionsElement | InputElement;
