import { WebAPIPlatformError } from "@slack/web-api";
import { describe, expect, test } from "vitest";
import { type Staged, stageDirectory } from "../../test/fakes/directory-stage.ts";
import { NOON, POLICY_INPUT, SAMPLE_GRANTS, sampleRecord, sampleRequest } from "../../test/fakes/samples.ts";

const MEMBER = { id: "U0MIA", team_id: "T0HOME" };
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
    const { directory, people } = stageDirectory({ U0MIA: { ...MEMBER, ...fields } });

    const found = await directory.identify(MIA);

    const record = sampleRecord("mia", expected);
    expect(found).toEqual({ known: true, record });
    expect(await people.record("mia")).toEqual(record);
  });

  test("P6 · the same user id from another team is somebody else", async () => {
    const { directory } = stageDirectory({ U0MIA: { ...MEMBER, team_id: "T0ACME" } });

    expect(await directory.identify({ user: "U0MIA", team: "T0ACME" })).toEqual({
      ...{ known: false, why: "stranger", slackKey: "T0ACME/U0MIA" },
    });
  });

  test("P6 · a payload that puts somebody in another team than Slack's directory is not believed", async () => {
    const { directory } = stageDirectory({ U0MIA: MEMBER });

    expect(await directory.identify({ user: "U0MIA", team: "T0ACME" })).toMatchObject({ known: false });
  });

  test("is asked of Slack again after a minute, not before", async () => {
    const { directory, clock, asked } = stageDirectory({ U0MIA: MEMBER });

    for (const ms of [0, 59_000, 2_000]) {
      clock.advance(ms);
      await directory.identify(MIA);
    }

    expect(asked).toEqual(["U0MIA", "U0MIA"]);
  });

  test("is asked of Slack once for many clicks at the same moment", async () => {
    const { directory, asked } = stageDirectory({ U0MIA: MEMBER });

    await Promise.all(Array.from({ length: 50 }, () => directory.identify(MIA)));

    expect(asked).toEqual(["U0MIA"]);
  });

  test("P6 · is asked of Slack itself for a decision, once for many clicks at the same moment", async () => {
    const { directory, asked } = stageDirectory({ U0MIA: MEMBER });
    await directory.identify(MIA);

    await Promise.all(Array.from({ length: 50 }, () => directory.identify(MIA, { fresh: true })));
    await directory.recordOf("mia", { fresh: true });

    expect(asked).toEqual(["U0MIA", "U0MIA", "U0MIA"]);
  });

  test("is not guessed while Slack is silent", async () => {
    const { directory, asked } = stageDirectory({
      U0MIA: new WebAPIPlatformError({ ok: false, error: "internal_error" }),
    });

    expect(await directory.identify(MIA)).toEqual({ known: false, why: "slackSilent" });
    await directory.identify(MIA);
    expect(asked).toHaveLength(2);
  });

  test("P7 · is known without a policy when they hold something that can end", async () => {
    const { directory, people, store } = stageDirectory({ U0MIA: MEMBER }, { policyReadable: false });
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
    const { directory, people } = stageDirectory({ U0OLGA: broken });
    await people.save(stored);

    expect(await directory.identifyForEnding(who)).toEqual({ known: true, record: stored });
    expect(await directory.identify(who)).toEqual({ known: false, why: "slackSilent" });
  });

  test("P7 · waits for Slack no longer than a second", async () => {
    const { directory, people } = stageDirectory({ U0OLGA: "hangs" });
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
    const { directory, people } = stageDirectory({ U0OLGA: broken });
    if (record !== null) await people.save(record);

    expect(await directory.identifyForEnding({ user: "U0OLGA", team })).toEqual({ known: false, why: "slackSilent" });
  });

  test("is who Slack says they are when it says so", async () => {
    const { directory, people } = stageDirectory({ U0OLGA: { ...MEMBER, id: "U0OLGA", deleted: true } });
    await people.save(stored);

    const found = await directory.identifyForEnding({ user: "U0OLGA", team: null });

    expect(found).toMatchObject({ known: true, record: { person: "olga", active: false, readAt: NOON } });
  });

  test("P7 · is known by what they hold when the policy no longer names them", async () => {
    const { directory, people, store } = stageDirectory({ U0ZOE: { ...MEMBER, id: "U0ZOE" } });
    const next = { ...SAMPLE_GRANTS.active, grantee: "zoe" };
    await store.commit({ writes: [{ kind: "grant", expected: null, next }], tellings: [], rows: [] });
    await people.save({ ...stored, person: "zoe", slackKey: "T0HOME/U0ZOE" });

    expect(await directory.identifyForEnding({ user: "U0ZOE", team: "T0HOME" })).toMatchObject({
      record: { person: "zoe" },
    });
    expect(await directory.identify({ user: "U0ZOE", team: "T0HOME" })).toMatchObject({ known: false });
  });
});

