import { expect, it } from "vitest";
import { ACTIONS, COMMANDS, FIELDS, VIEWS } from "../../src/bot/names.ts";
import { ask, buttonIn, cardSeenBy, messageWith } from "../workbench/journey.ts";
import { channels } from "../workbench/northwind.ts";
import { lend } from "./bot-lending.ts";
import { LOGS_WISH, useSlack } from "./bot-slack.ts";
import { startBotStage } from "./bot-stage.ts";

const slack = useSlack();
const { who } = slack;
const isForm = (view: { callback_id: string }) => view.callback_id === VIEWS.request;

it("ten minutes before the end a pass is extended by another one, and the first ends on time", async () => {
  const stage = await startBotStage({ double: slack.double });
  const [lena, ana] = [who("lena"), who("ana")];
  const former = await lend(stage, { leftMs: 600_000, moments: ["ready", "endsSoon"] });
  const warning = await messageWith(lena, ACTIONS.extend);

  await lena.press(warning, ACTIONS.extend);
  const form = await lena.waitForView(isForm);
  await lena.press(form, FIELDS.duration, { value: "1800" });
  await lena.waitForView((view) => isForm(view) && view.hash !== form.hash);
  const sent = await lena.submit();
  const card = await cardSeenBy(ana, (message) => buttonIn(message, ACTIONS.approve));
  await ana.press(card, ACTIONS.approve);
  await cardSeenBy(ana, (message) => message.ts === card.ts && message.text.includes("Active until"));

  expect(warning.text).toMatch(/^● Ends at .* \(\d+ min left\): Read logs in payments on prod\.$/);
  expect(form.title.text).toBe("Extend access");
  expect(JSON.stringify(form.state)).toContain("Reading logs to find the restart loop");
  expect(JSON.stringify(form.blocks)).toMatch(/"initial_options":\[\{[^}]*"payments"/);
  expect(sent.errors).toBeUndefined();
  expect(card.text).toMatch(/for 30 min\. Extends a pass that ends .* left\); that one ends on time all the same\./);
  const { grants } = await stage.store.live();
  const successor = grants.find((grant) => grant.extends === former.id);
  expect(successor).toMatchObject({ state: "active", grantee: "lena" });
  expect(await stage.store.grant(former.id)).toEqual(former);
  expect(await slack.double.oracle()).toEqual([]);
});

it("after the end the button says what happened, and asks anew with everything filled in", async () => {
  const stage = await startBotStage({ double: slack.double });
  const [lena, ana] = [who("lena"), who("ana")];
  await lend(stage, { leftMs: 600_000, moments: ["ready", "endsSoon"] });
  const warning = await messageWith(lena, ACTIONS.extend);
  await lena.press(warning, ACTIONS.done);
  await lena.waitForMessage(await lena.dm(), (message) => message.text.includes("no longer works"));

  await lena.press(warning, ACTIONS.extend, { stale: true });
  const late = await lena.waitForEphemeral(await lena.dm(), (message) => buttonIn(message, ACTIONS.askAgain));
  await lena.press(late, ACTIONS.askAgain);
  const form = await lena.waitForView(isForm);
  await lena.submit();

  expect(late.text).toMatch(
    /ended .*: Lena Fox handed it back\. It cannot be extended any more, so nothing was asked\./,
  );
  expect(form.title.text).toBe("Request access");
  const card = await cardSeenBy(ana, (message) => buttonIn(message, ACTIONS.approve));
  expect(card.text).toContain("for 2 h");
  expect(card.text).not.toContain("Extends");
  const warned = (await lena.messages(await lena.dm())).find(({ ts }) => ts === warning.ts);
  expect(JSON.stringify(warned?.blocks)).not.toContain("action_id");
});

it("a pass that ends while the form to extend it stands open is not extended, and nothing is asked", async () => {
  const stage = await startBotStage({ double: slack.double });
  const lena = who("lena");
  await lend(stage, { leftMs: 600_000, moments: ["endsSoon"] });
  const warning = await messageWith(lena, ACTIONS.extend);
  await lena.press(warning, ACTIONS.extend);
  await lena.waitForView(isForm);
  await lena.press(warning, ACTIONS.done);

  const sent = await lena.submit();

  expect(sent.errors?.[FIELDS.reason]).toContain("is over by now, so nothing was asked");
  expect((await stage.store.live()).requests).toEqual([]);
});

it("a no is asked again from its message, by who asked and nobody else", async () => {
  await startBotStage({ double: slack.double });
  const [lena, ana, ben] = [who("lena"), who("ana"), who("ben")];
  await ask(lena, LOGS_WISH);
  const card = await cardSeenBy(ana, (message) => buttonIn(message, ACTIONS.approve));
  await ana.press(card, ACTIONS.approve);
  await cardSeenBy(ana, (message) => message.ts === card.ts && message.text.includes("Active until"));
  await lena.press(await messageWith(lena, ACTIONS.done), ACTIONS.done);
  const summary = await ben.waitForMessage(channels.approvers, (message) => message.text.includes("Summary"));

  await ben.press(summary, ACTIONS.askAgain);
  await lena.press(await messageWith(lena, ACTIONS.askAgain), ACTIONS.askAgain);
  const form = await lena.waitForView(isForm);

  expect((await ben.waitForEphemeral(channels.approvers)).text).toContain("This was asked for by Lena Fox");
  expect(await ben.view()).toBeUndefined();
  expect(JSON.stringify(form.state)).toContain(LOGS_WISH.reason);
});

it("where nothing may be granted, the form does not open, a form that stands open says why, and so does a click", async () => {
  const stage = await startBotStage({ double: slack.double });
  const [lena, ana] = [who("lena"), who("ana")];
  await ask(lena, LOGS_WISH);
  const card = await cardSeenBy(ana, (message) => buttonIn(message, ACTIONS.approve));
  await lena.command(channels.requests, COMMANDS.access);
  await lena.waitForView(isForm);
  stage.unsafe = "Redis keeps nothing on disk";
  const words = "Nothing new is granted right now: Redis keeps nothing on disk. So nothing was recorded";

  await lena.command(channels.random, COMMANDS.access);
  await ana.press(card, ACTIONS.approve);
  const sent = await lena.submit({
    ...{ [FIELDS.namespaces]: ["ledger"], [FIELDS.profile]: "logs", [FIELDS.duration]: "1800" },
    [FIELDS.reason]: LOGS_WISH.reason,
  });

  expect((await lena.waitForEphemeral(channels.random)).text).toContain(words);
  expect((await ana.waitForEphemeral(channels.approvers)).text).toContain(words);
  expect(Object.values(sent.errors ?? {}).join(" ")).toContain(words);
  expect((await stage.store.live()).grants).toEqual([]);
});
