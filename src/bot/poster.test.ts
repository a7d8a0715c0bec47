import type { WebClient } from "@slack/web-api";
import { expect, test } from "vitest";
import { createMemoryCards } from "../../test/fakes/memory-records.ts";
import { StoreUnavailable } from "../workflows/trouble.ts";
import { createPoster } from "./poster.ts";

/** Slack as far as one channel's messages go; a post is answered when the test lets it. */
function createChannel() {
  const standing = new Map<string, string>();
  let answer = Promise.resolve();
  const chat = {
    postMessage: async ({ channel, text }: { channel: string; text: string }) => {
      const ts = `${standing.size + 1}.0`;
      standing.set(ts, text);
      const answered = answer;
      answer = Promise.resolve();
      await answered;
      return { ok: true, channel, ts };
    },
    update: async ({ ts, text }: { ts: string; text: string }) => {
      standing.set(ts, text);
      return { ok: true };
    },
    delete: async ({ ts }: { ts: string }) => {
      standing.delete(ts);
      return { ok: true };
    },
  };
  return {
    standing,
    slack: { chat } as unknown as WebClient,
    /** The answer to the next post waits until it is let come. */
    holdNext: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      answer = promise;
      return resolve;
    },
  };
}

test("P3 · a bot that was frozen while another one posted the same takes its own away: none stands there as it was", async () => {
  const { standing, slack, holdNext } = createChannel();
  const cards = createMemoryCards();
  const [frozen, other] = [createPoster(slack, cards), createPoster(slack, cards)];

  const thaw = holdNext();
  const late = frozen.show("card-abcdefghij", "C0PAYMENTS", { text: "Pending", blocks: [] });
  await expect.poll(() => standing.size).toBe(1);
  const kept = await other.show("card-abcdefghij", "C0PAYMENTS", { text: "Active", blocks: [] });
  thaw();

  expect(await late).toEqual(kept);
  expect([...standing]).toEqual([[kept.ts, "Active"]]);
});

/** Cards of which a place is not kept as long as the store takes no writes. */
function createFullCards() {
  const cards = createMemoryCards();
  let isFull = true;
  let refused = 0;
  const keep: typeof cards.keep = async (name, place) => {
    if (!isFull) return cards.keep(name, place);
    refused++;
    throw new StoreUnavailable("nothing", "OOM command not allowed");
  };
  return { cards: { ...cards, keep }, refused: () => refused, empty: () => (isFull = false) };
}

test("P5 · what was posted while the store takes no writes is written down when it does, and stands there once", async () => {
  const { standing, slack } = createChannel();
  const { cards, refused, empty } = createFullCards();
  const poster = createPoster(slack, cards);

  const shown = poster.show("card-abcdefghij", "C0PAYMENTS", { text: "Pending", blocks: [] });
  await expect.poll(refused).toBeGreaterThanOrEqual(3);
  empty();
  const place = await shown;

  expect(await cards.find("card-abcdefghij")).toEqual(place);
  expect(standing.size).toBe(1);
});

test("a bot that could not write down a place takes its message away where another one posted it meanwhile", async () => {
  const { standing, slack } = createChannel();
  const { cards, refused, empty } = createFullCards();
  const late = createPoster(slack, cards).show("card-abcdefghij", "C0PAYMENTS", { text: "Pending", blocks: [] });
  await expect.poll(refused).toBeGreaterThan(0);

  empty();
  const kept = await createPoster(slack, cards).show("card-abcdefghij", "C0PAYMENTS", { text: "Active", blocks: [] });

  expect(await late).toEqual(kept);
  expect([...standing]).toEqual([[kept.ts, "Active"]]);
});

test("a place that the store cannot read is said at once: trying again would help nobody", async () => {
  const { slack } = createChannel();
  const keep = async () => Promise.reject(new Error("WRONGTYPE"));
  const poster = createPoster(slack, { ...createMemoryCards(), keep });

  await expect(poster.show("card-abcdefghij", "C0PAYMENTS", { text: "Pending", blocks: [] })).rejects.toThrow(
    /WRONGTYPE/,
  );
});
