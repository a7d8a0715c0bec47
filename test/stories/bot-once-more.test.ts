import { expect, it } from "vitest";
import { ACTIONS, LESS, VIEWS } from "../../src/bot/names.ts";
import { ask, buttonIn, cardSeenBy } from "../workbench/journey.ts";
import { channels } from "../workbench/northwind.ts";
import { LOGS_WISH, useSlack } from "./bot-slack.ts";
import { startBotStage } from "./bot-stage.ts";

const slack = useSlack();
const { who } = slack;
const groups = {
  "payments-approvers": { name: "payments approvers", channel: channels.approvers, people: ["ana", "ben"] },
  security: { name: "security", channel: channels.onCall, people: ["sam"] },
  "on-call": { name: "on-call", channel: channels.onCall, people: ["noor"] },
};
const rule = {
  ...{ name: "acme-payments", who: ["acme"], cluster: "prod", namespaces: ["payments"], profiles: ["logs"] },
  ...{ approvers: "payments-approvers", quorum: 2 },
};
const TWO = { groups, rules: [rule] };
const FORMS = { medium: { stepUp: true }, high: { stepUp: true } };
const AGAIN = "Ben Okafor said yes before it needed the form that says the risk once more";

it("P6 · a click that was enough is given once more, in the form, where the policy asks for it by the next yes", async () => {
  const stage = await startBotStage({ double: slack.double, changes: TWO });
  const [lena, ana, ben] = [who("lena"), who("ana"), who("ben")];
  await ask(lena, LOGS_WISH);
  const card = await cardSeenBy(ana, (message) => buttonIn(message, ACTIONS.approve));
  await ben.press(card, ACTIONS.approve);
  const partly = await cardSeenBy(ana, (message) => message.text.includes("1 of 2 yeses"));
  stage.amend({ ...TWO, risk: { tiers: { low: { stepUp: true } } } });

  await ana.press(partly, ACTIONS.approve);
  const form = await ana.waitForView((view) => view.callback_id === VIEWS.stepUp);
  await ana.submit();
  const waiting = await cardSeenBy(ana, (message) => message.text.includes("Ana Ruiz said yes"));
  const held = (await stage.store.live()).grants;
  await ben.press(waiting, ACTIONS.approve);
  await ben.waitForView((view) => view.callback_id === VIEWS.stepUp);
  await ben.submit();
  const active = await cardSeenBy(ana, (message) => message.text.includes("Active until"));

  expect(JSON.stringify(form.blocks)).toContain(AGAIN);
  expect(waiting.text).toContain(`Pending: 1 of 2 yeses. Ana Ruiz said yes. ${AGAIN}`);
  expect(held).toEqual([]);
  expect(active.text).toContain("Approved by Ana Ruiz and Ben Okafor.");
  expect(await slack.double.oracle()).toEqual([]);
});

it("P6 · a form that did not say the risk of now gives way to the one that does, with all that was chosen in it", async () => {
  const stage = await startBotStage({ double: slack.double });
  const [lena, ana] = [who("lena"), who("ana")];
  await ask(lena, LOGS_WISH);
  const card = await cardSeenBy(ana, (message) => buttonIn(message, ACTIONS.approveLess));
  await ana.press(card, ACTIONS.approveLess);
  await ana.waitForView((view) => view.callback_id === VIEWS.less);
  const raised = (...words: string[]) => ({
    risk: { raise: words.map((one) => ({ firstPass: true, words: one })), tiers: FORMS },
  });
  stage.amend(raised("first pass"));

  await ana.submit({ [LESS.duration]: "900" });
  const medium = await ana.waitForView((view) => view.callback_id === VIEWS.stepUp);
  stage.amend(raised("first pass", "nobody knows them"));
  await ana.submit();
  const high = await ana.waitForView((view) => JSON.stringify(view.blocks).includes("nobody knows them"));
  const held = (await stage.store.live()).grants;
  await ana.submit();
  const active = await cardSeenBy(ana, (message) => message.text.includes("Active until"));

  for (const form of [medium, high]) {
    const said = JSON.stringify(form.blocks);
    expect(said).toContain("The form before did not say this risk, so your yes is not recorded yet.");
    expect(said).toContain("With what you chose it would lend ");
    expect(said).toContain("15 min");
  }
  expect(held).toEqual([]);
  expect(active.text).toContain("Lent for less than was asked for: 15 min in payments.");
  expect(await slack.double.oracle()).toEqual([]);
});
