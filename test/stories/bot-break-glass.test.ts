import { expect, it } from "vitest";
import { ACTIONS, BREAK_GLASS, COMMANDS, FIELDS, REVIEW_WORDS, VIEWS } from "../../src/bot/names.ts";
import { buttonIn, cardSeenBy, messageWith } from "../workbench/journey.ts";
import { channels, northwind } from "../workbench/northwind.ts";
import type { PersonInSlack } from "../workbench/slack/person-in-slack.ts";
import { useSlack } from "./bot-slack.ts";
import { startBotStage } from "./bot-stage.ts";

const slack = useSlack();
const { who } = slack;
const isForm = (view: { callback_id: string }) => view.callback_id === VIEWS.request;
const REASON = "Payments are down and nobody answers";
const FOUND = "Looked at the audit log: read logs of api, nothing else";

function breakGlass(reviewWithin: string) {
  return {
    groups: {
      "payments-approvers": { name: "payments approvers", channel: channels.approvers, people: ["ana", "ben"] },
      security: { name: "security", channel: channels.random, people: ["sam", "noor"] },
      "on-call": { name: "on-call", channel: channels.onCall, people: ["noor"] },
    },
    rules: [
      {
        ...{ name: "everybody", who: ["acme", "noor"], cluster: "prod", namespaces: ["payments", "ledger"] },
        ...{ profiles: ["logs"], approvers: "payments-approvers" },
      },
    ],
    breakGlass: {
      rules: [{ cluster: "prod", namespaces: ["payments"], profiles: ["logs", "restart"] }],
      ...{ maxDuration: "30m", reviewers: "security", reviewWithin },
    },
  };
}

/** Ticks the box and fills the form; returns the form as it is read before it is sent. */
async function fillForm(person: PersonInSlack, duration = "900") {
  await person.command(channels.requests, COMMANDS.access);
  const form = await person.waitForView(isForm);
  await person.press(form, FIELDS.glass, { value: [BREAK_GLASS] });
  const glass = await person.waitForView((view) => isForm(view) && view.title.text === "Break the glass");
  await person.press(glass, FIELDS.profile, { value: "logs" });
  const chosen = await person.waitForView((view) => isForm(view) && view.hash !== glass.hash);
  await person.fill({ [FIELDS.namespaces]: ["payments"], [FIELDS.reason]: REASON });
  await person.press(chosen, FIELDS.duration, { value: duration });
  return person.waitForView((view) => isForm(view) && view.hash !== chosen.hash);
}

/** The app has to be in the reviewers' channel. */
async function inviteToRandom() {
  await slack.double.event({ type: "member_joined_channel", channel: channels.random, user: "U0DAYPASS" });
}

it("P6 · on-call lends itself what it must have now; all who were skipped read it at once, and a reviewer says what they found", async () => {
  await inviteToRandom();
  const stage = await startBotStage({ double: slack.double, changes: breakGlass("24h") });
  const [noor, ana, sam] = [who("noor"), who("ana"), who("sam")];

  const form = await fillForm(noor);
  const sent = await noor.submit();
  const ready = await messageWith(noor, ACTIONS.getKubeconfig);
  const forApprovers = await ana.waitForMessage(channels.approvers, ({ text }) =>
    text.startsWith("Noor Haddad broke the glass: lent"),
  );
  const forReviewers = await sam.waitForMessage(channels.random, ({ text }) =>
    text.startsWith("Noor Haddad broke the glass: lent"),
  );
  const card = await cardSeenBy(ana, (message) => message.text.includes("Active until"));
  await noor.press(await noor.waitForMessage(channels.random, ({ ts }) => ts === forReviewers.ts), ACTIONS.review);
  const own = await noor.waitForEphemeral(channels.random);
  await ana.press(card, ACTIONS.review);
  const notReviewer = await ana.waitForEphemeral(channels.approvers);
  await sam.press(forReviewers, ACTIONS.review);
  const review = await sam.waitForView((view) => view.callback_id === VIEWS.review);
  const short = await sam.submit({ [REVIEW_WORDS]: "ok" });
  const given = await sam.submit({ [REVIEW_WORDS]: FOUND });
  const reviewed = await cardSeenBy(ana, (message) => message.ts === card.ts && message.text.includes("Reviewed by"));
  await sam.press(forReviewers, ACTIONS.review, { stale: true });
  const late = await sam.waitForEphemeral(channels.random);
  const toldNoor = await noor.waitForMessage(await noor.dm(), ({ text }) => text.includes("is reviewed"));

  const read = JSON.stringify(form.blocks);
  expect(read).toContain("Nobody is asked.");
  expect(read).toContain("for at most 30 min. Told at once: payments approvers, and security.");
  expect(read).toMatch(/It owes a review: until .*somebody else of security says what they found/);
  expect(read).not.toContain(`"block_id":"${FIELDS.start}"`);
  expect(sent.errors).toBeUndefined();
  expect(ready.text).toMatch(/You broke the glass; payments approvers and security were told\. It owes a review until/);
  expect(forApprovers.text).toContain("lent themselves Read logs in payments on prod for 15 min");
  expect(JSON.stringify(forApprovers.blocks)).toContain(REASON);
  expect(card.text).toMatch(/^Noor Haddad broke the glass for Read logs in payments on prod for 15 min\./);
  expect(card.text).toContain("Noor Haddad broke the glass: nobody was asked.");
  expect(card.text).toMatch(/○ Review owed by security until /);
  expect(own.text).toContain("You asked for this one");
  expect(notReviewer.text).toContain("This review is for security");
  expect(JSON.stringify(review.blocks)).toContain(REASON);
  expect(short.errors?.[REVIEW_WORDS]).toContain("at least 10 letters or digits");
  expect(given.errors).toBeUndefined();
  expect(JSON.stringify(reviewed.blocks)).toContain(FOUND);
  expect(buttonIn(reviewed, ACTIONS.review)).toBe(false);
  expect(late.text).toMatch(/^Sam Reed reviewed this (just now|.* ago)\. Nothing more to do\./);
  expect(JSON.stringify(toldNoor.blocks)).toContain(FOUND);
  const [grant] = (await stage.store.live()).grants;
  expect(grant).toMatchObject({ decidedBy: { kind: "breakGlass" } });
  expect(await slack.double.oracle()).toEqual([]);
});

