import type {
  ActionsBlock,
  Button,
  Checkboxes,
  DateTimepicker,
  InputBlock,
  KnownBlock,
  ModalView,
  MultiStaticSelect,
  PlainTextOption,
  StaticSelect,
} from "@slack/types";
import type { Millis } from "../workflows/person.ts";
import { clean } from "./escape.ts";
import { lines, type Sentence } from "./sentences.ts";

/** Block Kit's limits (docs.slack.dev/reference/block-kit), in characters; options in number. */
const LIMITS = { label: 2_000, button: 75, option: 75, options: 100, title: 24 } as const;

interface ButtonWords {
  readonly action: string;
  readonly value?: string;
  readonly words: string;
  /** What a screen reader says instead of the words. */
  readonly label: string;
  readonly style?: "primary" | "danger";
}

/** Takes buttons; returns the row of them. */
export function buttons(...row: readonly ButtonWords[]): ActionsBlock {
  return {
    type: "actions",
    elements: row.map(
      ({ action, value, words, label, style }): Button => ({
        type: "button",
        action_id: action,
        text: plain(words, LIMITS.button),
        accessibility_label: clean(label, LIMITS.button),
        ...(value === undefined ? {} : { value }),
        ...(style === undefined ? {} : { style }),
      }),
    ),
  };
}

/** Takes words and a limit; returns them as a plain text object. */
function plain(words: string, most: number): { type: "plain_text"; text: string; emoji: false } {
  return { type: "plain_text", text: clean(words, most) || "–", emoji: false };
}

/** Takes a choice's value, its words and a line about it; returns the option of a menu. */
export function option(value: string, words: string, about?: string): PlainTextOption {
  return {
    value,
    text: plain(words, LIMITS.option),
    ...(about === undefined ? {} : { description: plain(about, LIMITS.option) }),
  };
}

/** Takes options and which is chosen; returns a menu of them, the choice kept where it is still there. */
export function menu(
  action: string,
  options: readonly PlainTextOption[],
  chosen: string | null,
  hint: string,
): StaticSelect {
  const shown = options.slice(0, LIMITS.options);
  const initial = shown.find(({ value }) => value === chosen);
  return {
    type: "static_select",
    action_id: action,
    placeholder: plain(hint, 150),
    options: shown,
    ...(initial === undefined ? {} : { initial_option: initial }),
  };
}

interface Field {
  readonly block: string;
  readonly label: string;
  readonly hint?: string;
  readonly optional?: boolean;
  /** Tells us at once when it changes, for fields that others depend on. */
  readonly tells?: boolean;
  readonly element: InputBlock["element"];
}

/** Takes a field; returns its block. */
export function field({ block, label, hint, optional, tells, element }: Field): InputBlock {
  return {
    type: "input",
    block_id: block,
    label: plain(label, LIMITS.label),
    element,
    ...(hint === undefined ? {} : { hint: plain(hint, LIMITS.label) }),
    ...(optional === true ? { optional: true } : {}),
    ...(tells === true ? { dispatch_action: true } : {}),
  };
}

/** Takes a text field's name and limits; returns its element. */
export function textInput(action: string, most: number, hint: string, value: string | null, long: boolean) {
  return {
    type: "plain_text_input" as const,
    action_id: action,
    multiline: long,
    max_length: most,
    placeholder: plain(hint, 150),
    ...(value === null || value === "" ? {} : { initial_value: value.slice(0, most) }),
  };
}

/** Takes a field's name, options and which are chosen; returns a menu in which several can be. */
export function multiMenu(
  action: string,
  options: readonly PlainTextOption[],
  chosen: readonly string[],
  hint: string,
): MultiStaticSelect {
  const shown = options.slice(0, LIMITS.options);
  const initial = shown.filter(({ value }) => chosen.includes(value ?? ""));
  return {
    type: "multi_static_select",
    action_id: action,
    placeholder: plain(hint, 150),
    options: shown,
    ...(initial.length > 0 ? { initial_options: initial } : {}),
  };
}

/** Takes a field's name and the moment chosen so far, if any; returns a picker of day and time in the reader's zone. */
export function momentPicker(action: string, chosen: Millis | null): DateTimepicker {
  return {
    type: "datetimepicker",
    action_id: action,
    ...(chosen === null ? {} : { initial_date_time: Math.floor(chosen / 1000) }),
  };
}

/** Takes a field's name, its one choice and whether it is ticked; returns the box. */
export function box(action: string, choice: PlainTextOption, ticked: boolean): Checkboxes {
  return {
    type: "checkboxes",
    action_id: action,
    options: [choice],
    ...(ticked ? { initial_options: [choice] } : {}),
  };
}

interface Modal {
  readonly title: string;
  readonly blocks: readonly KnownBlock[];
  readonly callback?: string;
  readonly submit?: string;
  readonly close?: string;
  /** An opaque id, never a secret: Slack shows it to every app that reads the view. */
  readonly metadata?: string;
}

/** Takes a modal's parts; returns its view. Slack never tells us of its closing: that payload would echo the view. */
export function modal({ title, blocks, callback, submit, close = "Close", metadata }: Modal): ModalView {
  return {
    type: "modal",
    title: plain(title, LIMITS.title),
    close: plain(close, LIMITS.title),
    blocks: [...blocks],
    notify_on_close: false,
    ...(submit === undefined ? {} : { submit: plain(submit, LIMITS.title) }),
    ...(callback === undefined ? {} : { callback_id: callback }),
    ...(metadata === undefined ? {} : { private_metadata: metadata }),
  };
}

/** Takes a title and sentences; returns a modal that only says them. */
export function sentenceModal(title: string, sentences: readonly Sentence[]): ModalView {
  return modal({ title, blocks: [lines(sentences)] });
}
