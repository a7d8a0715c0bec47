import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { useGuardian } from "../for-tests.ts";
import { startSlackDouble } from "../slack-double.ts";
import { plainClient } from "./bolt-app.ts";
import { defaultWorld } from "./default-world.ts";
import { installManifest } from "./manifest.ts";

const guardian = useGuardian();

const manifest = `
display_information: { name: Daypass }
features:
  bot_user: { display_name: daypass }
  slash_commands:
    - { command: /k8s-access, description: Ask for access, should_escape: true }
oauth_config: { scopes: { bot: [commands, chat:write] } }
settings:
  event_subscriptions: { bot_events: [user_change] }
  socket_mode_enabled: true
`;

test("the app can do what its manifest says and no more", async () => {
  const double = await startSlackDouble({ spawn: guardian.spawn, manifest });
  const client = plainClient(double);

  expect(await client.chat.postMessage({ channel: "C0REQUESTS", text: "hello" })).toMatchObject({ ok: true });
  await expect(client.users.info({ user: "U0ANA" })).rejects.toThrow("missing_scope");
  await expect(client.usergroups.users.list({ usergroup: "S0PAYMENTS" })).rejects.toThrow("missing_scope");
  await expect(client.chat.postMessage({ channel: "U0LENA", text: "hello" })).rejects.toThrow("messages_tab_disabled");
  const view = { type: "home" as const, blocks: [] };
  await expect(client.views.publish({ user_id: "U0LENA", view })).rejects.toThrow("not_enabled");
  const revoke = await double.as("U0LENA").command("C0REQUESTS", "/k8s-revoke");
  expect(revoke.refused).toBe("/k8s-revoke is not a valid command.");
  await double.stop();
});

test("the app's own manifest is one that Slack takes", () => {
  const own = readFileSync(join(import.meta.dirname, "../../../manifest.yml"), "utf8");

  expect(installManifest(defaultWorld(), own).app.name).toBe("Daypass");
});

test("a manifest that Slack would refuse is refused with the place", () => {
  const long = manifest.replace("name: Daypass", `name: ${"x".repeat(36)}`);

  expect(() => installManifest(defaultWorld(), long)).toThrow("display_information.name");
});
