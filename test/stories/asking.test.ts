import { readFile } from "node:fs/promises";
import { Redis } from "ioredis";
import { expect, it } from "vitest";
import { ACTIONS, COMMANDS, FIELDS, VIEWS } from "../../src/bot/names.ts";
import { useJourney } from "../workbench/for-tests.ts";
import { ask, buttonIn, cardSeenBy, fillAndSubmit, getKubeconfig, messageWith } from "../workbench/journey.ts";
import { channels, northwind } from "../workbench/northwind.ts";
import { tryOnce } from "../workbench/refusals.ts";
import type { PersonInSlack } from "../workbench/slack/person-in-slack.ts";

const journey = useJourney({ namespaces: ["asking"] });

const who = (name: keyof typeof northwind): PersonInSlack => journey.current.slack.as(northwind[name]);
const wish = {
  namespaces: ["asking"],
  profile: "logs",
  duration: "30m",
  reason: "Reading logs to find the restart loop",
} as const;

it("somebody the policy does not know gets a code to be linked with, and no form", async () => {
  await who("eve").command(channels.requests, COMMANDS.access);

  const words = await who("eve").waitForEphemeral(channels.requests);
  expect(words.text).toContain("I don't know you yet");
  expect(words.text).toContain("T0HOME/U0EVE");
  expect(await who("eve").view()).toBeUndefined();
});

it("a single-channel guest, who cannot type commands, asks by the button that stands once in the requests channel", async () => {
  const refused = await who("omar").command(channels.requests, COMMANDS.access);
  const entries = (await who("omar").messages(channels.requests)).filter((message) =>
    buttonIn(message, ACTIONS.requestAccess),
  );

  const [entry] = entries;
  if (entry === undefined) throw new Error("there is no Request access button");
  await who("omar").press(entry, ACTIONS.requestAccess);
  const sent = await fillAndSubmit(who("omar"), wish);

  expect(refused.refused).toBeDefined();
  expect(entries).toHaveLength(1);
  expect(sent).toMatchObject({ acked: true });
  await who("omar").press(await messageWith(who("omar"), ACTIONS.withdraw), ACTIONS.withdraw);
  await cardSeenBy(who("ana"), (message) => message.text.includes("Omar") && message.text.includes("Withdrawn"));
});

it("the form offers what the policy lets this person ask for, and nothing else", async () => {
  await who("lena").command(channels.requests, COMMANDS.access);
  const form = await who("lena").waitForView(
    (view) => view.callback_id === VIEWS.request && JSON.stringify(view).includes(FIELDS.reason),
  );

  const shown = JSON.stringify(form.blocks);
  expect(shown).toContain('"value":"asking"');
  expect(shown).toContain('"value":"prod"');
  expect(shown).toContain('"value":"logs"');
  expect(shown).not.toContain("kube-system");
  await who("lena").close(true);
});

it("each mistake comes back on the field that is wrong, and nothing typed is lost", async () => {
  const short = await ask(who("lena"), { ...wish, duration: "1h banana", reason: "because" });
  const view = await who("lena").view();

  expect(Object.keys(short.errors ?? {})).toHaveLength(2);
  expect(JSON.stringify(view?.state)).toContain("because");
  await who("lena").close(true);
});

it("asking twice for the same is answered on the form; withdrawing makes room for a new one", async () => {
  await ask(who("lena"), wish);
  const first = await cardSeenBy(
    who("ana"),
    (message) => message.text.includes("Lena") && buttonIn(message, ACTIONS.approve),
  );

  const second = await ask(who("lena"), wish);
  await who("lena").close(true);
  await who("lena").press(await messageWith(who("lena"), ACTIONS.withdraw), ACTIONS.withdraw);
  await cardSeenBy(who("ana"), (message) => message.ts === first.ts && message.text.includes("Withdrawn"));
  const third = await ask(who("lena"), { ...wish, reason: "Asked for anew after it was withdrawn" });

  expect(Object.values(second.errors ?? {})).toHaveLength(1);
  expect(third.errors).toBeUndefined();
});

