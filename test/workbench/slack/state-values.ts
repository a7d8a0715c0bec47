import type { Option } from "./limits/composition.ts";
import type { InteractiveElement } from "./limits/elements.ts";
import { NotPossible, SlackError } from "./slack-error.ts";

/** What a person enters, in plain form: an option's value, a text, a date, a list of them; null empties. */
export type Plain = string | number | string[] | null;

/** An entry of state.values, as Slack writes it. */
export type StateValue = { type: string } & Record<string, unknown>;

/** What an element holds before anybody touched it; undefined for buttons and overflow menus, which hold nothing. */
export function initialValue(element: InteractiveElement): StateValue | undefined {
  const type = element.type;
  switch (type) {
    case "button":
    case "overflow":
      return undefined;
    case "static_select":
    case "external_select":
    case "radio_buttons":
      return { type, selected_option: element.initial_option ?? null };
    case "multi_static_select":
    case "multi_external_select":
    case "checkboxes":
      return { type, selected_options: element.initial_options ?? [] };
    case "users_select":
      return { type, selected_user: element.initial_user ?? null };
    case "multi_users_select":
      return { type, selected_users: element.initial_users ?? [] };
    case "conversations_select":
      return { type, selected_conversation: element.initial_conversation ?? null };
    case "datepicker":
      return { type, selected_date: element.initial_date ?? null };
    case "timepicker":
      return { type, selected_time: element.initial_time ?? null };
    case "datetimepicker":
      return { type, selected_date_time: element.initial_date_time ?? null };
    case "plain_text_input":
    case "number_input":
    case "email_text_input":
    case "url_text_input":
      return { type, value: element.initial_value ?? null };
    default:
      return unknownElement(type);
  }
}

function unknownElement(type: never): never {
  throw new SlackError("not_in_double", [`[ERROR] the double does not know the element ${String(type)}`]);
}

/** All options an element shows by itself, groups unfolded. */
function ownOptions(element: InteractiveElement): Option[] {
  if (element.type === "static_select" || element.type === "multi_static_select") {
    return element.options ?? element.option_groups?.flatMap((group) => group.options) ?? [];
  }
  if (element.type === "radio_buttons" || element.type === "checkboxes") return element.options;
  if (element.type === "overflow") return element.options;
  return [];
}

/** True when nothing is entered. */
export function isEmpty(value: StateValue): boolean {
  const held = Object.entries(value).filter(([key]) => key !== "type");
  return held.every(([, entry]) => entry === null || entry === "" || (Array.isArray(entry) && entry.length === 0));
}

/**
 * Turns what a person entered into Slack's state value. `suggested` are options the app offered for an external
 * select. Throws NotPossible for what Slack's client would not let a person enter.
 */
export function stateValue(
  element: InteractiveElement,
  plain: Plain,
  suggested: Option[] = [],
): StateValue | undefined {
  const type = element.type;
  const options = [...ownOptions(element), ...suggested];
  switch (type) {
    case "button":
      return undefined;
    case "overflow":
    case "static_select":
    case "external_select":
    case "radio_buttons":
      return { type, selected_option: plain === null ? null : pick(options, plain) };
    case "multi_static_select":
    case "multi_external_select":
    case "checkboxes":
      return { type, selected_options: pickMany(element, options, plain) };
    case "users_select":
      return { type, selected_user: textOrNull(plain) };
    case "multi_users_select":
      return { type, selected_users: list(plain) };
    case "conversations_select":
      return { type, selected_conversation: textOrNull(plain) };
    case "datepicker":
      return { type, selected_date: matching(plain, /^\d{4}-\d{2}-\d{2}$/) };
    case "timepicker":
      return { type, selected_time: matching(plain, /^([01]\d|2[0-3]):[0-5]\d$/) };
    case "datetimepicker":
      return { type, selected_date_time: plain === null ? null : Number(plain) };
    case "plain_text_input":
      return { type, value: fittingText(textOrNull(plain), element.min_length ?? 0, element.max_length ?? 3000) };
    case "number_input":
      return { type, value: matching(plain, element.is_decimal_allowed ? /^-?\d+(\.\d+)?$/ : /^-?\d+$/) };
    case "email_text_input":
      return { type, value: matching(plain, /^\S+@\S+$/) };
    case "url_text_input":
      return { type, value: matching(plain, /^https?:\/\/\S+$/) };
    default:
      return unknownElement(type);
  }
}

function textOrNull(plain: Plain): string | null {
  if (plain === null || plain === "") return null;
  if (Array.isArray(plain)) throw new NotPossible("one value expected, a list given");
  return String(plain);
}

function list(plain: Plain): string[] {
  if (plain === null) return [];
  return Array.isArray(plain) ? plain : [String(plain)];
}

function matching(plain: Plain, shape: RegExp): string | null {
  const text = textOrNull(plain);
  if (text !== null && !shape.test(text)) throw new NotPossible(`cannot be entered here: ${text}`);
  return text;
}

function fittingText(text: string | null, min: number, max: number): string | null {
  if (text !== null && text.length > max) throw new NotPossible(`at most ${max} characters fit here`);
  if (text !== null && text.length < min) throw new NotPossible(`at least ${min} characters are needed here`);
  return text;
}

function pick(options: Option[], plain: Plain): Option {
  const wanted = textOrNull(plain);
  const option =
    options.find((candidate) => candidate.value === wanted) ??
    options.find((candidate) => candidate.text.text === wanted);
  if (!option) {
    const offered = options.map((candidate) => candidate.value).join(", ");
    throw new NotPossible(`no option ${String(wanted)} here; offered: ${offered}`);
  }
  return option;
}

function pickMany(element: InteractiveElement, options: Option[], plain: Plain): Option[] {
  const chosen = list(plain).map((value) => pick(options, value));
  const most = "max_selected_items" in element ? element.max_selected_items : undefined;
  if (most !== undefined && chosen.length > most) throw new NotPossible(`at most ${most} can be chosen here`);
  return chosen;
}