describe("P7 · an account that asked for what is not over, and whose id is another account's by now", () => {
  const NEW = "T0HOME/U0ANEW";
  const FORMER = { person: "mia", slackKey: "T0HOME/U0MIA", active: true, isFormer: true };
  const relinked = { people: { ...POLICY_INPUT.people, mia: { ...POLICY_INPUT.people.mia, slack: NEW } } };
  const stage = async (told: object | Error, staged: Staged = { policy: relinked }) => {
    const parts = stageDirectory({ U0MIA: told, U0ANEW: { ...MEMBER, id: "U0ANEW" } }, staged);
    const next = { ...SAMPLE_GRANTS.active, account: "T0HOME/U0MIA" };
    await parts.store.commit({ writes: [{ kind: "grant", expected: null, next }], tellings: [], rows: [] });
    return parts;
  };

  test("is known to end that, before and after the other one was read, and nobody's record becomes of it", async () => {
    const { directory, people } = await stage(MEMBER);
    await people.save(sampleRecord("mia"));

    expect(await directory.identifyForEnding(MIA)).toMatchObject({ known: true, record: FORMER });
    await directory.refreshPeople();
    expect(await directory.identifyForEnding(MIA)).toMatchObject({ known: true, record: FORMER });
    expect(await people.record("mia")).toMatchObject({ slackKey: NEW });
    expect(await directory.identify(MIA)).toMatchObject({ known: false });
  });

  test("is known so while no policy can be read", async () => {
    const { directory, people } = await stage(MEMBER, { policyReadable: false });
    await people.save(sampleRecord("mia", { slackKey: NEW }));

    expect(await directory.identifyForEnding(MIA)).toMatchObject({ known: true, record: FORMER });
  });

  test("is known so by what was last stored while Slack says nothing", async () => {
    const { directory, people } = await stage(new WebAPIPlatformError({ ok: false, error: "internal_error" }));
    await people.save(sampleRecord("mia"));

    expect(await directory.identifyForEnding(MIA)).toMatchObject({ known: true, record: FORMER });
  });

  test("is what Slack says it is, and of no other team", async () => {
    const { directory } = await stage({ ...MEMBER, deleted: true });

    expect(await directory.identifyForEnding(MIA)).toMatchObject({ record: { ...FORMER, active: false } });
    expect(await directory.identifyForEnding({ user: "U0MIA", team: "T0ACME" })).toMatchObject({ known: false });
  });
});

test.each([
  [{ guest_expiration_ts: 1_790_000_000 }, 1_790_000_000_000],
  [{ guest_expiration_ts: 0 }, null],
  [{}, null],
])("a guest's own expiry is known where Slack tells it: %o", async (profile, expiresAt) => {
  const { directory } = stageDirectory({ U0MIA: { ...MEMBER, is_restricted: true, profile } });

  expect(await directory.identify(MIA)).toMatchObject({ record: { guest: true, expiresAt } });
});

test("people with open business are read again and again: askers, grantees, who approved; others are not", async () => {
  const { directory, people, store, clock } = stageDirectory({
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
