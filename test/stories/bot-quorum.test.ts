import { expect, it } from "vitest";
import { ACTIONS, COMMANDS, FIELDS, VIEWS } from "../../src/bot/names.ts";
import { ask, buttonIn, cardSeenBy, fillAndSubmit, messageWith } from "../workbench/journey.ts";
import { channels, northwind } from "../workbench/northwind.ts";
import { LOGS_WISH, useSlack } from "./bot-slack.ts";
import { startBotStage } from "./bot-stage.ts";

const slack = useSlack();
const { who } = slack;

const approversGroup = { name: "payments approvers", channel: channels.approvers, people: ["ana", "ben", "lena"] };
const groups = {
  "payments-approvers": approversGroup,
  security: { name: "security", channel: channels.onCall, people: ["sam", "ana"] },
  "on-call": { name: "on-call", channel: channels.onCall, people: ["noor"] },
};
const rule = {
  ...{ name: "acme-payments", who: ["acme", "ana"], cluster: "prod", namespaces: ["payments", "ledger"] },
  ...{ profiles: ["logs", "restart"], approvers: ["payments-approvers", "security"] },
};
/** Two yeses of different groups: Ana is in both and is one person. */
const TWO = { groups, rules: [{ ...rule, quorum: 2, differentGroups: true }] };

it("P6 · two people of different groups say yes: each yes is told, the second lends, a second click changes nothing", async () => {
  const stage = await startBotStage({ double: slack.double, changes: TWO });
  const [lena, ana, ben, sam] = [who("lena"), who("ana"), who("ben"), who("sam")];
  await lena.command(channels.requests, COMMANDS.access);
  const form = await lena.waitForView((view) => view.callback_id === VIEWS.request);
  await fillAndSubmit(lena, LOGS_WISH);
  const card = await cardSeenBy(ana, (message) => buttonIn(message, ACTIONS.approve));
  const copy = await sam.waitForMessage(channels.onCall, (message) => buttonIn(message, ACTIONS.approve));

  await ben.press(card, ACTIONS.approve);
  const partly = await cardSeenBy(ana, (message) => message.text.includes("1 of 2 yeses"));
  const reply = await ana.waitForMessage(channels.approvers, ({ threadTs }) => threadTs === card.ts);
  const progress = await lena.waitForMessage(await lena.dm(), ({ text }) => text.includes("said yes"));
  await ben.press(partly, ACTIONS.approve);
  const again = await ben.waitForEphemeral(channels.approvers);
  const held = (await stage.store.live()).grants;
  await sam.press(copy, ACTIONS.approve);
  const active = await cardSeenBy(ana, (message) => message.ts === card.ts && message.text.includes("Active until"));
  await sam.waitForMessage(channels.onCall, ({ ts, text }) => ts === copy.ts && text.includes("Active until"));

  expect(JSON.stringify(form.blocks)).toContain("Goes to payments approvers or security. Two yeses needed.");
  expect(card.text).toContain(
    "Pending. Two yeses needed, of different groups, from payments approvers or security. Lapses",
  );
  expect(partly.text).toContain("Pending: 1 of 2 yeses of different groups. Ben Okafor said yes. One more yes needed");
  expect(reply.text).toBe("Ben Okafor said yes. One more needed.");
  expect(progress.text).toContain("Pending with payments approvers or security: one of two said yes.");
  expect(progress.text).not.toContain("Ben");
  expect(again.text).toContain("You have said yes to this one already");
  expect(held).toEqual([]);
  expect(active.text).toContain("Approved by Ben Okafor and Sam Reed.");
  expect((await stage.store.live()).grants).toMatchObject([
    { decidedBy: { kind: "approval", people: ["ben", "sam"] } },
  ]);
  expect(await slack.double.oracle()).toEqual([]);
});

