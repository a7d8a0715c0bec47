import { expect, it } from "vitest";
import { ACTIONS, FIELDS, LESS, VIEWS } from "../../src/bot/names.ts";
import { ask, buttonIn, cardSeenBy, messageWith } from "../workbench/journey.ts";
import { channels } from "../workbench/northwind.ts";
import type { PersonInSlack } from "../workbench/slack/person-in-slack.ts";
import { useSlack } from "./bot-slack.ts";
import { startBotStage } from "./bot-stage.ts";

const slack = useSlack();
const { who } = slack;
const wish = {
  namespaces: ["payments", "ledger"],
  profile: "logs",
  duration: "2h",
  reason: "Reading logs to find the restart loop",
} as const;
const TWO = {
  rules: [
    {
      ...{ name: "acme-payments", who: ["acme"], cluster: "prod", namespaces: ["payments", "ledger"] },
      ...{ profiles: ["logs", "restart"], approvers: "payments-approvers", quorum: 2 },
    },
  ],
};

async function askedCard(): Promise<Awaited<ReturnType<typeof cardSeenBy>>> {
  await ask(who("lena"), wish);
  return cardSeenBy(who("ana"), (message) => buttonIn(message, ACTIONS.approveLess));
}

/** Opens the form for less on a card. */
async function openLess(person: PersonInSlack, card: Awaited<ReturnType<typeof cardSeenBy>>) {
  await person.press(card, ACTIONS.approveLess);
  return person.waitForView((view) => view.callback_id === VIEWS.less);
}

it("a yes to less lends less, and everybody reads what was chosen", async () => {
  const stage = await startBotStage({ double: slack.double });
  const [lena, ana] = [who("lena"), who("ana")];
  const card = await askedCard();

  const form = await openLess(ana, card);
  await ana.submit({ [LESS.duration]: "1800", [LESS.namespaces]: ["payments"] });
  const active = await cardSeenBy(ana, (message) => message.ts === card.ts && message.text.includes("Active until"));
  const reply = await ana.waitForMessage(channels.approvers, ({ threadTs }) => threadTs === card.ts);
  const ready = await messageWith(lena, ACTIONS.getKubeconfig);

  const offered = JSON.stringify(form.blocks);
  expect(offered).toContain('"2 h, no less"');
  expect(offered).not.toContain('"4 h"');
  expect(active.text).toContain("Lent for less than was asked for: 30 min in payments.");
  expect(reply.text).toBe("Ana Ruiz approved this for Lena Fox, for less than was asked for: 30 min in payments.");
  expect(ready.text).toMatch(/Ready: Read logs in payments on prod until .* \(30 min left\)\./);
  expect(ready.text).toContain("Approvers chose a narrower scope than you asked for: 30 min in payments.");
  expect((await stage.store.live()).grants).toMatchObject([{ namespaces: ["payments"], state: "active" }]);
  expect(await slack.double.oracle()).toEqual([]);
});

it("P6 · who saw the card before somebody narrowed it does not say yes to what they did not see", async () => {
  const stage = await startBotStage({ double: slack.double, changes: TWO });
  const [ana, ben] = [who("ana"), who("ben")];
  const card = await askedCard();
  await openLess(ben, card);
  await openLess(ana, card);
  await ana.submit({ [LESS.duration]: "3600", [LESS.namespaces]: ["payments"] });
  const narrowed = await cardSeenBy(ana, (message) => message.text.includes("1 of 2 yeses"));

  const late = await ben.submit({ [LESS.namespaces]: ["ledger"] });
  await ben.close(true);
  await ben.press(card, ACTIONS.approve, { stale: true });
  const stale = await ben.waitForEphemeral(channels.approvers);
  await ben.press(card, ACTIONS.approveLess, { stale: true });
  const staleForm = await ben.view();
  const before = (await stage.store.live()).grants;
  const form = await openLess(ben, narrowed);
  await ben.submit();
  const active = await cardSeenBy(ben, (message) => message.ts === card.ts && message.text.includes("Active until"));

  expect(narrowed.text).toContain("Ana Ruiz said yes to 1 h in payments. With that it would lend 1 h in payments.");
  expect(Object.values(late.errors ?? {}).join()).toContain("This request has changed since you saw it");
  expect(stale.text).toContain("This request has changed since you saw it");
  expect(staleForm).toBeUndefined();
  expect(before).toEqual([]);
  expect(JSON.stringify(form.blocks)).not.toMatch(/"value":"(ledger|7200)"/);
  expect(active.text).toContain("Approved by Ana Ruiz and Ben Okafor.");
  expect((await stage.store.live()).grants).toMatchObject([{ namespaces: ["payments"] }]);
});

it("P6 · two sides that one person may not hold are not had in one request: who asks and who decides read which", async () => {
  const side = (namespace: string) => ({ profiles: ["logs"], namespaces: [namespace] });
  const sides = { first: side("payments"), second: side("ledger") };
  const apart = { name: "two-hands", why: "who pays does not book", ...sides };
  const stage = await startBotStage({ double: slack.double });
  const [lena, ana] = [who("lena"), who("ana")];
  const card = await askedCard();
  stage.amend({ separation: [apart] });

  await ana.press(card, ACTIONS.approve);
  const told = await ana.waitForEphemeral(channels.approvers);
  await openLess(ana, card);
  const both = await ana.submit();
  const before = (await stage.store.live()).grants;
  await ana.submit({ [LESS.namespaces]: ["ledger"] });
  await cardSeenBy(ana, ({ ts, text }) => ts === card.ts && text.includes("Lent for less"));
  const refused = await ask(lena, { ...wish, duration: "1h" });

  const which = "payments on one side and ledger on the other (who pays does not book).";
  expect(told.text).toContain(`Who asked may not hold all of this at the same time: ${which} So nothing was granted.`);
  expect(both.errors?.[LESS.namespaces]).toContain(which);
  expect(before).toEqual([]);
  expect((await stage.store.live()).grants).toMatchObject([{ namespaces: ["ledger"] }]);
  expect(refused.errors?.[FIELDS.namespaces]).toContain(`These don't go together in one pass: ${which}`);
  expect(refused.errors?.[FIELDS.namespaces]).toContain("Ask for them one after another");
});

it("P6 · a later start needs a shorter time: what would last longer than was asked for is refused on its field", async () => {
  const stage = await startBotStage({ double: slack.double });
  const [lena, ana] = [who("lena"), who("ana")];
  const card = await askedCard();
  const start = Math.floor(Date.now() / 1000) + 3_600;
  await openLess(ana, card);

  const refused = await ana.submit({ [LESS.start]: start });
  const sent = await ana.submit({ [LESS.start]: start, [LESS.duration]: "1800" });
  const waiting = await cardSeenBy(ana, (message) => message.ts === card.ts && message.text.includes("Starts"));
  const later = await messageWith(lena, ACTIONS.done);

  expect(refused.errors?.[LESS.start]).toContain("A yes can only lend less than was asked for");
  expect(sent.errors).toBeUndefined();
  expect(waiting.text).toMatch(/○ Approved by Ana Ruiz\. Starts .*, ends /);
  expect(later.text).toMatch(/Approved: Read logs in ledger, payments on prod\. Starts .*, ends .*\. A message says/);
  const [grant] = (await stage.store.live()).grants;
  expect(grant).toMatchObject({ state: "making", startsAt: start * 1000, end: (start + 1800) * 1000 });

  await lena.press(later, ACTIONS.done);
  await cardSeenBy(ana, ({ text }) => text.includes("Not granted: Lena Fox handed it back. Nothing was left behind."));
});
