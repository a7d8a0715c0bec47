import type { App } from "@slack/bolt";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startSocketApp, useSlackDouble } from "./bolt-app.ts";

const double = useSlackDouble();
let app: App;
let url = "";

beforeAll(async () => {
  app = await startSocketApp(double.current, (listening) => {
    listening.command("/k8s-access", async ({ ack, command }) => {
      url = command.response_url;
      await ack();
    });
    listening.action("ask", async ({ ack, body, respond }) => {
      await ack();
      if (body.type !== "block_actions") return;
      url = body.response_url;
      await respond({ text: "Only you see this" });
    });
  });
});
afterAll(() => app.stop());
beforeEach(async () => {
  await double.current.as("U0LENA").reload();
  // In a channel without the bot: a response_url works there too.
  await double.current.as("U0LENA").command("C0RANDOM", "/k8s-access");
});

async function respond(body: object): Promise<[number, string]> {
  const response = await fetch(url, { method: "POST", body: JSON.stringify(body) });
  return [response.status, await response.text()];
}

test("a response is seen by the person alone unless it says in_channel", async () => {
  await respond({ text: "alone" });
  await respond({ text: "all", response_type: "in_channel" });

  const texts = async (user: string) => (await double.current.as(user).messages("C0RANDOM")).map((one) => one.text);
  expect(await texts("U0LENA")).toEqual(["alone", "all"]);
  expect(await texts("U0ANA")).toEqual(["all"]);
});

test("it works five times", async () => {
  for (let use = 1; use <= 5; use += 1) expect(await respond({ text: `use ${use}` })).toEqual([200, "ok"]);

  expect(await respond({ text: "use 6" })).toEqual([404, "used_url"]);
});

test("it works for thirty minutes", async () => {
  await double.current.advanceClock(30 * 60_000 + 1);

  expect(await respond({ text: "late" })).toEqual([404, "expired_url"]);
});

test("what has no text is refused here too", async () => {
  expect(await respond({ blocks: [{ type: "divider" }] })).toEqual([400, "no_text"]);
});

test("it replaces and deletes the message that held the button, an ephemeral too", async () => {
  const lena = double.current.as("U0LENA");
  await respond({ text: "Ask?", blocks: button() });
  const [ephemeral] = await lena.ephemerals("C0RANDOM");
  if (!ephemeral) throw new Error("no ephemeral");

  await lena.press(ephemeral, "ask");
  await lena.waitForEphemeral("C0RANDOM", (message) => message.text === "Only you see this");
  await respond({ text: "Asked.", replace_original: true });

  expect((await lena.ephemerals("C0RANDOM")).map((message) => message.text)).toEqual(["Asked.", "Only you see this"]);
  await respond({ delete_original: true });
  expect((await lena.ephemerals("C0RANDOM")).map((message) => message.text)).toEqual(["Only you see this"]);
});

function button() {
  const text = { type: "plain_text", text: "Request access" };
  return [{ type: "actions", elements: [{ type: "button", action_id: "ask", text, accessibility_label: "Ask" }] }];
}
