/** Makes an element; strings among the children become text. */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "onclick") node.addEventListener("click", value);
    else if (value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== undefined && child !== null));
  return node;
}

const emojis = {
  white_check_mark: "✅",
  heavy_check_mark: "✔️",
  x: "❌",
  hourglass: "⌛",
  hourglass_flowing_sand: "⏳",
  warning: "⚠️",
  rotating_light: "🚨",
  lock: "🔒",
  key: "🔑",
  red_circle: "🔴",
  large_green_circle: "🟢",
  large_yellow_circle: "🟡",
  white_circle: "⚪",
  wave: "👋",
};

/** An emoji's sign, or its name where this page has none. */
export function emoji(name) {
  return emojis[name] ?? `:${name}:`;
}

const day = { day: "numeric", month: "long" };
const formats = {
  date_num: (date) => date.toLocaleDateString("sv"),
  date_slash: (date) => date.toLocaleDateString("en-GB"),
  date_long: (date) => date.toLocaleDateString("en", { weekday: "long", ...day, year: "numeric" }),
  date_long_full: (date) => date.toLocaleDateString("en", { ...day, year: "numeric" }),
  date: (date) => date.toLocaleDateString("en", day),
  date_short: (date) => date.toLocaleDateString("en", { day: "numeric", month: "short", year: "numeric" }),
  time: (date) => date.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" }),
  time_secs: (date) => date.toLocaleTimeString("en-GB"),
  ago: (date) => ago(Math.round((Date.now() - date.getTime()) / 1000)),
};

function ago(seconds) {
  const words = new Intl.RelativeTimeFormat("en");
  if (Math.abs(seconds) < 60) return words.format(-seconds, "second");
  if (Math.abs(seconds) < 3600) return words.format(-Math.round(seconds / 60), "minute");
  return words.format(-Math.round(seconds / 3600), "hour");
}

function pretty(date, otherwise) {
  const midnight = (moment) => new Date(moment).setHours(0, 0, 0, 0);
  const days = Math.round((midnight(date) - midnight(Date.now())) / 86_400_000);
  return { "-1": "yesterday", 0: "today", 1: "tomorrow" }[days] ?? formats[otherwise](date);
}

/** A moment in the reader's zone by Slack's date tokens; `seconds` since the epoch. */
export function slackDate(seconds, format) {
  const date = new Date(seconds * 1000);
  return format.replace(/\{(\w+)\}/g, (whole, token) => {
    if (token.endsWith("_pretty")) return pretty(date, token.slice(0, -"_pretty".length));
    return formats[token]?.(date) ?? whole;
  });
}

function decode(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

function mention(text) {
  return element("span", { class: "mention" }, text);
}

/** What stands between angle brackets: a person, channel, group, date, broadcast or link. */
function special(inside, names) {
  const [head, ...rest] = inside.split("|");
  const label = rest.length > 0 ? rest.join("|") : undefined;
  if (head.startsWith("@")) return mention(`@${names.person(head.slice(1)) ?? label ?? head.slice(1)}`);
  if (head.startsWith("#")) return mention(`#${names.channel(head.slice(1)) ?? label ?? head.slice(1)}`);
  if (head.startsWith("!date^")) {
    const [, seconds, format] = head.split("^");
    return element("time", { title: label ?? "" }, slackDate(Number(seconds), format));
  }
  if (head.startsWith("!subteam^")) return mention(`@${names.group(head.slice(9)) ?? label ?? head.slice(9)}`);
  if (head.startsWith("!")) return mention(`@${head.slice(1)}`);
  return element("a", { href: decode(head), target: "_blank", rel: "noreferrer" }, decode(label ?? head));
}

const marks =
  /```([\s\S]+?)```|`([^`\n]+)`|<([^>\n]+)>|(?<!\w)\*([^*\n]+)\*(?!\w)|(?<!\w)_([^_\n]+)_(?!\w)|(?<!\w)~([^~\n]+)~(?!\w)|:([a-z0-9_+-]+):/g;

function marked([, block, code, inside, bold, italic, struck, name], names) {
  if (block !== undefined) return element("pre", {}, decode(block));
  if (code !== undefined) return element("code", {}, decode(code));
  if (inside !== undefined) return special(inside, names);
  if (bold !== undefined) return element("strong", {}, ...inline(bold, names));
  if (italic !== undefined) return element("em", {}, ...inline(italic, names));
  if (struck !== undefined) return element("s", {}, ...inline(struck, names));
  return emoji(name);
}

function inline(text, names) {
  const nodes = [];
  let at = 0;
  for (const match of text.matchAll(marks)) {
    nodes.push(decode(text.slice(at, match.index)), marked(match, names));
    at = match.index + match[0].length;
  }
  return [...nodes, decode(text.slice(at))];
}

/** mrkdwn as nodes: the marks people use, quotes line by line, everything else as it is. */
export function mrkdwn(text, names) {
  const box = element("div", { style: "white-space: pre-wrap" });
  const parts = text.split(/((?:^(?:>|&gt;) ?.*(?:\n|$))+)/m);
  for (const part of parts) {
    if (/^(>|&gt;)/.test(part)) {
      box.append(element("blockquote", {}, ...inline(part.replace(/^(>|&gt;) ?/gm, "").trimEnd(), names)));
    } else {
      box.append(...inline(part, names));
    }
  }
  return box;
}

/** A text object, plain or mrkdwn. */
export function textObject(object, names) {
  return object.type === "mrkdwn" ? mrkdwn(object.text, names) : element("span", {}, object.text);
}
