import { expect, it } from "vitest";
import { ACTIONS, COMMANDS, END_WHY, VIEWS } from "../../src/bot/names.ts";
import { sampleRecord } from "../fakes/samples.ts";
import { messageWith } from "../workbench/journey.ts";
import { channels, northwind } from "../workbench/northwind.ts";
import type { FaultInput } from "../workbench/slack/faults.ts";
import { lend } from "./bot-lending.ts";
import { useSlack } from "./bot-slack.ts";
import { type BotStage, startBotStage } from "./bot-stage.ts";

const slack = useSlack();
const { who } = slack;
const LONG_AGO = Date.now() - 90 * 24 * 3_600_000;
const SILENT: readonly (readonly [string, FaultInput])[] = [
  ["answers 500", { kind: "http", method: "users.info", status: 500, times: 50 }],
  ["is rate-limited", { kind: "rate-limit", method: "users.info", retryAfterSeconds: 30, times: 50 }],
  ["hangs", { kind: "latency", method: "users.info", ms: 20_000, times: 50 }],
];

/** What Slack last said of somebody is all that is known of them. */
async function remember(stage: BotStage, person: keyof typeof northwind) {
  const slackKey = `T0HOME/${northwind[person]}`;
  await stage.people.save(sampleRecord(person, { slackKey, readAt: LONG_AGO }));
}

async function stateOf(stage: BotStage, id: string) {
  return (await stage.store.grant(id))?.state;
}

it.each(SILENT)("P7 · I'm done and /k8s-revoke work, each in time, while users.info %s", async (_, fault) => {
  const stage = await startBotStage({ double: slack.double });
  const [lena, noor] = [who("lena"), who("noor")];
  await remember(stage, "lena");
  await remember(stage, "noor");
  const own = await lend(stage);
  const other = await lend(stage, { grantee: "omar", id: "bbbbbbbbbb" });
  const ready = await messageWith(lena, ACTIONS.done);
  await slack.double.fault(fault);

  const done = await lena.press(ready, ACTIONS.done);
  await expect.poll(() => stateOf(stage, own.id)).toBe("ended");
  const asked = await noor.command(channels.onCall, COMMANDS.revoke);
  await noor.waitForView((view) => view.callback_id === VIEWS.chooseGrant);
  const chosen = await noor.submit();
  await noor.waitForView((view) => view.callback_id === VIEWS.confirmEnd);
  const confirmed = await noor.submit({ [END_WHY]: "Seen from an address we do not know" });
  await expect.poll(() => stateOf(stage, other.id)).toBe("ended");

  expect([done, asked, chosen, confirmed].map(({ acked }) => acked)).toEqual([true, true, true, true]);
  expect((await slack.double.deliveries()).filter(({ acked }) => !acked)).toEqual([]);
  const warned = stage.logged.filter((line) => line.includes("what it last said holds"));
  expect(warned.join("\n")).toContain('"person":"noor"');
});

it("P6 · who is silent in Slack decides nothing by what is remembered of them, and a stranger ends nothing", async () => {
  const stage = await startBotStage({ double: slack.double });
  const [ana, noor] = [who("ana"), who("noor")];
  await remember(stage, "ana");
  const { id } = await lend(stage);
  await slack.double.fault({ kind: "http", method: "users.info", status: 500, times: 50 });

  await ana.command(channels.requests, COMMANDS.access);
  await noor.command(channels.onCall, COMMANDS.revoke);

  expect((await ana.waitForEphemeral(channels.requests)).text).toContain("Slack did not answer me in time");
  expect((await noor.waitForEphemeral(channels.onCall)).text).toBe(
    "Slack did not say in time who you are, and I have no record of you from before, so nothing ended. " +
      "Try again in a moment, or ask somebody on call to end it.",
  );
  expect(await stateOf(stage, id)).toBe("active");
});

