import type { App, BlockAction } from "@slack/bolt";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startSocketApp, useSlackDouble } from "./bolt-app.ts";
import { asked, askView } from "./sample-views.ts";

const double = useSlackDouble({ ackMs: 1500 });

describe("a Bolt app over Socket Mode", () => {
  let app: App;

  beforeAll(async () => {
    app = await startSocketApp(double.current, (listening) => {
      answerCommands(listening);
      answerForms(listening);
    });
  });
  afterAll(() => app.stop());

  test("a command is acknowledged and its form opens for the one who typed it", async () => {
    const lena = double.current.as("U0LENA");

    const outcome = await lena.command("C0REQUESTS", "/k8s-access");
    const view = await lena.waitForView();

    expect(outcome).toMatchObject({ acked: true });
    expect(view.title.text).toBe("Request access");
    expect(await double.current.as("U0ANA").view()).toBeUndefined();
    await lena.close();
  });

  test("a command's answer is seen by nobody else", async () => {
    await double.current.as("U0LENA").command("C0REQUESTS", "/k8s-access", "help");

    const [answer] = await double.current.as("U0LENA").ephemerals("C0REQUESTS");
    expect(answer).toMatchObject({ text: "Ask for access with /k8s-access", ephemeral: true });
    expect(await double.current.as("U0ANA").ephemerals("C0REQUESTS")).toEqual([]);
  });

  test("a command that is not acknowledged in time fails in front of the person", async () => {
    const outcome = await double.current.as("U0LENA").command("C0REQUESTS", "/k8s-access", "slow");

    expect(outcome).toMatchObject({
      acked: false,
      toast: '/k8s-access failed with the error "operation_timeout"',
    });
  });

  test("an acknowledgement without text is a slip of the app", async () => {
    const outcome = await double.current.as("U0LENA").command("C0REQUESTS", "/k8s-access", "mute");

    expect(outcome.toast).toContain("no_text");
    expect(await double.current.oracle()).toContainEqual({
      rule: "rejected",
      where: "answer to /k8s-access",
      detail: "no_text",
    });
  });

  test("mistakes come back on the field that is wrong, and a corrected form goes through", async () => {
    const lena = double.current.as("U0LENA");
    await lena.command("C0REQUESTS", "/k8s-access");
    await lena.waitForView();

    const wrong = await lena.submit({ ...asked, why: "short" });
    const right = await lena.submit({ why: "long enough to be read" });

    expect(wrong).toMatchObject({ acked: true, errors: { why: "Say what is broken." } });
    expect(right).toMatchObject({ acked: true });
    expect(await lena.view()).toMatchObject({ title: { text: "Sent" } });
    await lena.close();
  });

  test("errors on something that is no input block are refused as Slack refuses them", async () => {
    const lena = double.current.as("U0LENA");
    await lena.command("C0REQUESTS", "/k8s-access");
    await lena.waitForView();

    const outcome = await lena.submit({ ...asked, why: "wrong errors" });

    expect(outcome.toast).toBe("We had some trouble connecting. Try again?");
    expect(await lena.view()).toBeDefined();
    await lena.close();
  });

  test("a pressed button edits the message and answers only its presser", async () => {
    const { current } = double;
    await current.as("U0LENA").command("C0REQUESTS", "/k8s-access", "card");
    const card = await current.as("U0ANA").waitForMessage("C0PAYMENTS", (message) => message.text === "Lena asks");

    const outcome = await current.as("U0ANA").press(card, "approve");
    await current
      .as("U0BEN")
      .waitForMessage("C0PAYMENTS", (message) => message.text === "Approved by U0ANA of T0HOME in T0HOME");

    expect(outcome).toMatchObject({ acked: true, confirmed: { title: "Approve?" } });
    await current.as("U0ANA").waitForEphemeral("C0PAYMENTS", (message) => message.text === "Thank you.");
    expect(await current.as("U0BEN").ephemerals("C0PAYMENTS")).toEqual([]);
    await expect(current.as("U0ANA").press(card, "approve")).rejects.toThrow("no approve to press");
    expect(await current.as("U0ANA").press(card, "approve", { stale: true })).toMatchObject({ acked: true });
  });

  test("fifty clicks at once reach the app fifty times", async () => {
    const { current } = double;
    await current.as("U0LENA").command("C0REQUESTS", "/k8s-access", "card");
    const card = await current.as("U0ANA").waitForMessage("C0PAYMENTS", (message) => message.text === "Lena asks");
    const before = (await current.deliveries()).length;

    const people = ["U0ANA", "U0BEN", "U0SEC", "U0ONC", "U0ANA"];
    const clicks = Array.from({ length: 10 }, () => people).flat();
    const outcomes = await Promise.all(clicks.map((id) => current.as(id).press(card, "approve", { stale: true })));

    expect(outcomes.every((outcome) => outcome.acked)).toBe(true);
    expect((await current.deliveries()).length - before).toBe(50);
  });

  test("a person of another organisation is told apart by user.team_id alone", async () => {
    const { current } = double;
    await current.as("U0LENA").command("C0REQUESTS", "/k8s-access", "shared");
    const card = await current.as("U0KIM").waitForMessage("C0SHARED");

    await current.as("U0KIM").press(card, "approve");

    await current
      .as("U0KIM")
      .waitForMessage("C0SHARED", (message) => message.text === "Approved by U0KIM of T0ACME in T0HOME");
  });

  test("an app told to refresh connects anew and goes on", async () => {
    await double.current.sockets("refresh_requested");
    await double.current.waitForCall("apps.connections.open", (call) => call.n > 2);
    await double.current.waitForConnection();

    expect(await double.current.as("U0LENA").command("C0REQUESTS", "/k8s-access", "help")).toMatchObject({
      acked: true,
    });
  });
});

