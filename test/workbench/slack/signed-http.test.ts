import { createHmac } from "node:crypto";
import type { App, BlockAction } from "@slack/bolt";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBareApp, startHttpApp, useSlackDouble } from "./bolt-app.ts";
import { asked, askView } from "./sample-views.ts";

const double = useSlackDouble({ ackMs: 1000, eventRetryMs: [0, 0] });

describe("a Bolt app over signed HTTP", () => {
  let app: App;
  beforeAll(async () => {
    app = await startHttpApp(double.current, listen);
  });
  afterAll(() => app.stop());

  test("a command is answered and opens a form", async () => {
    const outcome = await double.current.as("U0LENA").command("C0REQUESTS", "/k8s-access", "one & two");

    expect(outcome).toMatchObject({ acked: true });
    expect(await double.current.as("U0LENA").ephemerals("C0REQUESTS")).toMatchObject([{ text: "Opening a form" }]);
    expect(await double.current.as("U0LENA").waitForView()).toMatchObject({ callback_id: "ask" });
  });

  test("field errors and then the closing of the form come back in the acknowledgement", async () => {
    const lena = double.current.as("U0LENA");

    const wrong = await lena.submit({ ...asked, why: "short" });
    const right = await lena.submit({ why: "a reason that is long" });

    expect(wrong).toMatchObject({ acked: true, errors: { why: "Say more." } });
    expect(right).toMatchObject({ acked: true });
    expect(await lena.view()).toBeUndefined();
  });

  test("a button is pressed and the message changes", async () => {
    const card = await double.current.as("U0ANA").waitForMessage("C0PAYMENTS", (message) => message.text === "Card");

    const outcome = await double.current.as("U0ANA").press(card, "approve");

    expect(outcome).toMatchObject({ acked: true });
    await double.current.as("U0ANA").waitForMessage("C0PAYMENTS", (message) => message.text === "Approved");
  });

  test("a command that the app does not know in time fails in front of the person", async () => {
    const outcome = await double.current.as("U0LENA").command("C0REQUESTS", "/k8s-revoke");

    expect(outcome.toast).toBe('/k8s-revoke failed with the error "operation_timeout"');
  });

  test("an app that opens App Home publishes its view", async () => {
    await double.current.as("U0OMAR").openHome();

    const home = await double.current.as("U0OMAR").waitForHome();
    expect(home.blocks).toHaveLength(1);
  });
});

describe("an app by hand", () => {
  test("every request is signed over its time and raw body", async () => {
    const { seen } = await startBareApp(double.current, 200);

    await double.current.as("U0LENA").command("C0REQUESTS", "/k8s-access", "ü & +");

    const [request] = seen;
    const timestamp = String(request?.headers["x-slack-request-timestamp"]);
    const hmac = createHmac("sha256", double.current.signingSecret).update(`v0:${timestamp}:${request?.body}`);
    expect(request?.headers["x-slack-signature"]).toBe(`v0=${hmac.digest("hex")}`);
    expect(Math.abs(Date.now() / 1000 - Number(timestamp))).toBeLessThan(5);
    expect(new URLSearchParams(request?.body).get("text")).toBe("ü &amp; +");
  });

  test("an event refused with 500 comes again with Slack's retry headers", async () => {
    const { seen } = await startBareApp(double.current, 500);

    await double.current.event({ type: "user_change", user: "U0BEN", change: { email: "ben@elsewhere.example" } });
    await expect.poll(() => seen.length, { interval: 20, timeout: 5000 }).toBe(3);

    expect(seen.map((one) => one.headers["x-slack-retry-num"])).toEqual([undefined, "1", "2"]);
    expect(seen[1]?.headers["x-slack-retry-reason"]).toBe("http_error");
  });

  test("an interaction refused with 500 fails in front of the person and is not sent again", async () => {
    const { seen } = await startBareApp(double.current, 500);

    const outcome = await double.current.as("U0LENA").command("C0REQUESTS", "/k8s-access");

    expect(outcome.toast).toBe('/k8s-access failed with the error "dispatch_failed"');
    expect(seen).toHaveLength(1);
  });
});

function listen(app: App): void {
  app.command("/k8s-access", async ({ command, ack, client }) => {
    await ack({ text: "Opening a form" });
    await client.views.open({ trigger_id: command.trigger_id, view: askView() });
  });
  app.view("ask", async ({ ack, view, client }) => {
    const why = view.state.values.why?.why?.value ?? "";
    if (why.length < 10) return ack({ response_action: "errors", errors: { why: "Say more." } });
    await ack();
    const text = { type: "plain_text" as const, text: "Approve" };
    const button = { type: "button" as const, action_id: "approve", text, accessibility_label: "Approve" };
    const blocks = [{ type: "actions" as const, elements: [button] }];
    await client.chat.postMessage({ channel: "C0PAYMENTS", text: "Card", blocks });
  });
  app.action<BlockAction>("approve", async ({ ack, body, client }) => {
    await ack();
    await client.chat.update({ channel: body.channel?.id ?? "", ts: body.message?.ts ?? "", text: "Approved" });
  });
  app.event("app_home_opened", async ({ event, client }) => {
    const text = { type: "mrkdwn" as const, text: "Nothing lent to you" };
    await client.views.publish({ user_id: event.user, view: { type: "home", blocks: [{ type: "section", text }] } });
  });
}
