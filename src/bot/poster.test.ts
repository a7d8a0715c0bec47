import type { WebClient } from "@slack/web-api";
import { expect, test } from "vitest";
import { createMemoryCards } from "../../test/fakes/memory-records.ts";
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

test("a place that could not be written down is tried once more, since Slack cannot be asked what it has taken", async () => {
  const { standing, slack } = createChannel();
  const cards = createMemoryCards();
  let failures = 1;
  const keep: typeof cards.keep = async (name, place) => {
    if (failures-- > 0) throw new Error("no answer in time");
    return cards.keep(name, place);
  };
  const poster = createPoster(slack, { ...cards, keep });

  const place = await poster.show("card-abcdefghij", "C0PAYMENTS", { text: "Pending", blocks: [] });

  expect(await cards.find("card-abcdefghij")).toEqual(place);
  expect(standing.size).toBe(1);
});
