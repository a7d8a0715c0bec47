import { renderBlocks } from "./blocks.js";
import { askConfirm, showModal } from "./modal.js";
import { element, mrkdwn } from "./mrkdwn.js";

const at = (id) => document.querySelector(`#${id}`);
const world = await (await fetch("_/world")).json();
/** Who the visitor is and where they look; kept in the address so that a link leads there. */
const here = { user: "U0LENA", channel: undefined };
[here.user = "U0LENA", here.channel] = location.hash.slice(1).split("/").filter(Boolean);
let seen;
let toastsShown = 0;

const names = {
  person: (id) =>
    id === world.app.botUserId ? world.app.name : world.people.find((person) => person.id === id)?.realName,
  channel: (id) => world.channels.find((channel) => channel.id === id)?.name,
  group: (id) => world.userGroups.find((group) => group.id === id)?.handle,
};

/** Does something as the person; what Slack does not let them do is told as a toast. */
async function act(name, body) {
  at("status").textContent = "…";
  const response = await fetch(`_/as/${here.user}/${name}`, { method: "POST", body: JSON.stringify(body) });
  const outcome = await response.json();
  at("status").textContent = "";
  if (!response.ok) toast(outcome.error);
  return outcome;
}

function toast(text) {
  const line = element("p", {}, text);
  at("toasts").append(line);
  setTimeout(() => line.remove(), 8000);
}

function surface(place) {
  return {
    names,
    people: world.people.map((person) => ({ id: person.id, label: person.realName })),
    channels: seen.channels.map((channel) => ({ id: channel.id, label: channel.name })),
    state: {},
    fields: new Map(),
    confirm: askConfirm,
    press: (part, blockId, value) => act("press", { ...place, actionId: part.action_id, blockId, value }),
    suggest: async (actionId, blockId, query) =>
      (await act("suggest", { ...place, actionId, blockId, query })).options ?? [],
  };
}

function renderMessage(message) {
  const kind = [message.threadTs ? "reply" : "", message.ephemeral ? "ephemeral" : ""].join(" ");
  const time = new Date(Number(message.ts) * 1000).toLocaleTimeString("en-GB");
  const body =
    message.blocks.length > 0
      ? renderBlocks(message.blocks, surface({ channel: message.channel, ts: message.ts }))
      : [mrkdwn(message.text, names)];
  return element(
    "article",
    { class: `message ${kind}`, "data-ts": message.ts },
    element(
      "div",
      { class: "about" },
      element("strong", {}, names.person(message.user) ?? message.user),
      message.fromApp ? element("span", { class: "badge" }, "APP") : "",
      ` ${time}`,
      message.edited ? " (edited)" : "",
      message.ephemeral ? " · Only visible to you" : "",
    ),
    ...body,
    ...(message.reactions ?? []).map((name) => `:${name}: `),
  );
}

/** Replies below their thread's first message, threads in the order in which they began. */
function inThreads(messages) {
  const roots = messages.filter((message) => !message.threadTs);
  const replies = (ts) => messages.filter((message) => message.threadTs === ts);
  const orphans = messages.filter((message) => message.threadTs && !roots.some((root) => root.ts === message.threadTs));
  return [...roots.flatMap((root) => [root, ...replies(root.ts)]), ...orphans];
}

function showChannels() {
  const link = (id, label) =>
    element(
      "button",
      { type: "button", "aria-current": String(id === here.channel), "data-channel": id, onclick: () => go(id) },
      label,
    );
  const channels = seen.channels.map((channel) =>
    link(channel.id, channel.isDm ? channel.name : `${channel.isPrivate ? "🔒" : "#"} ${channel.name}`),
  );
  const dm = seen.channels.some((channel) => channel.isDm) ? [] : [link("dm", `${world.app.name} (message)`)];
  at("channels").replaceChildren(...channels, ...dm, link("home", `${world.app.name} · Home`));
}

let drawn = "";
function showTimeline() {
  const channel = seen.channels.find((one) => one.id === here.channel);
  const home = here.channel === "home";
  const content = JSON.stringify([here, home ? seen.home : channel?.messages]);
  if (content === drawn) return;
  drawn = content;
  at("title").textContent = home ? `${world.app.name} · Home` : (channel?.name ?? "");
  at("composer").hidden = home || !channel;
  const box = at("messages");
  if (home) {
    const view = seen.home;
    const blocks = view
      ? renderBlocks(view.blocks, { ...surface({ view: view.id }), state: view.state.values })
      : ["The app has put nothing here yet."];
    box.replaceChildren(...blocks);
    return;
  }
  box.replaceChildren(...inThreads(channel?.messages ?? []).map(renderMessage));
  box.scrollTop = box.scrollHeight;
}

async function go(channel) {
  here.channel = channel;
  if (channel === "home") await act("open-home", {});
  if (channel === "dm") here.channel = (await act("open-dm", {})).channel;
  location.hash = `${here.user}/${here.channel}`;
  await look();
}

/** Reads what the person sees and shows it. */
async function look() {
  const response = await fetch(`_/as/${here.user}/sees`);
  const answer = await response.json();
  if (!response.ok) {
    toast(answer.error);
    return;
  }
  seen = answer;
  if (!here.channel) here.channel = seen.channels[0]?.id;
  at("kind").textContent = seen.person.kind;
  showChannels();
  showTimeline();
  const view = seen.views.at(-1);
  showModal(view, view ? surface({ view: view.id }) : undefined, {
    submit: async (id, values) => (await act("submit", { view: id, values })).errors,
    fill: (id, values) => act("fill", { view: id, values }),
    close: (id) => act("close", { view: id }),
  });
  for (const one of seen.toasts.filter((told) => told.n > toastsShown)) toast(one.text);
  toastsShown = Math.max(toastsShown, ...seen.toasts.map((told) => told.n));
}

async function follow() {
  for (;;) {
    try {
      await fetch(`_/wait?after=${seen?.n ?? 0}&timeout=20000`);
      await look();
    } catch {
      at("status").textContent = "The double is gone.";
      await new Promise((resolve) => setTimeout(resolve, 2000));
    }
  }
}

at("team").textContent = world.team.name;
at("commands").append(...world.app.commands.map((one) => element("option", { value: `${one.command} ` })));
for (const person of world.people.filter((one) => !["deleted", "bot"].includes(one.kind))) {
  const label = `${person.realName} · ${person.kind}`;
  at("person").append(element("option", { value: person.id, selected: person.id === here.user }, label));
}
at("person").addEventListener("change", async () => {
  here.user = at("person").value;
  toastsShown = Number.MAX_SAFE_INTEGER;
  await go(undefined);
  toastsShown = Math.max(0, ...seen.toasts.map((told) => told.n));
});
at("reload").addEventListener("click", async () => {
  await act("reload", {});
  await look();
});
at("composer").addEventListener("submit", async (event) => {
  event.preventDefault();
  const draft = at("draft").value.trim();
  if (!draft) return;
  at("draft").value = "";
  const [command, ...words] = draft.split(" ");
  if (draft.startsWith("/")) await act("command", { channel: here.channel, command, text: words.join(" ") });
  else await act("say", { channel: here.channel, text: draft });
});
await look();
await follow();
