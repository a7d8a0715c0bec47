import { WebAPIPlatformError, type WebClient } from "@slack/web-api";
import { describe, expect, test } from "vitest";
import { createFakeClock } from "../../test/fakes/fake-clock.ts";
import { createMemoryPeople } from "../../test/fakes/memory-records.ts";
import { createMemoryStore } from "../../test/fakes/memory-store.ts";
import { NOON, SAMPLE_GRANTS, samplePolicy, sampleRequest } from "../../test/fakes/samples.ts";
import { createSlackDirectory } from "./slack-directory.ts";

const SILENT = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const MEMBER = { id: "U0MIA", team_id: "T0HOME" };

function stage(accounts: Readonly<Record<string, object | Error>>, { policyReadable = true } = {}) {
  const clock = createFakeClock(NOON);
  const people = createMemoryPeople();
  const store = createMemoryStore();
  const asked: string[] = [];
  const info = async ({ user }: { user: string }) => {
    asked.push(user);
    const account = accounts[user] ?? new WebAPIPlatformError({ ok: false, error: "user_not_found" });
    if (account instanceof Error) throw account;
    return { ok: true, user: account };
  };
  const directory = createSlackDirectory({
    slack: { users: { info } } as unknown as WebClient,
    home: () => ({ team: "T0HOME", enterprise: null }),
    policy: { current: () => (policyReadable ? { policy: samplePolicy(), hash: "p1" } : null) },
    ...{ people, store, clock, log: SILENT },
  });
  return { clock, people, store, asked, directory };
}

const MIA = { user: "U0MIA", team: "T0HOME" };

describe("who clicked", () => {
  test.each([
    ["a member", {}, { active: true, guest: false, external: false }],
    ["a guest of many channels", { is_restricted: true }, { active: true, guest: true, external: false }],
    ["a guest of one channel", { is_ultra_restricted: true }, { active: true, guest: true, external: false }],
    ["somebody deactivated", { deleted: true }, { active: false, guest: false, external: false }],
    ["a bot", { is_bot: true }, { active: false, guest: false, external: false }],
    ["an app's user", { is_app_user: true }, { active: false, guest: false, external: false }],
    ["somebody who shares no channel with us", { is_stranger: true }, { active: false, guest: false, external: true }],
  ])("is known for what they are: %s", async (_, fields, expected) => {
    const { directory, people } = stage({ U0MIA: { ...MEMBER, ...fields } });

    const found = await directory.identify(MIA);

    const record = { person: "mia", slackKey: "T0HOME/U0MIA", ...expected, readAt: NOON };
    expect(found).toEqual({ known: true, record });
    expect(await people.record("mia")).toEqual(record);
  });

  test("P6 · the same user id from another team is somebody else", async () => {
    const { directory } = stage({ U0MIA: { ...MEMBER, team_id: "T0ACME" } });

    expect(await directory.identify({ user: "U0MIA", team: "T0ACME" })).toEqual({
      ...{ known: false, why: "stranger", slackKey: "T0ACME/U0MIA" },
    });
  });

  test("P6 · a payload that puts somebody in another team than Slack's directory is not believed", async () => {
    const { directory } = stage({ U0MIA: MEMBER });

    expect(await directory.identify({ user: "U0MIA", team: "T0ACME" })).toMatchObject({ known: false });
  });

  test("is asked of Slack again after a minute, not before", async () => {
    const { directory, clock, asked } = stage({ U0MIA: MEMBER });

    for (const ms of [0, 59_000, 2_000]) {
      clock.advance(ms);
      await directory.identify(MIA);
    }

    expect(asked).toEqual(["U0MIA", "U0MIA"]);
  });

  test("is asked of Slack once for many clicks at the same moment", async () => {
    const { directory, asked } = stage({ U0MIA: MEMBER });

    await Promise.all(Array.from({ length: 50 }, () => directory.identify(MIA)));

    expect(asked).toEqual(["U0MIA"]);
  });

  test("P6 · is asked of Slack itself for a decision, once for many clicks at the same moment", async () => {
    const { directory, asked } = stage({ U0MIA: MEMBER });
    await directory.identify(MIA);

    await Promise.all(Array.from({ length: 50 }, () => directory.identify(MIA, { fresh: true })));
    await directory.recordOf("mia", { fresh: true });

    expect(asked).toEqual(["U0MIA", "U0MIA", "U0MIA"]);
  });

  test("is not guessed while Slack is silent", async () => {
    const { directory, asked } = stage({ U0MIA: new WebAPIPlatformError({ ok: false, error: "internal_error" }) });

    expect(await directory.identify(MIA)).toEqual({ known: false, why: "slackSilent" });
    await directory.identify(MIA);
    expect(asked).toHaveLength(2);
  });

  test("P7 · is known without a policy when they hold something that can end", async () => {
    const { directory, people, store } = stage({ U0MIA: MEMBER }, { policyReadable: false });
    await store.commit({
      writes: [{ kind: "grant", expected: null, next: SAMPLE_GRANTS.active }],
      tellings: [],
      rows: [],
    });
    await people.save({
      person: "mia",
      slackKey: "T0HOME/U0MIA",
      active: true,
      guest: false,
      external: false,
      readAt: NOON,
    });

    expect(await directory.identify(MIA)).toMatchObject({ known: true, record: { person: "mia" } });
  });
});

test("people with open business are read again and again: askers, grantees, who approved; others are not", async () => {
  const { directory, people, store, clock } = stage({
    U0MIA: MEMBER,
    U0ADA: { ...MEMBER, id: "U0ADA" },
    U0MAX: { ...MEMBER, id: "U0MAX", deleted: true },
  });
  const writes = [
    { kind: "grant", expected: null, next: SAMPLE_GRANTS.active },
    { kind: "request", expected: null, next: sampleRequest({ id: "bbbbbbbbbb", asker: "max" }) },
  ] as const;
  await store.commit({ writes, tellings: [], rows: [] });

  clock.advance(60_000);
  await directory.refreshPeople();

  const read = await Promise.all(["mia", "ada", "max", "ben"].map((person) => people.record(person)));
  expect(read.map((record) => record?.readAt ?? null)).toEqual([NOON + 60_000, NOON + 60_000, NOON + 60_000, null]);
  expect(read[2]?.active).toBe(false);
});
