import type { App, BlockAction } from "@slack/bolt";
import type { ModalView, View } from "@slack/types";
import { WebAPIPlatformError } from "@slack/web-api";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { plainClient, startSocketApp, useSlackDouble } from "./bolt-app.ts";
import { asked, askView } from "./sample-views.ts";

const double = useSlackDouble({ ackMs: 2000 });
let app: App;
/** Trigger ids in the order in which the app got them. */
const triggers: string[] = [];
const heard: { what: string; body: Record<string, unknown> }[] = [];

beforeAll(async () => {
  app = await startSocketApp(double.current, listen);
});
afterAll(() => app.stop());
afterEach(async () => {
  const lena = double.current.as("U0LENA");
  if (await lena.view()) await lena.close(true);
});

/** A fresh trigger of Lena's. */
async function trigger(): Promise<string> {
  await double.current.as("U0LENA").command("C0REQUESTS", "/k8s-access", "trigger");
  return triggers.at(-1) ?? "";
}

async function refusal(call: Promise<unknown>): Promise<string> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof WebAPIPlatformError ? String(error.data.error) : "accepted";
}

function open(triggerId: string, view: View = askView()) {
  return plainClient(double.current).views.open({ trigger_id: triggerId, view });
}

test("a trigger opens one modal, and none after three seconds", async () => {
  const once = await trigger();
  const late = await trigger();

  expect(await refusal(open(once))).toBe("accepted");
  expect(await refusal(open(once))).toBe("exchanged_trigger_id");
  await double.current.advanceClock(3001);
  expect(await refusal(open(late))).toBe("expired_trigger_id");
  expect(await refusal(open("1.2.abc"))).toBe("invalid_trigger_id");
});

test("a view is refused with the place of its fault, and the trigger is still good", async () => {
  const id = await trigger();
  const title = { type: "plain_text" as const, text: "x".repeat(25) };

  const error = await open(id, askView({ title })).catch((reason: unknown) => reason);

  expect(error).toMatchObject({
    data: {
      error: "invalid_arguments",
      response_metadata: { messages: [expect.stringContaining("/view/title/text")] },
    },
  });
  expect(await refusal(open(id))).toBe("accepted");
});

test("an update with an old hash is a conflict", async () => {
  const { view } = await open(await trigger());
  const update = (hash: string) =>
    plainClient(double.current).views.update({ view_id: String(view?.id), hash, view: askView() });

  expect(await refusal(update(String(view?.hash)))).toBe("accepted");
  expect(await refusal(update(String(view?.hash)))).toBe("hash_conflict");
});

test("what was typed stays where the block id stays, and is gone where it changes", async () => {
  const lena = double.current.as("U0LENA");
  const { view } = await open(await trigger());
  await lena.fill({ why: "kept", ticket: "lost" });
  const blocks = askView().blocks.map((block) =>
    block.block_id === "ticket" ? { ...block, block_id: "ticket-2" } : block,
  );

  await plainClient(double.current).views.update({ view_id: String(view?.id), view: askView({ blocks }) });

  const seen = await lena.view();
  expect(seen?.state.values).toMatchObject({
    why: { why: { value: "kept" } },
    "ticket-2": { ticket: { value: null } },
  });
  await plainClient(double.current).views.update({ view_id: String(view?.id), view: askView() });
  expect((await lena.view())?.state.values).toMatchObject({ ticket: { ticket: { value: null } } });
});

test("Slack's client asks for required fields itself and refuses what cannot be entered", async () => {
  const lena = double.current.as("U0LENA");
  await open(await trigger());

  const empty = await lena.submit({ ticket: "INC-1" });

  expect(empty).toMatchObject({ acked: false, refused: "required fields are empty" });
  expect(Object.keys(empty.errors ?? {})).toEqual(["why", "profile"]);
  await expect(lena.submit({ ...asked, profile: "root" })).rejects.toThrow("no option root");
  await expect(lena.submit({ ...asked, why: "x".repeat(51) })).rejects.toThrow("at most 50 characters");
  await expect(lena.submit({ ...asked, colour: "red" })).rejects.toThrow("no field colour");
});

test("a stack is three deep, and closing goes back one view", async () => {
  const lena = double.current.as("U0LENA");
  await open(await trigger(), pushView("one"));
  for (const next of ["two", "three"]) {
    await lena.press(await lena.waitForView(), "push", { value: next });
    await lena.waitForView((view) => view.title.text === next);
  }

  await lena.press(await lena.waitForView(), "push", { value: "four" });
  const fourth = await double.current.waitForCall("views.push", (call) => call.answer?.ok === false);
  await lena.close();

  expect(fourth.answer).toMatchObject({ error: "push_limit_reached" });
  expect(await lena.view()).toMatchObject({ title: { text: "two" } });
});