it("/k8s-revoke all counts what this person may end, ends it, and one message counts until the last is proven", async () => {
  const stage = await startBotStage({ double: slack.double });
  const [ana, noor, sam] = [who("ana"), who("noor"), who("sam")];
  const letters = ["b", "c", "d", "e", "f"];
  for (const [i, letter] of letters.entries()) {
    await lend(stage, { id: letter.repeat(10), grantee: i < 3 ? "lena" : "omar", moments: [] });
  }

  await sam.command(channels.requests, COMMANDS.revoke, "all");
  await noor.command(channels.random, COMMANDS.revoke, "all");
  const confirm = await noor.waitForView((view) => view.callback_id === VIEWS.confirmEndAll);
  const empty = await noor.submit();
  await noor.submit({ [END_WHY]: "The laptop of Acme was stolen" });
  const after = await noor.waitForView((view) => JSON.stringify(view).includes("Ending 5 passes"));
  const counted = await noor.waitForMessage(await noor.dm(), (message) => message.text.includes("5 ended, slowest"));
  await ana.command(channels.requests, COMMANDS.revoke, "all");

  expect((await sam.waitForEphemeral(channels.requests)).text).toContain("no pass here that you may end");
  expect(await sam.view()).toBeUndefined();
  expect(JSON.stringify(confirm.blocks)).toContain("Ends 5 passes of 2 people.");
  expect(JSON.stringify(confirm.blocks)).toContain("They lose access within a second.");
  expect(empty.acked).toBe(false);
  expect(JSON.stringify(after)).not.toContain("input");
  expect(counted.text).toMatch(/^■ 5 ended, slowest \d+\.\d s\. Each refused, proven\.$|less than 0\.1 s/);
  const mine = (await noor.messages(await noor.dm())).filter(({ ephemeral }) => !ephemeral);
  expect(mine).toHaveLength(1);
  for (const letter of letters) expect(await stateOf(stage, `${letter.repeat(10)}a`)).toBe("ended");
  expect((await ana.waitForEphemeral(channels.requests)).text).toContain("no pass here that you may end");
  expect(await slack.double.oracle()).toEqual([]);
});

it("/k8s-revoke @person ends that person's passes and nobody else's; a grantee ends no more than their own", async () => {
  const stage = await startBotStage({ double: slack.double });
  const [ben, lena, noor] = [who("ben"), who("lena"), who("noor")];
  const lenas = await lend(stage);
  const omars = await lend(stage, { grantee: "omar", id: "bbbbbbbbbb", moments: [] });

  await lena.command(channels.requests, COMMANDS.revoke, "@omar.aziz");
  await ben.command(channels.requests, COMMANDS.revoke, "@lena.fox");
  await noor.command(channels.requests, COMMANDS.revoke, "lena");
  await noor.command(channels.requests, COMMANDS.revoke, "@omar.aziz");
  const confirm = await noor.waitForView((view) => view.callback_id === VIEWS.confirmEndAll);
  await noor.submit({ [END_WHY]: "Contract ended today" });
  await expect.poll(() => stateOf(stage, omars.id)).toBe("ended");

  expect((await lena.waitForEphemeral(channels.requests)).text).toContain("no pass of that person that you may end");
  expect((await ben.waitForEphemeral(channels.requests)).text).toContain("no pass of that person that you may end");
  expect((await noor.waitForEphemeral(channels.requests)).text).toContain("mean nothing to me yet, so nothing ended");
  expect(JSON.stringify(confirm.blocks)).toContain("Ends 1 pass of 1 person.");
  expect(await stateOf(stage, lenas.id)).toBe("active");
});

it("P7 · with the store gone in the middle of it, nobody is told that nothing was recorded, and pressing again counts", async () => {
  const stage = await startBotStage({ double: slack.double });
  const noor = who("noor");
  const { id } = await lend(stage, { moments: [] });
  await noor.command(channels.onCall, COMMANDS.revoke, "all");
  await noor.waitForView((view) => view.callback_id === VIEWS.confirmEndAll);
  stage.away = "unknown";

  const unsure = await noor.submit({ [END_WHY]: "While Redis is away" });
  stage.away = null;
  await noor.submit();

  await expect.poll(() => stateOf(stage, id)).toBe("ended");
  expect(unsure.errors?.[END_WHY]).toBeDefined();
});
