import { elementsOf } from "./elements-of.ts";
import type { ViewArgument } from "./limits/views.ts";
import type { Slip } from "./records.ts";
import type { Slack } from "./slack.ts";
import type { Message, MessageContent } from "./timelines.ts";

/**
 * Notes what a view must not do with a credential: Slack sends a view back whole in the payloads of its elements, its
 * submit button and its closing, and keeps App Home.
 */
export function watchView(slack: Slack, view: ViewArgument): void {
  const where = `view ${view.callback_id ?? view.type}`;
  const slip = (detail: string) => slack.records.slip("secret in a view that comes back", where, detail);
  const outOfSight = [view.private_metadata, view.callback_id, view.external_id].join("\n");
  if (isSecret(outOfSight)) slip("in private_metadata, callback_id or external_id");
  if (!isSecret(JSON.stringify(view.blocks))) return;
  if (view.type === "home") slip("on App Home");
  else if (elementsOf(view.blocks).length > 0) slip("it has interactive elements");
  else if (view.submit) slip("it has a submit button");
  else if (view.notify_on_close) slip("it has notify_on_close");
}

function isSecret(text: string): boolean {
  return secretShapes.some((shape) => shape.test(text));
}

// The head of a JWT, a PEM block, and the fields of a kubeconfig that hold a secret.
const secretShapes = [/eyJ[\w-]{8,}/, /-----BEGIN /, /client-key-data/, /\btoken:\s*\S{20,}/];
// Bidi controls, zero-width characters, tags: they make a text read other than it is.
const deceiving = /[\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]|[\u{E0000}-\u{E007F}]/u;
const broadcast = /<!(channel|here|everyone)\b/;
const mrkdwnSigns = /[*_~`<>&]/;

/** Everything the app did that a good app never does, over all messages it ever stored and all it was refused. */
export function findViolations(slack: Slack): Slip[] {
  const slips = [...slack.records.slips];
  for (const message of slack.timelines.all) {
    if (!message.fromApp) continue;
    for (const content of [...message.before, message]) slips.push(...inContent(slack, message, content));
  }
  return slips;
}

function inContent(slack: Slack, message: Message, content: MessageContent): Slip[] {
  const markups = [content.text, ...mrkdwnIn(content.blocks)];
  const found = [
    ...secrets(content),
    ...(content.text.trim() === "" ? [["message without text", message.ts] as const] : []),
    ...deceptions(content),
    ...unlabelledButtons(content),
    ...markups.filter((markup) => broadcast.test(markup)).map((markup) => ["broadcast", markup] as const),
    ...[...slack.records.typed].flatMap((typed) => leakedText(content, typed)),
  ];
  return found.map(([rule, detail]) => ({ rule, where: `${message.channel}/${message.ts}`, detail }));
}

type Found = (readonly [rule: string, detail: string])[];

function secrets(content: MessageContent): Found {
  const stored = JSON.stringify({ text: content.text, blocks: content.blocks, metadata: content.metadata });
  return isSecret(stored) ? [["secret in a message", "looks like a token or key"]] : [];
}

function deceptions(content: MessageContent): Found {
  const deceived = deceiving.exec([content.text, ...textsIn(content.blocks)].join("\n"));
  return deceived ? [["deceiving characters", `U+${deceived[0].codePointAt(0)?.toString(16).toUpperCase()}`]] : [];
}

function unlabelledButtons(content: MessageContent): Found {
  return elementsOf(content.blocks ?? []).flatMap(({ element }) =>
    element.type === "button" && !element.accessibility_label
      ? [["button without accessibility_label", element.text.text] as const]
      : [],
  );
}

/** What a person typed, come back where Slack reads markup. */
function leakedText(content: MessageContent, typed: string): Found {
  const unescaped = /[<>&]/.test(typed) && content.text.includes(typed);
  const asMarkup =
    typed.length >= 3 && mrkdwnSigns.test(typed) && mrkdwnIn(content.blocks).some((markup) => markup.includes(typed));
  return [
    ...(unescaped ? [["unescaped user text", typed] as const] : []),
    ...(asMarkup ? [["user text as mrkdwn", typed] as const] : []),
  ];
}

/** All texts of type mrkdwn anywhere inside. */
function mrkdwnIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(mrkdwnIn);
  if (typeof value !== "object" || value === null) return [];
  const own = "type" in value && value.type === "mrkdwn" && "text" in value ? [String(value.text)] : [];
  return [...own, ...Object.values(value).flatMap(mrkdwnIn)];
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
