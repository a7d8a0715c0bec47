import { describe, expect, test } from "vitest";
import { messageBlocks, modalBlocks } from "./blocks.ts";
import { viewArgument } from "./views.ts";

const plain = (length: number) => ({ type: "plain_text", text: "x".repeat(length) });
const times = <Item>(count: number, item: (at: number) => Item) => Array.from({ length: count }, (_, at) => item(at));
const option = (textLength: number, valueLength = 1) => ({ text: plain(textLength), value: "v".repeat(valueLength) });
const actions = (...elements: object[]) => [{ type: "actions", elements }];
const button = (more: object = {}) => ({ type: "button", text: plain(1), ...more });
const input = (element: object, more: object = {}) => [{ type: "input", label: plain(1), element, ...more }];
const select = (more: object) => ({ type: "static_select", ...more });
const modal = (more: object) => ({ type: "modal", title: plain(24), blocks: [{ type: "divider" }], ...more });

/** Each of Slack's limits: what it is about, its number, and blocks of a given size. */
const blockLimits: [string, number, (size: number) => unknown][] = [
  ["blocks in a message", 50, (size) => times(size, () => ({ type: "divider" }))],
  ["section text", 3000, (size) => [{ type: "section", text: plain(size) }]],
  ["section fields", 10, (size) => [{ type: "section", fields: times(size, () => plain(1)) }]],
  ["a field's text", 2000, (size) => [{ type: "section", fields: [plain(size)] }]],
  ["header text", 150, (size) => [{ type: "header", text: plain(size) }]],
  ["context elements", 10, (size) => [{ type: "context", elements: times(size, () => plain(1)) }]],
  ["elements of an actions block", 25, (size) => actions(...times(size, () => button()))],
  ["button text", 75, (size) => actions(button({ text: plain(size) }))],
  ["button value", 2000, (size) => actions(button({ value: "v".repeat(size) }))],
  ["button url", 3000, (size) => actions(button({ url: "u".repeat(size) }))],
  ["accessibility_label", 75, (size) => actions(button({ accessibility_label: "l".repeat(size) }))],
  ["action_id", 255, (size) => actions(button({ action_id: "a".repeat(size) }))],
  ["block_id", 255, (size) => [{ type: "divider", block_id: "b".repeat(size) }]],
  ["select options", 100, (size) => actions(select({ options: times(size, () => option(1)) }))],
  [
    "select option groups",
    100,
    (size) => actions(select({ option_groups: times(size, () => ({ label: plain(1), options: [option(1)] })) })),
  ],
  ["option text", 75, (size) => actions(select({ options: [option(size)] }))],
  ["option value", 75, (size) => actions(select({ options: [option(1, size)] }))],
  ["overflow options", 5, (size) => actions({ type: "overflow", options: times(size, () => option(1)) })],
  ["radio buttons", 10, (size) => actions({ type: "radio_buttons", options: times(size, () => option(1)) })],
  ["checkboxes", 10, (size) => actions({ type: "checkboxes", options: times(size, () => option(1)) })],
  ["plain_text_input max_length", 3000, (size) => input({ type: "plain_text_input", max_length: size })],
  ["input label", 2000, (size) => input({ type: "plain_text_input" }, { label: plain(size) })],
  ["placeholder", 150, (size) => input({ type: "plain_text_input", placeholder: plain(size) })],
  ["confirm title", 100, (size) => actions(button({ confirm: { title: plain(size), text: plain(1) } }))],
  ["confirm text", 300, (size) => actions(button({ confirm: { text: plain(size) } }))],
  ["confirm button", 30, (size) => actions(button({ confirm: { text: plain(1), confirm: plain(size) } }))],
  ["markdown block", 12_000, (size) => [{ type: "markdown", text: "m".repeat(size) }]],
  ["table rows", 100, (size) => [{ type: "table", rows: times(size, () => [{ type: "raw_text", text: "x" }]) }]],
  ["table columns", 20, (size) => [{ type: "table", rows: [times(size, () => ({ type: "raw_text", text: "x" }))] }]],
  [
    "a rich text element",
    3000,
    (size) => {
      const section = { type: "rich_text_section", elements: [{ type: "text", text: "x".repeat(size) }] };
      return [{ type: "rich_text", elements: [section] }];
    },
  ],
];

const viewLimits: [string, number, (size: number) => unknown][] = [
  ["modal title", 24, (size) => modal({ title: plain(size) })],
  ["modal submit", 24, (size) => modal({ submit: plain(size) })],
  ["modal close", 24, (size) => modal({ close: plain(size) })],
  ["blocks in a modal", 100, (size) => modal({ blocks: times(size, () => ({ type: "divider" })) })],
  ["private_metadata", 3000, (size) => modal({ private_metadata: "m".repeat(size) })],
  ["callback_id", 255, (size) => modal({ callback_id: "c".repeat(size) })],
];

describe("Block Kit limits", () => {
  test.each(blockLimits)("%s: %i fits, one more is refused", (_what, limit, build) => {
    expect(messageBlocks.safeParse(build(limit))).toMatchObject({ success: true });
    expect(messageBlocks.safeParse(build(limit + 1))).toMatchObject({ success: false });
  });

  test.each(viewLimits)("%s: %i fits, one more is refused", (_what, limit, build) => {
    expect(viewArgument.safeParse(build(limit))).toMatchObject({ success: true });
    expect(viewArgument.safeParse(build(limit + 1))).toMatchObject({ success: false });
  });

  const refused: [string, unknown][] = [
    ["the same block_id twice", times(2, () => ({ type: "divider", block_id: "same" }))],
    ["the same action_id twice in a block", actions(...times(2, () => button({ action_id: "same" })))],
    ["an empty text", [{ type: "section", text: plain(0) }]],
    ["a section without text and fields", [{ type: "section" }]],
    ["mrkdwn in a header", [{ type: "header", text: { type: "mrkdwn", text: "x" } }]],
    ["a field that Slack does not know", [{ type: "divider", colour: "red" }]],
    ["a block that Slack does not know", [{ type: "marquee" }]],
    ["an overflow menu of one", actions({ type: "overflow", options: [option(1)] })],
    ["an image without alt text", [{ type: "image", image_url: "https://pictures.example/a.png" }]],
    ["options and groups at once", actions(select({ options: [option(1)], option_groups: [] }))],
    ["an alert in a message", [{ type: "alert", text: plain(1) }]],
    ["a plain_text_input among actions", actions({ type: "plain_text_input" })],
  ];
  test.each(refused)("%s is refused", (_what, blocks) => {
    expect(messageBlocks.safeParse(blocks)).toMatchObject({ success: false });
  });

  test("a modal may hold an alert, and no markdown", () => {
    expect(modalBlocks.safeParse([{ type: "alert", text: plain(1) }])).toMatchObject({ success: true });
    expect(modalBlocks.safeParse([{ type: "markdown", text: "x" }])).toMatchObject({ success: false });
  });

  test("a modal with an input needs a submit button", () => {
    const blocks = input({ type: "plain_text_input" });

    expect(viewArgument.safeParse(modal({ blocks }))).toMatchObject({ success: false });
    expect(viewArgument.safeParse(modal({ blocks, submit: plain(3) }))).toMatchObject({ success: true });
  });
});
