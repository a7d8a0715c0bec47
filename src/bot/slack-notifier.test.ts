import type { WebClient } from "@slack/web-api";
import { expect, test } from "vitest";
import { createFakeDesk } from "../../test/fakes/fake-desk.ts";
import { createMemoryCards } from "../../test/fakes/memory-records.ts";
import { NOON, SAMPLE_APPROVAL, SAMPLE_GRANTS, sampleRequest } from "../../test/fakes/samples.ts";
import type { Grant } from "../workflows/grant.ts";
import type { Telling } from "../workflows/ports.ts";
import type { ApprovedRequest } from "../workflows/request.ts";
import { createSlackNotifier } from "./slack-notifier.ts";

const SILENT = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const { active, ending, ended } = SAMPLE_GRANTS;
const { state: _, ...asking } = sampleRequest();
const { yes, dropped: _dropped, type: _type, ...approval } = SAMPLE_APPROVAL;
const APPROVED: ApprovedRequest = { ...asking, ...approval, yeses: [yes], state: "approved" };

/** Slack as far as messages go, and a desk that holds one grant. */
async function stage(first: Grant) {
  const desk = createFakeDesk();
  const posted: { channel: string; thread?: string | undefined; text: string }[] = [];
  const chat = {
    postMessage: async (said: { channel: string; text: string; thread_ts?: string }) => {
      posted.push({ channel: said.channel, text: said.text, thread: said.thread_ts });
      return { ok: true, channel: said.channel, ts: `${posted.length}.0` };
    },
    update: async ({ ts, text }: { ts: string; text: string }) => {
      const message = posted[Number(ts) - 1];
      if (message !== undefined) message.text = text;
      return { ok: true };
    },
  };
  const conversations = { open: async ({ users }: { users: string }) => ({ ok: true, channel: { id: `D-${users}` } }) };
  const slack = { chat, conversations } as unknown as WebClient;
  const directory = { slackUser: async (person: string) => `U0${person.toUpperCase()}` };
  const notifier = createSlackNotifier({ desk, cards: createMemoryCards(), slack, directory, log: SILENT });
  let version: number | null = null;
  const put = async (next: Grant) => {
    await desk.store.commit({ writes: [{ kind: "grant", expected: version, next }], tellings: [], rows: [] });
    version = next.version;
  };
  await desk.store.commit({ writes: [{ kind: "request", expected: null, next: APPROVED }], tellings: [], rows: [] });
  await put(first);
  return { desk, notifier, posted, put };
}

const asker = (moment: "endsSoon" | "ended"): Telling => ({
  ...{ key: `${moment}-${active.id}`, lane: "person:mia" },
  tell: { kind: "asker", request: APPROVED.id, grant: active.id, moment },
});
const debt = (moment: string): Telling => ({
  ...{ key: `overdue-${active.id}-${moment}`, lane: "C0ONCALL", urgent: true },
  tell: { kind: "overdue", grant: active.id },
});

const PAGED = { at: NOON + 180_000, words: "prod does not answer" };

test("who holds a pass is warned while it is active, and the warning loses its buttons when it has ended", async () => {
  const { desk, notifier, posted, put } = await stage(active);
  desk.clock.advance(active.end - 600_000 - NOON);

  await notifier.tell(asker("endsSoon"));
  expect(posted).toMatchObject([{ channel: "D-U0MIA", text: expect.stringContaining("Ends at") }]);
  await put(ended);
  await notifier.tell(asker("ended"));

  expect(posted.map(({ text }) => text)).toEqual([
    expect.stringMatching(/^■ Ended: .* The message below says more\.$/),
    expect.stringMatching(/^■ Ended .* no longer works/),
  ]);
});

test.each([
  ["is ending", ending, 0],
  ["has ended", ended, 0],
  ["is over by the clock", active, active.end - NOON],
])("a warning that comes late is needless: the pass %s", async (__, grant, ms) => {
  const { desk, notifier, posted } = await stage(grant);
  desk.clock.advance(ms);

  expect(await notifier.tell(asker("endsSoon"))).toEqual({ told: true });
  expect(posted).toEqual([]);
});

test("P7 · those on call read of a debt once; when it is paid the message says so, and a reply below it", async () => {
  const { notifier, posted, put } = await stage({ ...ending, paged: PAGED });

  for (let i = 0; i < 2; i++) await notifier.tell(debt("owed"));
  await put({ ...ended, paged: PAGED });
  for (let i = 0; i < 2; i++) await notifier.tell(debt("paid"));

  expect(posted).toEqual([
    { channel: "C0ONCALL", thread: undefined, text: expect.stringMatching(/^■ Ended .* late/) },
    { channel: "C0ONCALL", thread: "1.0", text: expect.stringMatching(/^■ Ended .* late/) },
  ]);
});

test("a debt that was paid before Slack took any word of it is one message", async () => {
  const { notifier, posted } = await stage({ ...ended, paged: PAGED });

  await notifier.tell(debt("owed"));

  expect(posted).toHaveLength(1);
  expect(posted[0]?.text).toMatch(/^■ Ended .* late/);
});

test("P11 · those on call read once that records were rebuilt, and what is lost", async () => {
  const { notifier, posted } = await stage(active);
  const telling: Telling = { key: "rebuilt-prod-1", lane: "C0ONCALL", tell: { kind: "rebuilt", grants: 3 } };

  for (let i = 0; i < 2; i++) await notifier.tell(telling);

  expect(posted).toHaveLength(1);
  expect(posted[0]?.text).toContain("3 passes were rebuilt");
  expect(posted[0]?.text).toContain("Requests that waited for a decision are lost");
});
