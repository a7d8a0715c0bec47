import { element, emoji, slackDate } from "./mrkdwn.js";

function styled(node, style = {}) {
  const tags = { bold: "strong", italic: "em", strike: "s", code: "code", underline: "u" };
  return Object.entries(tags).reduce((inner, [name, tag]) => (style[name] ? element(tag, {}, inner) : inner), node);
}

const pieces = {
  text: (piece) => piece.text,
  link: (piece) => element("a", { href: piece.url, target: "_blank", rel: "noreferrer" }, piece.text || piece.url),
  user: (piece, names) => element("span", { class: "mention" }, `@${names.person(piece.user_id) ?? piece.user_id}`),
  usergroup: (piece, names) => element("span", { class: "mention" }, `@${names.group(piece.usergroup_id)}`),
  channel: (piece, names) => element("span", { class: "mention" }, `#${names.channel(piece.channel_id)}`),
  broadcast: (piece) => element("span", { class: "mention" }, `@${piece.range}`),
  emoji: (piece) => emoji(piece.name),
  date: (piece) => element("time", { title: piece.fallback ?? "" }, slackDate(piece.timestamp, piece.format)),
  color: (piece) => piece.value,
  team: (piece) => piece.team_id,
};

function inline(elements, names) {
  return elements.map((piece) => styled(pieces[piece.type]?.(piece, names) ?? "", piece.style));
}

const parts = {
  rich_text_section: (part, names) =>
    element("div", { style: "white-space: pre-wrap" }, ...inline(part.elements, names)),
  rich_text_quote: (part, names) =>
    element("blockquote", { style: "white-space: pre-wrap" }, ...inline(part.elements, names)),
  rich_text_preformatted: (part, names) => element("pre", {}, ...inline(part.elements, names)),
  rich_text_list: (part, names) =>
    element(
      part.style === "ordered" ? "ol" : "ul",
      {},
      ...part.elements.map((section) => element("li", {}, ...inline(section.elements, names))),
    ),
};

/** A rich_text block. */
export function richText(block, names) {
  return element("div", { class: "block" }, ...block.elements.map((part) => parts[part.type]?.(part, names) ?? ""));
}
