import { WebAPIPlatformError, WebAPIRateLimitedError, type WebClient } from "@slack/web-api";
import { describe, expect, test } from "vitest";
import { createFakeClock } from "../../test/fakes/fake-clock.ts";
import { createMemoryPeople } from "../../test/fakes/memory-records.ts";
import { createMemoryStore } from "../../test/fakes/memory-store.ts";
import { NOON, POLICY_INPUT, SAMPLE_GRANTS, sampleForce, sampleRecord, sampleRequest } from "../../test/fakes/samples.ts";
import { createSlackDirectory } from "./slack-directory.ts";

const MEMBER = { id: "U0MIA", team_id: "T0HOME" };

interface Staged {
  readonly policyReadable?: boolean;
  readonly policy?: Record<string, unknown>;
  /** Who is in which user group, or what Slack says instead. */
  readonly groups?: Record<string, readonly string[] | Error>;
}

function stage(
  accounts: Readonly<Record<string, object | Error | "hangs">>,
  { policyReadable = true, policy = {}, groups = {} }: Staged = {},
) {
  const clock = createFakeClock(NOON);
  const people = createMemoryPeople();
  const store = createMemoryStore();
  const asked: string[] = [];
  const logged: string[] = [];
  const note = (message: string, fields: object = {}) => void logged.push(`${message} ${JSON.stringify(fields)}`);
  const log = { debug: note, info: note, warn: note, error: note };
  const info = async ({ user }: { user: string }) => {
    asked.push(user);
    const account = accounts[user] ?? new WebAPIPlatformError({ ok: false, error: "user_not_found" });
    if (account instanceof Error) throw account;
    if (account === "hangs") return new Promise<never>(() => undefined);
    return { ok: true, user: account };
  };
  const list = async ({ usergroup }: { usergroup: string }) => {
    asked.push(usergroup);
    const users = groups[usergroup] ?? new WebAPIPlatformError({ ok: false, error: "no_such_subteam" });
    if (users instanceof Error) throw users;
    return { ok: true, users };
  };
  const directory = createSlackDirectory({
    slack: { users: { info }, usergroups: { users: { list } } } as unknown as WebClient,
    home: () => ({ team: "T0HOME", enterprise: null }),
    policy: { current: () => (policyReadable ? sampleForce(policy) : null) },
    ...{ people, store, clock, log },
  });
  return { clock, people, store, asked, logged, directory };
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

    const record = sampleRecord("mia", expected);
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
    await people.save(sampleRecord("mia"));

    expect(await directory.identify(MIA)).toMatchObject({ known: true, record: { person: "mia" } });
  });
});

describe("who ends access", () => {
  const broken = new WebAPIPlatformError({ ok: false, error: "internal_error" });
  const stored = sampleRecord("olga", { readAt: 5 });

  test.each([
    ["a command", { user: "U0OLGA", team: null }],
    ["a button", { user: "U0OLGA", team: "T0HOME" }],
  ])("P7 · is who Slack last said they are, however long ago, while Slack says nothing: %s", async (_, who) => {
    const { directory, people } = stage({ U0OLGA: broken });
    await people.save(stored);

    expect(await directory.identifyForEnding(who)).toEqual({ known: true, record: stored });
    expect(await directory.identify(who)).toEqual({ known: false, why: "slackSilent" });
  });

  test("P7 · waits for Slack no longer than a second", async () => {
    const { directory, people } = stage({ U0OLGA: "hangs" });
    await people.save(stored);
    const began = performance.now();

    expect(await directory.identifyForEnding({ user: "U0OLGA", team: null })).toMatchObject({ known: true });
    expect(performance.now() - began).toBeLessThan(1_200);
  });

  test.each([
    ["nothing is stored of them", null, "T0HOME"],
    ["the same user id is stored for another team", { ...stored, slackKey: "T0ACME/U0OLGA" }, "T0HOME"],
    ["they come from another team than what is stored", stored, "T0ACME"],
  ])("P6 · is nobody when Slack says nothing and %s", async (_, record, team) => {
    const { directory, people } = stage({ U0OLGA: broken });
    if (record !== null) await people.save(record);

    expect(await directory.identifyForEnding({ user: "U0OLGA", team })).toEqual({ known: false, why: "slackSilent" });
  });

  test("is who Slack says they are when it says so", async () => {
    const { directory, people } = stage({ U0OLGA: { ...MEMBER, id: "U0OLGA", deleted: true } });
    await people.save(stored);

    const found = await directory.identifyForEnding({ user: "U0OLGA", team: null });

    expect(found).toMatchObject({ known: true, record: { person: "olga", active: false, readAt: NOON } });
  });

  test("P7 · is known by what they hold when the policy no longer names them", async () => {
    const { directory, people, store } = stage({ U0ZOE: { ...MEMBER, id: "U0ZOE" } });
    const next = { ...SAMPLE_GRANTS.active, grantee: "zoe" };
    await store.commit({ writes: [{ kind: "grant", expected: null, next }], tellings: [], rows: [] });
    await people.save({ ...stored, person: "zoe", slackKey: "T0HOME/U0ZOE" });

    expect(await directory.identifyForEnding({ user: "U0ZOE", team: "T0HOME" })).toMatchObject({
      record: { person: "zoe" },
    });
    expect(await directory.identify({ user: "U0ZOE", team: "T0HOME" })).toMatchObject({ known: false });
  });
});