it("P4 · the credential is shown to the grantee at their click and rests nowhere; a second click ends the first one", async () => {
  const { redis, slack, bot, worker } = journey.current;
  const card = await cardSeenBy(
    who("ana"),
    (message) => message.text.includes("Lena") && buttonIn(message, ACTIONS.approve),
  );
  await who("ana").press(card, ACTIONS.approve);
  const first = await getKubeconfig(who("lena"));
  const path = "/api/v1/namespaces/asking/pods/api-0";
  const before = await tryOnce(first.text, path);
  await who("lena").close(true);

  const second = await getKubeconfig(who("lena"));
  await expect.poll(() => tryOnce(first.text, path), { timeout: 15_000, interval: 100 }).toBe(401);

  expect(before).toBe(200);
  expect(await tryOnce(second.text, path)).toBe(200);
  expect(JSON.stringify(second.view.blocks)).toContain("no longer works");
  const client = new Redis(redis.url);
  const everything = await dumpAll(client);
  await client.quit();
  for (const text of [first.text, second.text]) {
    const token = /token: (\S+)/.exec(text)?.[1] ?? "";
    const signature = token.split(".")[2] ?? "";
    expect(signature.length).toBeGreaterThan(100);
    for (const place of [everything, bot.readLog(), worker.readLog(), JSON.stringify(await slack.storedMessages())]) {
      expect(place).not.toContain(signature);
    }
  }
  expect(everything).not.toMatch(/eyJ[\w-]+\.eyJ/);
});

it("somebody else's click on the grantee's button gives them nothing", async () => {
  const { slack } = journey.current;
  const message = await messageWith(who("lena"), ACTIONS.getKubeconfig);
  const intruder = slack.as(northwind.ana);

  await expect(intruder.press(message, ACTIONS.getKubeconfig)).rejects.toThrow();
});

it("every key in Redis begins with {daypass}", async () => {
  const client = new Redis(journey.current.redis.url);
  const names = await client.keys("*");
  await client.quit();

  expect(names.length).toBeGreaterThan(0);
  expect(names.filter((name) => !name.startsWith("{daypass}"))).toEqual([]);
});

it("the bot holds no cluster credential and the worker no Slack token", async () => {
  const { bot, worker, slack, kubernetes } = journey.current;
  const [botEnvironment, workerEnvironment] = await Promise.all(
    [bot, worker].map((child) => readFile(`/proc/${child.pid}/environ`, "utf8")),
  );

  expect(botEnvironment).not.toMatch(/KUBECONFIG|DAYPASS_CLUSTERS|KUBERNETES_SERVICE/);
  expect(botEnvironment).not.toContain(kubernetes.coordinates.adminToken);
  expect(workerEnvironment).not.toContain(slack.botToken);
});

it("with Redis hung, a click is answered in time and says that nothing was recorded", async () => {
  const { redis } = journey.current;
  await who("omar").press(
    await who("omar").waitForMessage(channels.requests, (message) => buttonIn(message, ACTIONS.requestAccess)),
    ACTIONS.requestAccess,
  );
  await who("omar").waitForView(
    (view) => view.callback_id === VIEWS.request && JSON.stringify(view).includes(FIELDS.reason),
  );
  redis.pause();
  try {
    const answer = await who("omar").submit({
      [FIELDS.namespaces]: ["asking"],
      [FIELDS.profile]: "logs",
      [FIELDS.duration]: "1800",
      [FIELDS.reason]: wish.reason,
    });

    expect(answer.acked).toBe(true);
    expect(Object.values(answer.errors ?? {}).join(" ")).toMatch(/nothing was/i);
  } finally {
    redis.resume();
  }
});

/** Everything Redis holds, values included, as one text. */
async function dumpAll(client: Redis): Promise<string> {
  const names = await client.keys("*");
  const dumps = await Promise.all(
    names.map(async (name) => {
      const type = await client.type(name);
      if (type === "string") return client.get(name);
      if (type === "hash") return JSON.stringify(await client.hgetall(name));
      if (type === "list") return (await client.lrange(name, 0, -1)).join("\n");
      if (type === "set") return (await client.smembers(name)).join("\n");
      if (type === "zset") return (await client.zrange(name, 0, -1)).join("\n");
      return JSON.stringify(await client.xrange(name, "-", "+"));
    }),
  );
  return [...names, ...dumps].join("\n");
}
