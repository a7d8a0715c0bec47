import { expect, it } from "vitest";
import { ACTIONS, COMMANDS, FIELDS, OTHER_DURATION, VIEWS } from "../../src/bot/names.ts";
import { buttonIn, cardSeenBy } from "../workbench/journey.ts";
import { channels } from "../workbench/northwind.ts";
import type { PersonInSlack } from "../workbench/slack/person-in-slack.ts";
import { useSlack } from "./bot-slack.ts";
import { startBotStage } from "./bot-stage.ts";

const slack = useSlack();
const { who } = slack;
const isForm = (view: { callback_id: string }) => view.callback_id === VIEWS.request;
const REASON = "Reading logs to find the restart loop";
const rule = { who: ["acme"], cluster: "prod", namespaces: ["payments", "ledger"], approvers: "payments-approvers" };
const CHANGES = {
  tickets: { pattern: "INC-[0-9]+", example: "INC-4881" },
  rules: [
    { ...rule, name: "logs", profiles: ["logs"], ticket: true },
    { ...rule, name: "restart", profiles: ["restart"] },
  ],
};

/** Opens the form with a profile, a namespace and half an hour chosen. */
async function openForm(person: PersonInSlack, profile: string) {
  await person.command(channels.requests, COMMANDS.access);
  const form = await person.waitForView(isForm);
  await person.press(form, FIELDS.profile, { value: profile });
  const chosen = await person.waitForView((view) => isForm(view) && view.hash !== form.hash);
  await person.press(chosen, FIELDS.duration, { value: OTHER_DURATION });
  await person.waitForView((view) => JSON.stringify(view.blocks).includes(FIELDS.otherDuration));
  await person.fill({ [FIELDS.namespaces]: ["payments"], [FIELDS.otherDuration]: "30m", [FIELDS.reason]: REASON });
  return person.view();
}

it("a ticket is asked for where the rule says so, with an example, and stands on the card and in the summary", async () => {
  await startBotStage({ double: slack.double, changes: CHANGES });
  const [lena, ana] = [who("lena"), who("ana")];

  const form = await openForm(lena, "logs");
  const wrong = await lena.submit({ [FIELDS.ticket]: "please <!channel>" });
  const onlyTicket = await lena.submit({ [FIELDS.ticket]: "INC-4881", [FIELDS.reason]: "INC-4881, INC - 4881 !!" });
  const onlyWords = await lena.submit({ [FIELDS.reason]: "read LOGS. Logs! " });
  const sent = await lena.submit({ [FIELDS.reason]: REASON });
  const card = await cardSeenBy(ana, (message) => buttonIn(message, ACTIONS.approve));

  expect(JSON.stringify(form?.blocks)).toContain("Such as INC-4881.");
  expect(wrong.errors).toEqual({
    [FIELDS.ticket]: "That is not a ticket as we write them. Write it as INC-4881.",
  });
  expect(onlyTicket.errors?.[FIELDS.reason]).toContain("This is no more than the ticket.");
  expect(onlyWords.errors?.[FIELDS.reason]).toContain("no more than the name of what you ask for");
  expect(sent.errors).toBeUndefined();
  expect(JSON.stringify(card.blocks)).toContain("INC-4881 · holds nothing else · no earlier pass");
  expect(JSON.stringify(card.blocks)).toContain("You are asked because payments approvers decide this (logs).");
  expect(await slack.double.oracle()).toEqual([]);
});

it("a ticket that is needed cannot be left out, and one that is not needed may be", async () => {
  await startBotStage({ double: slack.double, changes: CHANGES });
  const lena = who("lena");

  const needed = await openForm(lena, "logs");
  const without = await lena.submit();
  await lena.close(true);
  const free = await openForm(lena, "restart");
  const sent = await lena.submit();

  const ticketOf = (view: typeof needed) => view?.blocks.find((block) => block.block_id === FIELDS.ticket);
  expect(ticketOf(needed)).not.toHaveProperty("optional", true);
  expect(without.acked).toBe(false);
  expect(ticketOf(free)).toHaveProperty("optional", true);
  expect(sent.errors).toBeUndefined();
});

it("a ticket that only the risk asks for is asked for before the form is sent", async () => {
  const changes = { ...CHANGES, risk: { tiers: { medium: { ticket: true } } } };
  const risks = { "daypass-profile-restart": { tier: "medium", words: ["Deletes pods"] } } as const;
  await startBotStage({ double: slack.double, changes, risks });
  const lena = who("lena");
  await openForm(lena, "restart");

  const sent = await lena.submit();

  expect(sent.errors).toEqual({ [FIELDS.ticket]: "A ticket is needed here. Write it as INC-4881." });
});

it("what a person may not have beside what they ask for, and a full house, are said with what to do", async () => {
  const changes = {
    rules: [{ ...rule, name: "acme", profiles: ["logs", "restart"] }],
    denials: [{ name: "frozen", why: "ledger is frozen until Monday.", namespaces: ["ledger"], profiles: ["restart"] }],
    limits: { openPerPerson: 1 },
  };
  await startBotStage({ double: slack.double, changes });
  const lena = who("lena");
  await openForm(lena, "logs");
  await lena.submit();
  await openForm(lena, "restart");

  const full = await lena.submit();

  expect(Object.values(full.errors ?? {}).join(" ")).toMatch(
    /as many requests waiting for an answer as you may \(1\), so nothing was recorded\. Withdraw one/,
  );
});