it("P6 · two who press at the same moment are two yeses, and one pass", async () => {
  const stage = await startBotStage({ double: slack.double, changes: TWO });
  const [lena, ben, sam] = [who("lena"), who("ben"), who("sam")];
  await ask(lena, LOGS_WISH);
  const card = await cardSeenBy(ben, (message) => buttonIn(message, ACTIONS.approve));

  await Promise.all([ben.press(card, ACTIONS.approve), sam.press(card, ACTIONS.approve)]);
  await cardSeenBy(ben, (message) => message.ts === card.ts && message.text.includes("Active until"));
  const ready = await messageWith(lena, ACTIONS.getKubeconfig);

  expect(ready.text).toContain("Ready: Read logs in payments on prod");
  expect((await stage.store.live()).grants).toHaveLength(1);
  await ben.press(card, ACTIONS.approve, { stale: true });
  expect((await ben.waitForEphemeral(channels.approvers)).text).toMatch(
    /^You and Sam Reed approved this (just now|.* ago)/,
  );
});

it.each([
  ["became a guest", { kind: "multi-channel-guest" }],
  ["was switched off", { kind: "deleted" }],
] as const)("P6 · a yes of somebody who %s since completes no quorum: another one is needed", async (_, change) => {
  const stage = await startBotStage({ double: slack.double, changes: TWO });
  const [lena, ana, ben, sam] = [who("lena"), who("ana"), who("ben"), who("sam")];
  await ask(lena, LOGS_WISH);
  const card = await cardSeenBy(ana, (message) => buttonIn(message, ACTIONS.approve));
  const copy = await sam.waitForMessage(channels.onCall, (message) => buttonIn(message, ACTIONS.approve));
  await ben.press(card, ACTIONS.approve);
  await cardSeenBy(ana, ({ ts, text }) => ts === card.ts && text.includes("Ben Okafor said yes"));
  await slack.double.event({ type: "user_change", user: northwind.ben, change });

  await sam.press(copy, ACTIONS.approve);
  const shown = await cardSeenBy(ana, ({ ts, text }) => ts === card.ts && /Sam Reed said yes|Approved/.test(text));

  expect(shown.text).toContain("Pending: 1 of 2 yeses of different groups. Sam Reed said yes. One more yes needed");
  expect((await stage.store.live()).grants).toEqual([]);
});

it("P6 · while Slack says nothing of somebody who said yes before, no yes is counted: one presses again", async () => {
  const stage = await startBotStage({ double: slack.double, changes: TWO });
  const [lena, ana, ben, sam] = [who("lena"), who("ana"), who("ben"), who("sam")];
  await ask(lena, LOGS_WISH);
  const card = await cardSeenBy(ana, (message) => buttonIn(message, ACTIONS.approve));
  const copy = await sam.waitForMessage(channels.onCall, (message) => buttonIn(message, ACTIONS.approve));
  await ben.press(card, ACTIONS.approve);
  await cardSeenBy(ana, ({ ts, text }) => ts === card.ts && text.includes("Ben Okafor said yes"));
  // Ben has left meanwhile; the bot's own record of him is of a moment ago and says that he is there.
  await slack.double.event({ type: "user_change", user: northwind.ben, change: { kind: "deleted" } });
  await slack.double.fault({
    kind: "error",
    method: "users.info",
    user: northwind.ben,
    error: "internal_error",
    times: 2,
  });

  await sam.press(copy, ACTIONS.approve);
  const told = await sam.waitForEphemeral(channels.onCall);
  await sam.press(copy, ACTIONS.approveLess);
  await sam.waitForView((view) => view.callback_id === VIEWS.less);
  const late = await sam.submit();
  const silent = await stage.store.live();
  const again = await sam.submit();
  const shown = await cardSeenBy(ana, ({ ts, text }) => ts === card.ts && /Sam Reed said yes|Approved/.test(text));

  expect(told.text).toContain("Slack did not answer me in time, so nothing was recorded. Try again in a moment.");
  expect(Object.values(late.errors ?? {}).join()).toContain("Slack did not answer me in time");
  expect(silent).toMatchObject({ grants: [], requests: [{ yeses: [{ by: "ben" }] }] });
  expect(again.errors ?? {}).toEqual({});
  expect(shown.text).toContain("Pending: 1 of 2 yeses of different groups. Sam Reed said yes. One more yes needed");
  expect((await stage.store.live()).grants).toEqual([]);
});

