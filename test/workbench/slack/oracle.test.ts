import type { App } from "@slack/bolt";
import type { KnownBlock, ModalView } from "@slack/types";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { plainClient, startSocketApp, useSlackDouble } from "./bolt-app.ts";

const double = useSlackDouble({ messageBurst: 50 });

/** Posts and says which rules it broke. */
async function rulesBrokenBy(message: { text: string; blocks?: KnownBlock[]; metadata?: object }): Promise<string[]> {
  const before = (await double.current.oracle()).length;
  await plainClient(double.current).apiCall("chat.postMessage", { channel: "C0REQUESTS", ...message });
  return (await double.current.oracle()).slice(before).map((slip) => slip.rule);
}

const section = (text: string): KnownBlock => ({ type: "section", text: { type: "mrkdwn", text } });

test("a plain, labelled message breaks no rule", async () => {
  const text = { type: "plain_text" as const, text: "Approve" };
  const button = { type: "button" as const, text, action_id: "approve", accessibility_label: "Approve Lena" };

  expect(await rulesBrokenBy({ text: "Lena asks.", blocks: [{ type: "actions", elements: [button] }] })).toEqual([]);
});

test.each<[string, { text: string; blocks?: KnownBlock[]; metadata?: object }]>([
  ["secret in a message", { text: "token eyJhbGciOiJSUzI1NiJ9.x.y" }],
  [
    "secret in a message",
    { text: "x", metadata: { event_type: "t", event_payload: { kubeconfig: "-----BEGIN CERTIFICATE-----" } } },
  ],
  ["deceiving characters", { text: "admin\u202Enimda" }],
  ["broadcast", { text: "x", blocks: [section("<!channel> look")] }],
  [
    "button without accessibility_label",
    {
      text: "x",
      blocks: [{ type: "actions", elements: [{ type: "button", text: { type: "plain_text", text: "Go" } }] }],
    },
  ],
])("%s is found", async (rule, message) => {
  expect(await rulesBrokenBy(message)).toEqual([rule]);
});

test("what a person typed must not come back as markup", async () => {
  const typed = "<!here> *Approved* by Ana & Ben";
  await double.current.as("U0LENA").command("C0REQUESTS", "/k8s-access", typed);

  expect(await rulesBrokenBy({ text: "x", blocks: [section(`| ${typed}`)] })).toContain("user text as mrkdwn");
  expect(await rulesBrokenBy({ text: `Lena: ${typed}` })).toContain("unescaped user text");
  const plain: KnownBlock = { type: "section", text: { type: "plain_text", text: typed } };
  expect(await rulesBrokenBy({ text: "Lena asks.", blocks: [plain] })).toEqual([]);
});

test("an earlier version and a deleted message are looked at as well", async () => {
  const client = plainClient(double.current);
  const before = (await double.current.oracle()).length;
  const { ts, channel } = await client.chat.postMessage({ channel: "C0REQUESTS", text: "eyJhbGciOiJSUzI1NiJ9" });
  await client.chat.update({ channel: String(channel), ts: String(ts), text: "Nothing to see." });
  await client.chat.delete({ channel: String(channel), ts: String(ts) });

  expect(await double.current.oracle()).toHaveLength(before + 1);
});

describe("a credential in a view", () => {
  let app: App;
  let triggers: string[] = [];
  beforeAll(async () => {
    app = await startSocketApp(double.current, (listening) => {
      listening.command("/k8s-revoke", async ({ ack, command }) => {
        triggers.push(command.trigger_id);
        await ack();
      });
    });
  });
  afterAll(() => app.stop());

  async function open(more: Partial<ModalView>): Promise<string[]> {
    triggers = [];
    await double.current.as("U0LENA").command("C0REQUESTS", "/k8s-revoke");
    const before = (await viewSlips()).length;
    const title = { type: "plain_text" as const, text: "Kubeconfig" };
    const view: ModalView = { type: "modal", title, blocks: [section("eyJhbGciOiJSUzI1NiJ9.once")], ...more };
    await plainClient(double.current).views.open({ trigger_id: triggers[0] ?? "", view });
    return (await viewSlips()).slice(before);
  }

  async function viewSlips(): Promise<string[]> {
    const slips = await double.current.oracle();
    return slips.filter((slip) => slip.rule === "secret in a view that comes back").map((slip) => slip.detail);
  }

  test("is no message, and breaks no rule in a modal that only shows", async () => {
    expect(await open({})).toEqual([]);
    expect(JSON.stringify(await double.current.storedMessages())).not.toContain("once");
    expect(JSON.stringify(await double.current.calls("views.open"))).toContain("once");
  });

  test.each<[string, Partial<ModalView>]>([
    ["it has notify_on_close", { notify_on_close: true }],
    ["it has a submit button", { submit: { type: "plain_text", text: "Done" } }],
    [
      "in private_metadata, callback_id or external_id",
      { private_metadata: "eyJhbGciOiJSUzI1NiJ9", blocks: [section("x")] },
    ],
  ])("would come back: %s", async (detail, more) => {
    expect(await open(more)).toEqual([detail]);
  });

  test("does not belong on App Home", async () => {
    const before = (await viewSlips()).length;
    const view = { type: "home" as const, blocks: [section("eyJhbGciOiJSUzI1NiJ9.once")] };

    await plainClient(double.current).views.publish({ user_id: "U0LENA", view });

    expect((await viewSlips()).slice(before)).toEqual(["on App Home"]);
  });
});
