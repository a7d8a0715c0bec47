import { WebAPIPlatformError, type WebClient } from "@slack/web-api";
import { expect, test } from "vitest";
import { createFakeClock } from "../../test/fakes/fake-clock.ts";
import { createMemoryCards } from "../../test/fakes/memory-records.ts";
import { NOON } from "../../test/fakes/samples.ts";
import { createRequestsMessage } from "./requests-message.ts";

/** Slack as far as one channel's messages go. */
function createChannel() {
  const standing = new Map<string, string>();
  let count = 0;
  const chat = {
    postMessage: async ({ channel, text }: { channel: string; text: string }) => {
      const ts = `${++count}.0`;
      standing.set(ts, text);
      return { ok: true, channel, ts };
    },
    update: async ({ ts, text }: { ts: string; text: string }) => {
      if (!standing.has(ts)) throw new WebAPIPlatformError({ ok: false, error: "message_not_found" });
      standing.set(ts, text);
      return { ok: true };
    },
    delete: async ({ ts }: { ts: string }) => {
      standing.delete(ts);
      return { ok: true };
    },
  };
  return { standing, slack: { chat } as unknown as WebClient };
}

test("two bots that start at once leave one message, and the one that is kept", async () => {
  const { standing, slack } = createChannel();
  const cards = createMemoryCards();
  const clock = createFakeClock(NOON);
  const bots = [createRequestsMessage({ slack, cards, clock }), createRequestsMessage({ slack, cards, clock })];

  for (let round = 0; round < 3; round++) await Promise.all(bots.map((bot) => bot.tend("C0REQUESTS")));

  const kept = await cards.find("requests-message-C0REQUESTS");
  expect([...standing.keys()]).toEqual([kept?.ts]);
});

test("a bot that starts later edits the message that is there", async () => {
  const { standing, slack } = createChannel();
  const cards = createMemoryCards();
  const clock = createFakeClock(NOON);
  const first = createRequestsMessage({ slack, cards, clock });
  await first.tend("C0REQUESTS");
  await first.tend("C0REQUESTS");

  await createRequestsMessage({ slack, cards, clock }).tend("C0REQUESTS");

  expect(standing.size).toBe(1);
});

test("another channel in the policy gets a message of its own", async () => {
  const { standing, slack } = createChannel();
  const message = createRequestsMessage({ slack, cards: createMemoryCards(), clock: createFakeClock(NOON) });

  for (const channel of ["C0REQUESTS", "C0REQUESTS", "C0OTHER", "C0OTHER"]) await message.tend(channel);

  expect(standing.size).toBe(2);
});

test("a message that somebody deleted stands there again after five minutes, once", async () => {
  const { standing, slack } = createChannel();
  const cards = createMemoryCards();
  const clock = createFakeClock(NOON);
  const bots = [createRequestsMessage({ slack, cards, clock }), createRequestsMessage({ slack, cards, clock })];
  const tendThrice = async () => {
    for (let round = 0; round < 3; round++) await Promise.all(bots.map((bot) => bot.tend("C0REQUESTS")));
  };
  await tendThrice();
  standing.clear();

  clock.advance(4 * 60_000);
  await tendThrice();
  expect(standing.size).toBe(0);
  clock.advance(60_000);
  await tendThrice();

  const kept = await cards.find("requests-message-C0REQUESTS");
  expect([...standing.keys()]).toEqual([kept?.ts]);
});