it("P6 · somebody who became a guest or left for another organisation since the posting decides nothing", async () => {
  const stage = await startBotStage({ double: slack.double });
  const [lena, ana, ben] = [who("lena"), who("ana"), who("ben")];
  await ask(lena, LOGS_WISH);
  const card = await cardSeenBy(ana, (message) => buttonIn(message, ACTIONS.approve));
  // What was true of them a moment ago is remembered, and does not count.
  for (const person of [ana, ben]) {
    await person.press(card, ACTIONS.deny);
    await person.waitForView((view) => view.callback_id === VIEWS.deny);
    await person.close(true);
  }
  await slack.double.event({ type: "user_change", user: northwind.ana, change: { kind: "multi-channel-guest" } });
  await slack.double.event({ type: "user_change", user: northwind.ben, change: { kind: "connect", teamId: "T0ACME" } });

  for (const action of [ACTIONS.approve, ACTIONS.approveLess, ACTIONS.deny]) await ana.press(card, action);
  await ben.press(card, ACTIONS.approve);

  const refused = await ana.ephemerals(channels.approvers);
  expect(refused.map(({ text }) => text.slice(0, 48))).toEqual(
    Array.from({ length: 3 }, () => "Guests and people of other organisations don't d"),
  );
  expect((await ben.waitForEphemeral(channels.approvers)).text).toContain("I don't know you yet");
  expect((await stage.store.live()).grants).toEqual([]);
});

it("P6 · where the rule says so, nobody of the asker's company decides", async () => {
  const acme = { name: "Acme", sponsor: "ana", contractEnd: "2099-12-31", slackTeam: "T0ACME" };
  const people = {
    lena: { name: "Lena Fox", slack: "T0HOME/U0LENA", company: "acme" },
    ana: { name: "Ana Ruiz", slack: "T0HOME/U0ANA" },
    ben: { name: "Ben Okafor", slack: "T0HOME/U0BEN", company: "acme" },
    sam: { name: "Sam Reed", slack: "T0HOME/U0SEC" },
    noor: { name: "Noor Haddad", slack: "T0HOME/U0ONC" },
  };
  const changes = { companies: { acme }, people, groups, rules: [{ ...rule, notSameCompany: true }] };
  await startBotStage({ double: slack.double, changes });
  const [lena, ana, ben] = [who("lena"), who("ana"), who("ben")];
  await ask(lena, LOGS_WISH);
  const card = await cardSeenBy(ana, (message) => buttonIn(message, ACTIONS.approve));

  await ben.press(card, ACTIONS.approve);
  const refused = await ben.waitForEphemeral(channels.approvers);
  await ana.press(card, ACTIONS.approve);

  expect(card.text).toContain("One yes needed, of another company, from");
  expect(refused.text).toContain("You are of the same company as who asked");
  await cardSeenBy(ana, (message) => message.text.includes("Approved by Ana Ruiz"));
});

it("P6 · who approves may be what a Slack user group says at the click", async () => {
  const bySlack = { ...approversGroup, people: [], slackGroups: ["S0PAYMENTS"] };
  await startBotStage({
    double: slack.double,
    changes: { groups: { ...groups, "payments-approvers": bySlack }, rules: [rule] },
  });
  const [lena, ana, ben] = [who("lena"), who("ana"), who("ben")];
  await ask(lena, LOGS_WISH);
  const card = await cardSeenBy(ana, (message) => buttonIn(message, ACTIONS.approve));
  await ben.press(card, ACTIONS.approveLess);
  await ben.waitForView((view) => view.callback_id === VIEWS.less);
  await slack.double.event({ type: "subteam_members_changed", group: "S0PAYMENTS", removed: [northwind.ben] });

  const late = await ben.submit();
  await ben.close(true);
  await ben.press(card, ACTIONS.approve);
  await ana.press(card, ACTIONS.approve);

  expect(Object.values(late.errors ?? {}).join()).toContain("This one is for payments approvers or security");
  expect((await ben.waitForEphemeral(channels.approvers)).text).toContain("You can see it, not decide it.");
  await cardSeenBy(ana, (message) => message.text.includes("Approved by Ana Ruiz"));
  expect((await slack.double.calls("usergroups.users.list")).length).toBeGreaterThan(0);
});

