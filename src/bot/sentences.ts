import type { KnownBlock, RichTextBlock, RichTextElement } from "@slack/types";
import { clean, escapeMrkdwn } from "./escape.ts";
import type { Moment } from "./time-words.ts";

/** A part of a sentence. Strings may hold anything: they are cleaned, and never read as markup. */
export type Piece =
  | string
  | { readonly bold: string }
  | { readonly code: string }
  | { readonly channel: string }
  | Moment;

/** One sentence, written once and drawn as rich text, as a message's text, or as plain text. */
export type Sentence = readonly Piece[];

/** A message: blocks for who looks, and a text that stands alone for lock screens and screen readers. */
export interface Message {
  readonly text: string;
  readonly blocks: KnownBlock[];
}

/** Slack gives no limit for one rich text element; this is that of every other text object, with room. */
const MOST_LETTERS = 2_000;

/** Takes sentences; returns them as one text for `text` fields: escaped, dates for the reader's zone. */
export function toText(sentences: readonly Sentence[]): string {
  return join(sentences, (piece) => {
    if (typeof piece === "string") return escapeMrkdwn(spaced(piece));
    if ("bold" in piece) return escapeMrkdwn(spaced(piece.bold));
    if ("code" in piece) return escapeMrkdwn(spaced(piece.code));
    if ("channel" in piece) return `<#${piece.channel}>`;
    return `<!date^${Math.floor(piece.at / 1000)}^${piece.format}|${piece.fallback}>`;
  });
}

/** Takes sentences; returns them for plain text objects and field errors, times in UTC. */
export function toPlain(sentences: readonly Sentence[]): string {
  return join(sentences, (piece) => {
    if (typeof piece === "string") return spaced(piece);
    if ("bold" in piece) return spaced(piece.bold);
    if ("code" in piece) return spaced(piece.code);
    return "channel" in piece ? "the requests channel" : piece.fallback;
  });
}

function join(sentences: readonly Sentence[], say: (piece: Piece) => string): string {
  return sentences
    .map((sentence) => sentence.map(say).join(""))
    .filter((sentence) => sentence !== "")
    .join(" ");
}

/** Takes sentences; returns a block with each on a line of its own. */
export function lines(sentences: readonly Sentence[]): RichTextBlock {
  const elements = sentences.flatMap((sentence, i) => [...(i > 0 ? [newLine()] : []), ...sentence.flatMap(draw)]);
  return { type: "rich_text", elements: [{ type: "rich_text_section", elements }] };
}

/** Takes what somebody wrote; returns it as a quotation, which nothing in it can leave. */
export function quotation(words: string): RichTextBlock {
  const drawn = draw(words);
  const elements = drawn.length > 0 ? drawn : draw("(nothing that can be shown)");
  return { type: "rich_text", elements: [{ type: "rich_text_quote", elements }] };
}

/** Takes text whose every character counts, line ends included; returns it as it is, in a fixed font. */
export function preformatted(text: string): RichTextBlock {
  return { type: "rich_text", elements: [{ type: "rich_text_preformatted", elements: [{ type: "text", text }] }] };
}

/** Takes sentences; returns the message that says them, each on a line of its own. */
export function message(sentences: readonly Sentence[], ...more: readonly KnownBlock[]): Message {
  return { text: toText(sentences), blocks: [lines(sentences), ...more] };
}

function draw(piece: Piece): RichTextElement[] {
  if (typeof piece === "string") return textElement(piece);
  if ("bold" in piece) return textElement(piece.bold, { bold: true });
  if ("code" in piece) return textElement(piece.code, { code: true });
  if ("channel" in piece) return [{ type: "channel", channel_id: piece.channel }];
  const { at, format, fallback } = piece;
  return [{ type: "date", timestamp: Math.floor(at / 1000), format, fallback }];
}

function textElement(words: string, style?: { readonly bold?: boolean; readonly code?: boolean }): RichTextElement[] {
  const text = spaced(words);
  // Slack refuses an empty text element.
  return text === "" ? [] : [{ type: "text", text, ...(style === undefined ? {} : { style }) }];
}

function newLine(): RichTextElement {
  return { type: "text", text: "\n" };
}

/** Cleans a piece and keeps the spaces at its ends, which part it from its neighbours. */
function spaced(words: string): string {
  const text = clean(words, MOST_LETTERS);
  if (text === "") return /^\s+$/.test(words) ? " " : "";
  return `${/^\s/.test(words) ? " " : ""}${text}${/\s$/.test(words) ? " " : ""}`;
}
