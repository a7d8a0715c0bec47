import { expect, it } from "vitest";
import { ACTIONS, COMMANDS, FIELDS, VIEWS } from "../../src/bot/names.ts";
import { buttonIn, cardSeenBy, messageWith } from "../workbench/journey.ts";
import { channels } from "../workbench/northwind.ts";
import type { PersonInSlack } from "../workbench/slack/person-in-slack.ts";
import { useSlack } from "./bot-slack.ts";
import { startBotStage } from "./bot-stage.ts";

const slack = useSlack();
const { who } = slack;
const REASON = "Watching the release of this evening";

/** Fills the form for half an hour of logs in payments, and what else is given. */
async function fillForm(person: PersonInSlack, more: Readonly<Record<string, number>> = {}) {
  await person.command(channels.requests, COMMANDS.access);
  const form = await person.waitForView((view) => view.callback_id === VIEWS.request);
  await person.press(form, FIELDS.profile, { value: "logs" });
  const chosen = await person.waitForView((view) => view.hash !== form.hash);
  await person.fill({ [FIELDS.namespaces]: ["payments"], [FIELDS.reason]: REASON, ...more });
  await person.press(chosen, FIELDS.duration, { value: "1800" });
  return person.waitForView((view) => view.hash !== chosen.hash);
}

it("what is asked for a later start says when it starts, is made then, and not before", async () => {
  const stage = await startBotStage({ double: slack.double });
  const [lena, ana] = [who("lena"), who("ana")];
  const start = Math.floor(Date.now() / 1000) + 5;
  await fillForm(lena, { [FIELDS.start]: start });
  const sent = await lena.submit();
  const card = await cardSeenBy(ana, (message) => buttonIn(message, ACTIONS.approve));

  await ana.press(card, ACTIONS.approve);
  const waiting = await cardSeenBy(ana, (message) => message.ts === card.ts && message.text.includes("Starts"));
  const told = await lena.waitForMessage(await lena.dm(), ({ text }) => /Approved: .*Starts/.test(text));
  const made = stage.clusters.cluster("prod").grants.size;
  const ready = await messageWith(lena, ACTIONS.getKubeconfig);
  const active = await cardSeenBy(ana, (message) => message.ts === card.ts && message.text.includes("Active until"));

  expect(sent.errors).toBeUndefined();
  expect(card.text).toMatch(/asks for Read logs in payments on prod for 30 min from <!date/);
  expect(waiting.text).toMatch(/Starts .*, ends /);
  expect(made).toBe(0);
  expect(ready.ts).not.toBe(told.ts);
  expect(active.text).toContain("Approved by Ana Ruiz.");
  const earlier = (await lena.messages(await lena.dm())).find(({ ts }) => ts === told.ts);
  expect(earlier?.text).toContain("Started: Read logs in payments on prod.");
  expect(JSON.stringify(earlier?.blocks)).not.toContain("action_id");
  const [grant] = (await stage.store.live()).grants;
  expect(grant).toMatchObject({ end: (start + 1800) * 1000 });
});

it("a start that is over, or too far ahead, is refused on its field", async () => {
  await startBotStage({ double: slack.double });
  const lena = who("lena");
  await fillForm(lena);
  const now = Math.floor(Date.now() / 1000);

  const past = await lena.submit({ [FIELDS.start]: now - 60 });
  const far = await lena.submit({ [FIELDS.start]: now + 30 * 86_400 });

  expect(past.errors).toEqual({ [FIELDS.start]: expect.stringContaining("That is over already.") });
  expect(far.errors).toEqual({ [FIELDS.start]: expect.stringContaining("too late: 14 days") });
});

it("P6 · what the policy lends by itself needs nobody, and every screen says so", async () => {
  const rules = [
    {
      ...{ name: "oncall-logs", who: ["on-call"], cluster: "prod", namespaces: ["payments"], profiles: ["logs"] },
      ...{ approvers: "payments-approvers", autoApprove: true },
    },
  ];
  const stage = await startBotStage({ double: slack.double, changes: { rules } });
  const [noor, ana] = [who("noor"), who("ana")];

  const form = await fillForm(noor);
  await noor.submit();
  const ready = await messageWith(noor, ACTIONS.getKubeconfig);
  const card = await cardSeenBy(ana, (message) => message.text.includes("Active until"));

  expect(JSON.stringify(form.blocks)).toContain("Needs nobody: you are on call, its risk is low");
  expect(ready.text).toContain("Ready: Read logs in payments on prod");
  expect(card.text).toContain(
    "Approved by policy (oncall-logs): Noor Haddad is on call and its risk is low, so nobody was asked.",
  );
  expect(buttonIn(card, ACTIONS.approve)).toBe(false);
  expect((await stage.store.live()).grants).toMatchObject([{ decidedBy: { kind: "policy", people: [] } }]);
  expect(await slack.double.oracle()).toEqual([]);
});

it("a policy with faults is told to approvers once, that it is mended, and both anew when it comes back", async () => {
  const stage = await startBotStage({ double: slack.double });
  const ana = who("ana");
  const faults = ["policy.yaml:14:3: there is no group web", "policy.yaml:31:5: a day is written 2027-03-31"];
  let at = 0;
  const tell = async (version: string, all: readonly string[]) => {
    const told = { kind: "policyFault", version, faults: all } as const;
    const tellings = [{ key: `policy-news:${version}:${at++}`, lane: channels.approvers, tell: told }];
    await stage.store.commit({ writes: [], tellings, rows: [] });
  };
  // Two bots read each version; the last one's own words end the test.
  for (const [version, all] of [
    ["bad", faults],
    ["bad", []],
    ["bad", faults],
    ["worse", faults.slice(1)],
  ] as const) {
    await tell(version, all);
    await tell(version, all);
  }
  await tell("bad", faults);
  await tell("bad", []);
  await tell("last", ["policy.yaml:99:1: the end"]);

  await ana.waitForMessage(channels.approvers, ({ text }) => text.includes("line 99"));
  const told = (await ana.messages(channels.approvers)).filter(({ text }) => text.includes("The policy"));

  const [twice, mended] = [
    expect.stringContaining("has 2 faults (line 14, line 31)"),
    expect.stringContaining("can be read again"),
  ];
  expect(told.map(({ text }) => text)).toEqual([
    ...[twice, mended, twice, expect.stringContaining("has a fault (line 31)"), twice, mended],
    expect.stringContaining("line 99"),
  ]);
});