function answerCommands(app: App): void {
  app.command("/k8s-access", async ({ command, ack, client }) => {
    if (command.text === "slow") return;
    if (command.text === "help") return ack("Ask for access with /k8s-access");
    if (command.text === "mute") return ack({ text: "" });
    await ack();
    if (command.text === "card" || command.text === "shared") {
      const channel = command.text === "card" ? "C0PAYMENTS" : "C0SHARED";
      await client.chat.postMessage({ channel, text: "Lena asks", blocks: card() });
      return;
    }
    await client.views.open({ trigger_id: command.trigger_id, view: askView() });
  });
  app.action<BlockAction>("approve", async ({ ack, body, client }) => {
    await ack();
    if (!body.channel || !body.message) return;
    const text = `Approved by ${body.user.id} of ${body.user.team_id} in ${body.team?.id}`;
    await client.chat.update({ channel: body.channel.id, ts: body.message.ts, text });
    await client.chat.postEphemeral({ channel: body.channel.id, user: body.user.id, text: "Thank you." });
  });
}

function answerForms(app: App): void {
  app.view("ask", async ({ ack, view }) => {
    const why = view.state.values.why?.why?.value ?? "";
    if (why === "wrong errors") return ack({ response_action: "errors", errors: { nowhere: "x" } });
    if (why.length < 10) return ack({ response_action: "errors", errors: { why: "Say what is broken." } });
    const sent = { type: "plain_text" as const, text: "Sent" };
    await ack({
      response_action: "update",
      view: { type: "modal", title: sent, blocks: [{ type: "section", text: sent }] },
    });
  });
}

function card() {
  const text = (said: string) => ({ type: "plain_text" as const, text: said });
  const confirm = { title: text("Approve?"), text: text("They get in."), confirm: text("Approve"), deny: text("Back") };
  return [
    { type: "section" as const, text: text("Lena asks for Read logs") },
    {
      type: "actions" as const,
      elements: [
        {
          type: "button" as const,
          action_id: "approve",
          text: text("Approve"),
          value: "r1",
          accessibility_label: "Approve",
          confirm,
        },
      ],
    },
  ];
}