it("P6 · a review that is overdue is asked for, and keeps its person from breaking glass until it is given", async () => {
  await inviteToRandom();
  await startBotStage({ double: slack.double, changes: breakGlass("2s") });
  const [noor, sam] = [who("noor"), who("sam")];
  await fillForm(noor);
  await noor.submit();

  const chase = await sam.waitForMessage(channels.random, ({ text }) => text.includes("Review OVERDUE"));
  const told = await noor.waitForMessage(await noor.dm(), ({ text }) => text.includes("Review OVERDUE"));
  const again = await fillForm(noor);
  const refused = await noor.submit();
  await noor.close(true);
  await sam.press(chase, ACTIONS.review);
  await sam.waitForView((view) => view.callback_id === VIEWS.review);
  await sam.submit({ [REVIEW_WORDS]: FOUND });
  await sam.waitForMessage(
    channels.random,
    (message) => message.ts === chase.ts && message.text.includes("Reviewed by"),
  );
  await fillForm(noor);
  const sent = await noor.submit();

  expect(chase.text).toMatch(
    /^▲ Review OVERDUE by \d+ s, owed by security\. Noor Haddad broke the glass .* for Read logs/,
  );
  expect(told.text).toContain("until then you break no glass, and you can ask approvers as before");
  expect(JSON.stringify(again.blocks)).toContain("As it stands, not possible. ");
  expect(refused.errors).toEqual({ [FIELDS.glass]: expect.stringContaining("is overdue, so you break no glass") });
  expect(sent.errors).toBeUndefined();
});

it("P6 · nobody who is not on call sees the box, nothing is ticked for anybody, and the cap is the emergency's own", async () => {
  const stage = await startBotStage({ double: slack.double, changes: breakGlass("24h") });
  const [noor, lena] = [who("noor"), who("lena")];

  await lena.command(channels.requests, COMMANDS.access);
  const hers = await lena.waitForView(isForm);
  await noor.command(channels.onCall, COMMANDS.access);
  const his = await noor.waitForView(isForm);
  await noor.close(true);
  const glass = await fillForm(noor);
  await slack.double.event({ type: "user_change", user: northwind.noor, change: { kind: "multi-channel-guest" } });
  const refused = await noor.submit();

  expect(JSON.stringify(hers.blocks)).not.toContain(FIELDS.glass);
  expect(JSON.stringify(his.blocks)).toContain("Break the glass: I lend it to myself now");
  expect(JSON.stringify(his.blocks)).not.toContain("initial_options");
  expect(his.title.text).toBe("Request access");
  const durations = JSON.stringify(glass.blocks.filter((block) => block.block_id?.startsWith(FIELDS.duration)));
  expect(durations).toContain('"30 min"');
  expect(durations).not.toContain('"1 h"');
  expect(refused.errors).toEqual({ [FIELDS.glass]: expect.stringContaining("The glass is not yours to break here") });
  expect((await stage.store.live()).grants).toEqual([]);
});