test("the app hears of a closed view only when it asked to", async () => {
  const lena = double.current.as("U0LENA");
  heard.length = 0;
  await open(await trigger());
  await lena.close();
  await open(await trigger(), askView({ notify_on_close: true }));
  await lena.close();

  expect(heard).toMatchObject([{ what: "closed", body: { is_cleared: false, view: { callback_id: "ask" } } }]);
});

test("an external select asks the app for what was typed, and only its options can be chosen", async () => {
  const lena = double.current.as("U0LENA");
  const { view } = await open(await trigger(), externalView());
  const where = { id: String(view?.id) };

  const offered = await lena.suggest(where, "namespace", "pay");
  const outcome = await lena.submit({ namespace: "payments" });

  expect(offered.options).toEqual([{ text: "pay of U0LENA", value: "payments" }]);
  expect(outcome).toMatchObject({ acked: true });
  await expect(lena.suggest(where, "namespace", "p")).rejects.toThrow();
});

test("a choice reaches the app at once only where the input asks for it", async () => {
  const lena = double.current.as("U0LENA");
  const [why, profile] = askView().blocks;
  const blocks = [why, { ...profile, dispatch_action: true }].flatMap((block) => block ?? []) as ModalView["blocks"];
  const { view } = await open(await trigger(), askView({ blocks }));
  heard.length = 0;

  await lena.press({ id: String(view?.id) }, "why", { value: "typed" });
  await lena.press({ id: String(view?.id) }, "profile", { value: "view" });

  expect(heard).toMatchObject([
    {
      what: "chosen",
      body: {
        container: { type: "view", view_id: view?.id },
        actions: [{ type: "static_select", selected_option: { value: "view" } }],
        view: { state: { values: { why: { why: { value: "typed" } } } } },
      },
    },
  ]);
  expect(heard[0]?.body).not.toHaveProperty("response_url");
});

test("a view's actions and submissions echo the view, its values and the person's team", async () => {
  const lena = double.current.as("U0LENA");
  await open(await trigger(), askView({ private_metadata: "r1" }));
  heard.length = 0;

  await lena.submit(asked);

  expect(heard[0]?.body).toMatchObject({
    type: "view_submission",
    team: { id: "T0HOME", domain: "northwind" },
    user: { id: "U0LENA", team_id: "T0HOME" },
    view: {
      private_metadata: "r1",
      app_installed_team_id: "T0HOME",
      state: { values: { profile: { profile: { selected_option: { value: "logs" } } } } },
    },
  });
  expect(await lena.view()).toBeUndefined();
});

function pushView(title: string): ModalView {
  const option = (value: string) => ({ value, text: { type: "plain_text" as const, text: value } });
  const options = ["two", "three", "four"].map(option);
  const element = { type: "static_select" as const, action_id: "push", options };
  return {
    type: "modal",
    title: { type: "plain_text", text: title },
    blocks: [{ type: "actions", elements: [element] }],
  };
}

function externalView(): ModalView {
  return askView({
    blocks: [
      {
        type: "input",
        block_id: "namespace",
        label: { type: "plain_text", text: "Namespace" },
        element: { type: "external_select", action_id: "namespace", min_query_length: 2 },
      },
    ],
  });
}

function listen(listening: App): void {
  listening.command("/k8s-access", async ({ ack, command }) => {
    triggers.push(command.trigger_id);
    await ack();
  });
  listening.action<BlockAction>("push", async ({ ack, body, client, payload }) => {
    await ack();
    if (payload.type !== "static_select") return;
    const view = pushView(payload.selected_option.value);
    // The fourth is refused, and the test reads it from the record of calls.
    await client.views.push({ trigger_id: body.trigger_id, view }).catch(() => undefined);
  });
  listening.action("profile", async ({ ack, body }) => {
    heard.push({ what: "chosen", body: { ...body } });
    await ack();
  });
  listening.options("namespace", async ({ ack, options, body }) => {
    const text = { type: "plain_text" as const, text: `${options.value} of ${body.user.id}` };
    await ack({ options: [{ text, value: "payments" }] });
  });
  listening.view("ask", async ({ ack, body }) => {
    heard.push({ what: "submitted", body: { ...body } });
    await ack();
  });
  listening.view({ type: "view_closed", callback_id: "ask" }, async ({ ack, body }) => {
    heard.push({ what: "closed", body: { ...body } });
    await ack();
  });
}
