/** A click while Redis is in trouble, through Slack: answered in time, in words that say whether it counted. */
import { afterEach, beforeAll, expect, test } from "vitest";
import { ACTIONS, COMMANDS, FIELDS, VIEWS } from "../../src/bot/names.ts";
import { useGuardian, useKubernetes, useRedis } from "../workbench/for-tests.ts";
import { ask, buttonIn, cardSeenBy } from "../workbench/journey.ts";
import { channels, northwind } from "../workbench/northwind.ts";
import { type RedisLine, startRedisLine } from "../workbench/redis-line.ts";
import type { SeenMessage } from "../workbench/slack/acts/see.ts";
import { type Stage, setStage } from "../workbench/stage.ts";

const NAMESPACE = "redis-clicks";
/** What the issue promises, and what a busy machine adds. */
const ANSWERED_MS = 1_500 + 300;

const kubernetes = useKubernetes();
const guardian = useGuardian();
const redis = useRedis(guardian);
let stage: Stage;
let line: RedisLine;
let card: SeenMessage;
/** How many lines to Redis there are in health. */
let lines: number;

async function countLines(): Promise<number> {
  return Number(/connected_clients:(\d+)/.exec(await redis.current.ask("INFO clients"))?.[1]);
}

beforeAll(async () => {
  line = await startRedisLine(redis.current.port);
  const namespaces = [NAMESPACE];
  stage = await setStage({ guardian, kubernetes, namespaces, redis: { ...redis.current, url: line.url } });
  const [lena, ana] = [stage.slack.as(northwind.lena), stage.slack.as(northwind.ana)];
  await ask(lena, { namespaces, profile: "logs", duration: "20m", reason: "Clicking while records are away" });
  card = await cardSeenBy(ana, (message) => message.text.includes("Lena") && buttonIn(message, ACTIONS.approve));
  lines = await countLines();
}, 60_000);
afterEach(async () => {
  await line.heal();
  await redis.current.ask("CONFIG SET maxmemory 0");
  await redis.current.ask("REPLICAOF NO ONE");
  // What comes next is to meet its own trouble and not the end of the one before.
  await expect.poll(countLines, { timeout: 10_000 }).toBeGreaterThanOrEqual(lines);
});

/** Ana presses Approve; returns how long Slack waited for the answer and what she reads. */
async function click() {
  const ana = stage.slack.as(northwind.ana);
  const before = (await ana.ephemerals(channels.approvers)).length;
  const begunAt = (await stage.slack.deliveries()).length;
  await ana.press(card, ACTIONS.approve);
  const [delivery] = (await stage.slack.deliveries()).slice(begunAt);
  await expect
    .poll(async () => (await ana.ephemerals(channels.approvers)).length, { timeout: 5_000 })
    .toBeGreaterThan(before);
  const words = (await ana.ephemerals(channels.approvers)).at(-1)?.text ?? "";
  return { delivery, words };
}

test.each([
  { trouble: "cannot be reached", begin: () => line.refuse() },
  { trouble: "hangs", begin: () => line.hang() },
  { trouble: "is full", begin: () => redis.current.ask("CONFIG SET maxmemory 1mb") },
  { trouble: "takes no writes", begin: () => redis.current.ask("REPLICAOF 127.0.0.1 1") },
])(
  "P5 · a click while Redis $trouble is answered within 1.5 s: it did not count, and running passes end all the same",
  async ({ begin }) => {
    await begin();

    const { delivery, words } = await click();

    expect(delivery).toMatchObject({ acked: true });
    expect(delivery?.ms).toBeLessThan(ANSWERED_MS);
    expect(words).toMatch(/this click did not count|can't say yet whether this was recorded/);
    expect(words).toMatch(/[Tt]ry again|Press again/);
  },
);

test("P5 · a click while Redis takes half a second for every answer is answered within 1.5 s and counts once", async () => {
  const ana = stage.slack.as(northwind.ana);
  line.slow(250);
  const begunAt = (await stage.slack.deliveries()).length;

  await ana.press(card, ACTIONS.approve);
  const [delivery] = (await stage.slack.deliveries()).slice(begunAt);
  await line.heal();

  expect(delivery).toMatchObject({ acked: true });
  expect(delivery?.ms).toBeLessThan(ANSWERED_MS);
  await cardSeenBy(ana, (message) => message.ts === card.ts && message.text.includes("Active until"));
  const { stdout } = await kubernetes.kubectl(["get", "accessgrants", "-o", "name"]);
  expect(stdout.trim().split("\n")).toHaveLength(1);
});

test("P5 · what was typed into an open form stays there while Redis does not answer in time", async () => {
  const lena = stage.slack.as(northwind.lena);
  await lena.command(channels.requests, COMMANDS.access);
  const form = await lena.waitForView(({ callback_id: id }) => id === VIEWS.request);
  await lena.fill({ [FIELDS.reason]: "Typed while all was well" });
  line.slow(700);

  await lena.press(form, FIELDS.profile, { value: "logs" });
  await expect.poll(() => stage.bot.readLog(), { timeout: 10_000 }).toContain("the form was not narrowed");
  await line.heal();

  const view = await lena.view();
  expect(view?.callback_id).toBe(VIEWS.request);
  expect(JSON.stringify(view?.state)).toContain("Typed while all was well");
  await lena.close();
});