describe("which user groups somebody is in", () => {
  const grouped = {
    groups: {
      ...POLICY_INPUT.groups,
      "payments-approvers": { ...POLICY_INPUT.groups["payments-approvers"], slackGroups: ["S0PAY", "S0SEC"] },
    },
  };
  const limited = new WebAPIRateLimitedError(30);

  test("P6 · is read with who they are, for a decision from Slack itself, and else no older than a minute", async () => {
    const groups = { S0PAY: ["U0MIA", "U0ADA"], S0SEC: ["U0ADA"] };
    const { directory, asked, clock } = stage({ U0MIA: MEMBER }, { policy: grouped, groups });
    const inGroups = async (fresh: boolean) => {
      const found = await directory.identify(MIA, { fresh });
      return found.known ? found.record.slackGroups : null;
    };

    expect(await inGroups(false)).toEqual(["S0PAY"]);
    groups.S0SEC = ["U0MIA"];
    groups.S0PAY = [];
    expect(await inGroups(false)).toEqual(["S0PAY"]);
    expect(await inGroups(true)).toEqual(["S0SEC"]);
    clock.advance(61_000);
    await inGroups(false);
    expect(asked.filter((one) => one === "S0PAY")).toHaveLength(3);
  });

  test("P6 · is what Slack said within the last minute where it was asked too often, and nothing older", async () => {
    const groups: Record<string, readonly string[] | Error> = { S0PAY: ["U0MIA"], S0SEC: [] };
    const { directory, clock } = stage({ U0MIA: MEMBER }, { policy: grouped, groups });
    await directory.identify(MIA);
    groups.S0PAY = limited;

    clock.advance(30_000);
    const soon = await directory.identify(MIA, { fresh: true });
    clock.advance(31_000);
    const late = await directory.identify(MIA, { fresh: true });

    expect(soon).toMatchObject({ known: true, record: { slackGroups: ["S0PAY"], readAt: NOON } });
    expect(late).toEqual({ known: false, why: "slackSilent" });
  });

  test("P6 · is none where Slack does not show us the group, and the log says what to do", async () => {
    const missing = new WebAPIPlatformError({ ok: false, error: "missing_scope" });
    const { directory, logged } = stage({ U0MIA: MEMBER }, { policy: grouped, groups: { S0PAY: missing } });

    expect(await directory.identify(MIA)).toMatchObject({ known: true, record: { slackGroups: [] } });
    expect(logged.join()).toMatch(/S0PAY.*install the app anew.*S0SEC.*correct the id/);
  });

  test("P7 · is what was last stored for an ending while Slack does not say, and is not stored as new", async () => {
    const { directory, people } = stage({ U0OLGA: { ...MEMBER, id: "U0OLGA" } }, { policy: grouped, groups: { S0PAY: limited } });
    const stored = sampleRecord("olga", { slackGroups: ["S0PAY"], readAt: 5 });
    await people.save(stored);

    const found = await directory.identifyForEnding({ user: "U0OLGA", team: null });

    expect(found).toMatchObject({ known: true, record: { person: "olga", slackGroups: ["S0PAY"] } });
    expect(await people.record("olga")).toEqual(stored);
  });
});

describe("who comes from another organisation's Slack", () => {
  const kim = { id: "U0MIA", team_id: "T0ACME" };
  const linked = (slackTeam: string | undefined) => ({
    companies: { acme: { ...POLICY_INPUT.companies.acme, ...(slackTeam === undefined ? {} : { slackTeam }) } },
    people: {
      ...POLICY_INPUT.people,
      mia: { ...POLICY_INPUT.people.mia, slack: "T0ACME/U0MIA" },
      // With an employee there, the policy itself finds nothing odd in a contractor from there.
      ben: { ...POLICY_INPUT.people.ben, slack: "T0ACME/U0BEN" },
    },
  });
  const who = { user: "U0MIA", team: "T0ACME" };

  test("P6 · is known where that is their own company's", async () => {
    const { directory } = stage({ U0MIA: kim }, { policy: linked("T0ACME") });

    expect(await directory.identify(who)).toMatchObject({ known: true, record: { person: "mia", external: true } });
  });

  test.each([undefined, "T0OTHER"])("P6 · is a stranger where their company's is %s, and inactive to the worker", async (team) => {
    const { directory, people } = stage({ U0MIA: kim }, { policy: linked(team) });

    expect(await directory.identify(who)).toMatchObject({ known: false, why: "stranger" });
    expect(await directory.recordOf("mia")).toMatchObject({ active: false });
    expect(await people.record("mia")).toMatchObject({ active: false });
  });
});

test.each([
  [{ guest_expiration_ts: 1_790_000_000 }, 1_790_000_000_000],
  [{ guest_expiration_ts: 0 }, null],
  [{}, null],
])("a guest's own expiry is known where Slack tells it: %o", async (profile, expiresAt) => {
  const { directory } = stage({ U0MIA: { ...MEMBER, is_restricted: true, profile } });

  expect(await directory.identify(MIA)).toMatchObject({ record: { guest: true, expiresAt } });
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