it("P6 · what is risky is approved in a form that says the risk once more, and is judged again when that is sent", async () => {
  const risk = {
    raise: [{ words: "payments is production", namespaceLabel: { label: "env", value: "prod" } }],
    tiers: { high: { stepUp: true, quorum: 2 } },
  };
  const words = ["Runs commands inside containers: whatever they hold is within reach"];
  const stage = await startBotStage({
    ...{ double: slack.double, changes: { ...TWO, risk }, risks: { "daypass-profile-logs": { tier: "high", words } } },
  });
  const [lena, ana, ben, sam] = [who("lena"), who("ana"), who("ben"), who("sam")];
  await ask(lena, LOGS_WISH);
  const card = await cardSeenBy(ana, (message) => buttonIn(message, ACTIONS.approve));

  await ben.press(card, ACTIONS.approve);
  const form = await ben.waitForView((view) => view.callback_id === VIEWS.stepUp);
  const before = await stage.store.request((await stage.store.live()).requests[0]?.id ?? "");
  await ben.submit();
  const partly = await cardSeenBy(ana, (message) => message.text.includes("1 of 2 yeses"));
  await sam.press(partly, ACTIONS.approve);
  await sam.waitForView((view) => view.callback_id === VIEWS.stepUp);
  await slack.double.fault({ kind: "error", method: "users.info", user: northwind.ben, error: "internal_error" });
  await sam.submit();
  const silent = await sam.waitForView((view) => JSON.stringify(view).includes("Slack did not answer me in time"));
  await sam.close(true);
  await sam.press(partly, ACTIONS.approve);
  await sam.waitForView((view) => view.callback_id === VIEWS.stepUp);
  await slack.double.event({ type: "user_change", user: northwind.sam, change: { kind: "multi-channel-guest" } });
  await sam.submit();
  const refused = await sam.waitForView((view) => JSON.stringify(view).includes("Guests and people"));

  expect(card.text).toContain("Risk: high: Runs commands inside containers: whatever they hold is within reach.");
  expect(JSON.stringify(form.blocks)).toContain("Runs commands inside containers");
  expect(before).toMatchObject({ state: "pending", yeses: [] });
  expect([silent.title.text, refused.title.text]).toEqual(["Not approved", "Not approved"]);
  expect((await stage.store.live()).grants).toEqual([]);
});

it("P6 · the form says what the risk asks for before it is sent", async () => {
  const risk = { tiers: { high: { quorum: 2, maxDuration: "15m" } } };
  const risks = { "daypass-profile-logs": { tier: "high", words: ["Reads everything"] } } as const;
  await startBotStage({ double: slack.double, changes: { risk }, risks });
  const lena = who("lena");

  await lena.command(channels.requests, COMMANDS.access);
  const form = await lena.waitForView((view) => view.callback_id === VIEWS.request);
  await lena.fill({ [FIELDS.namespaces]: ["payments"] });
  await lena.press(form, FIELDS.profile, { value: "logs" });
  const chosen = await lena.waitForView((view) => view.hash !== form.hash);
  await lena.press(chosen, FIELDS.duration, { value: "900" });

  const told = await lena.waitForView((view) => JSON.stringify(view).includes("Reads everything"));
  expect(JSON.stringify(told.blocks)).toContain("Two yeses needed. At most 15 min;");
});
