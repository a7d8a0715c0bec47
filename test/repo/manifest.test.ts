import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { BOT_SCOPES, COMMANDS } from "../../src/bot/names.ts";

const root = join(import.meta.dirname, "../..");
const manifest = parse(readFileSync(join(root, "manifest.yml"), "utf8"));
const bot = readdirSync(join(root, "src/bot"), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
  .map((name) => readFileSync(join(root, "src/bot", name), "utf8"))
  .join("\n");

/** The scope that each Web API method needs, by docs.slack.dev; auth.test, views.* and apps.connections.open need none. */
const SCOPE_OF: Readonly<Record<string, keyof typeof BOT_SCOPES | null>> = {
  "auth.test": null,
  "chat.delete": "chat:write",
  "chat.postMessage": "chat:write",
  "chat.update": "chat:write",
  "conversations.open": "im:write",
  "usergroups.users.list": "usergroups:read",
  "users.info": "users:read",
  "views.open": null,
  "views.update": null,
};

it("the manifest's commands are the ones the bot answers, each with a hint and escaped mentions", () => {
  const commands: readonly Record<string, unknown>[] = manifest.features.slash_commands;

  expect(commands.map(({ command }) => command).sort()).toEqual(Object.values(COMMANDS).sort());
  for (const { should_escape, usage_hint, description } of commands) {
    expect(should_escape).toBe(true);
    expect(usage_hint).toEqual(expect.any(String));
    expect(String(description).length).toBeLessThanOrEqual(2_000);
  }
});

it("the manifest asks for the scopes that the bot's calls need, and for no other", () => {
  const called = [...bot.matchAll(/\.((?:auth|chat|conversations|usergroups|users|views)(?:\.[a-zA-Z]+)+)\(/g)].map(
    ([, name]) => name ?? "",
  );
  const needed = new Set(called.map((name) => SCOPE_OF[name]).filter((scope) => scope !== null));

  expect(called.filter((name) => !(name in SCOPE_OF))).toEqual([]);
  expect(Object.keys(SCOPE_OF).filter((name) => !called.includes(name))).toEqual([]);
  expect(new Set(manifest.oauth_config.scopes.bot)).toEqual(new Set([...needed, "commands"]));
  expect(Object.keys(BOT_SCOPES).sort()).toEqual([...manifest.oauth_config.scopes.bot].sort());
});

it("what the bot does not use is off: the Home tab, events, user scopes", () => {
  expect(manifest.features.app_home).toEqual({
    home_tab_enabled: false,
    messages_tab_enabled: true,
    messages_tab_read_only_enabled: true,
  });
  expect(manifest.settings.event_subscriptions).toBeUndefined();
  expect(manifest.oauth_config.scopes.user).toBeUndefined();
  expect(bot).not.toMatch(/\bapp\.(event|message|shortcut|options)\(/);
  expect(manifest.settings).toMatchObject({ socket_mode_enabled: true, interactivity: { is_enabled: true } });
});

it("the manifest keeps Slack's lengths", () => {
  const { name, description, long_description } = manifest.display_information;

  expect(name.length).toBeLessThanOrEqual(35);
  expect(description.length).toBeLessThanOrEqual(140);
  expect(long_description.length).toBeGreaterThanOrEqual(174);
  expect(long_description.length).toBeLessThanOrEqual(4_000);
});

it("every name that Slack sends back stands in names.ts alone", () => {
  const named = [...bot.matchAll(/(?:action_id|callback_id|block_id): "([^"]+)"/g)].map(([, name]) => name);

  expect(named).toEqual([]);
});
