import { Redis } from "ioredis";
import { expect, it } from "vitest";
import { ACTIONS, COMMANDS, END_WHY, FIELDS, VIEWS } from "../../src/bot/names.ts";
import { createRedisStore } from "../../src/jobs/redis-store.ts";
import type { Store } from "../../src/workflows/ports.ts";
import { useJourney } from "../workbench/for-tests.ts";
import { ask, buttonIn, cardSeenBy, getKubeconfig, messageWith } from "../workbench/journey.ts";
import { channels, northwind } from "../workbench/northwind.ts";
import { firstRefusal } from "../workbench/refusals.ts";
import type { PersonInSlack } from "../workbench/slack/person-in-slack.ts";

const [ONE, TWO] = ["extending-a", "extending-b"] as const;
const journey = useJourney({ namespaces: [ONE, TWO] });

const who = (name: keyof typeof northwind): PersonInSlack => journey.current.slack.as(northwind[name]);

/** Lena asks for logs in one namespace and Ana approves; returns the card when the pass is active. */
async function lend(namespace: string, reason: string) {
  await ask(who("lena"), { namespaces: [namespace], profile: "logs", duration: "1h", reason });
  const card = await cardSeenBy(who("ana"), (message) => buttonIn(message, ACTIONS.approve));
  await who("ana").press(card, ACTIONS.approve);
  await cardSeenBy(who("ana"), (message) => message.ts === card.ts && message.text.includes("Active until"));
  return card;
}

async function withStore<T>(use: (store: Store) => Promise<T>): Promise<T> {
  const redis = new Redis(journey.current.redis.url);
  try {
    return await use(createRedisStore(redis));
  } finally {
    await redis.quit();
  }
}

it("a pass is extended from its warning by a linked one that was approved anew; the first one's end stays", async () => {
  const [lena, ana] = [who("lena"), who("ana")];
  await lend(ONE, "A pass that ten minutes before its end needs more time");
  const [former] = (await withStore((store) => store.live())).grants;
  if (former === undefined) throw new Error("there is no pass");
  // The worker says so by itself ten minutes before the end, which is longer than a test may last.
  const tell = { kind: "asker", request: former.request, grant: former.id, moment: "endsSoon" } as const;
  const telling = { key: `endsSoon-${former.id}`, lane: `person:${former.grantee}`, tell };
  await withStore((store) => store.commit({ writes: [], tellings: [telling], rows: [] }));

  const warning = await messageWith(lena, ACTIONS.extend);
  await lena.press(warning, ACTIONS.extend);
  await lena.waitForView((view) => view.callback_id === VIEWS.request);
  const sent = await lena.submit({ [FIELDS.reason]: "The cause is found and the mending takes longer" });
  const card = await cardSeenBy(ana, (message) => buttonIn(message, ACTIONS.approve));
  await ana.press(card, ACTIONS.approve);
  await cardSeenBy(ana, (message) => message.ts === card.ts && message.text.includes("Active until"));

  expect(sent.errors).toBeUndefined();
  expect(card.text).toContain("Extends a pass that ends");
  const { grants } = await withStore((store) => store.live());
  expect(grants.find(({ id }) => id === former.id)?.end).toBe(former.end);
  expect(grants.find(({ id }) => id !== former.id)).toMatchObject({ extends: former.id, state: "active" });
});

it("P7 · on-call ends everything with one confirmation, while Slack does not say who anybody is", async () => {
  const { installation, bot, slack } = journey.current;
  const [lena, noor] = [who("lena"), who("noor")];
  await lend(TWO, "A pass in another namespace, to be ended with all others");
  const { text: kubeconfig } = await getKubeconfig(lena);
  await lena.close(true);
  // Noor was here before, so something is stored of her; another process remembers nothing else.
  await noor.command(channels.onCall, COMMANDS.revoke);
  await noor.waitForView((view) => view.callback_id === VIEWS.chooseGrant);
  await noor.close(true);
  bot.signal("SIGKILL");
  await bot.exited;
  await installation.startBot();
  await slack.waitForConnection();
  await slack.fault({ kind: "latency", method: "users.info", ms: 20_000, times: 200 });

  await noor.command(channels.onCall, COMMANDS.revoke, "all");
  const confirm = await noor.waitForView((view) => view.callback_id === VIEWS.confirmEndAll);
  const before = Date.now();
  const sent = await noor.submit({ [END_WHY]: "The contractor's laptop was stolen" });
  const refused = await firstRefusal(kubeconfig, `/api/v1/namespaces/${TWO}/pods/api-0`);
  const counted = await noor.waitForMessage(await noor.dm(), (message) => message.text.includes("ended, slowest"));

  expect(sent).toMatchObject({ acked: true });
  expect(JSON.stringify(confirm.blocks)).toContain("Ends 3 passes of 1 person.");
  // A second that Slack is waited for, and P1's second.
  expect(refused.at - before).toBeLessThan(2_500);
  expect(counted.text).toMatch(/^■ 3 ended, slowest .* s\. Each refused, proven\.$/);
  const { stdout } = await journey.current.kubernetes.kubectl(["get", "accessgrants", "-o", "name"]);
  expect(stdout.trim()).toBe("");
});
