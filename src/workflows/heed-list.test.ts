import { describe, expect, test } from "vitest";
import { activateOn, approveOn, createFakeBench, type FakeBench, loadGrant } from "../../test/fakes/fake-bench.ts";
import { createMemoryStore } from "../../test/fakes/memory-store.ts";
import { NOON, sampleRecord } from "../../test/fakes/samples.ts";
import { endGrant } from "./end-early.ts";
import { heed } from "./heed.ts";
import type { Held, News, Ref } from "./ports.ts";
import { reconcile } from "./reconcile.ts";

/** A bench on which a grant is active, with what its cluster says of it, and what was asked of the cluster since. */
async function inUse() {
  const bench = createFakeBench();
  const grant = await activateOn(bench);
  const [found] = [...bench.clusters.cluster("prod").grants.values()];
  if (found === undefined) throw new Error("the cluster holds nothing");
  const { held } = found;
  const inspected: string[] = [];
  const ended: (readonly [string, number])[] = [];
  const clusters: FakeBench["clusters"] = {
    ...bench.clusters,
    inspect: (access) => {
      inspected.push(access.id);
      return bench.clusters.inspect(access);
    },
    end: (access, last) => {
      ended.push([access.id, last]);
      return bench.clusters.end(access, last);
    },
  };
  return { bench: { ...bench, clusters }, grant, held, inspected, ended };
}

type Stage = Awaited<ReturnType<typeof inUse>>;

function hear(bench: FakeBench, news: News, look = (ref: Ref): Promise<unknown> => reconcile(bench, ref)) {
  return heed(bench, look, "prod", news);
}

const left = async () => {};
const listed = (...all: Held[]): News => ({ what: "list", all: all.map((held) => ({ held, damage: null })) });
const rebuiltOf = ({ store }: FakeBench) => store.tellings.filter(({ tell }) => tell.kind === "rebuilt");
const withoutRecords = ({ bench }: Stage): FakeBench => ({ ...bench, store: createMemoryStore() });

describe("of a list", () => {
  test("what is as it should be is looked into no further, and nothing is told", async () => {
    const { bench, held, inspected } = await inUse();

    await hear(bench, listed(held));

    expect(inspected).toEqual([]);
    expect(rebuiltOf(bench)).toEqual([]);
    expect(bench.events.failures).toEqual([]);
  });

  test("what is missing there is looked into, and nothing of another cluster", async () => {
    const { bench, grant, inspected } = await inUse();

    await heed(bench, left, "dev", listed());
    expect(inspected).toEqual([]);
    await heed(bench, left, "prod", listed());

    expect(inspected).toEqual([grant.id]);
  });

  test("what was lost is told to on-call with how many, under one name in one minute", async () => {
    const stage = await inUse();
    const empty = withoutRecords(stage);
    empty.clock.set(NOON + 119_000);

    await hear(empty, listed(stage.held, { ...stage.held, id: "zzzzzzzzzza" }), left);

    expect(rebuiltOf(empty)).toEqual([
      {
        ...{ key: `rebuilt-prod-${NOON / 60_000 + 1}`, lane: "C0ONCALL", urgent: true },
        tell: { kind: "rebuilt", grants: 2 },
      },
    ]);
    expect(empty.store.rows.map(({ what }) => what)).toEqual(["rebuilt", "rebuilt", "ending"]);
    expect((await empty.store.history("mia"))?.held).toEqual([stage.held.id, "zzzzzzzzzza"]);
  });

  test("what was lost while the policy cannot be read is told to nobody, and is there again", async () => {
    const stage = await inUse();
    const empty = withoutRecords(stage);
    empty.setPolicy(null);

    await hear(empty, listed(stage.held), left);

    expect(empty.store.tellings).toEqual([]);
    expect(await loadGrant(empty, stage.held.id)).toMatchObject({ state: "active" });
    expect((await empty.store.history("mia"))?.held).toEqual([stage.held.id]);
  });

  test("what is not there because its end has come counts as nothing that was lost", async () => {
    const stage = await inUse();
    const empty = withoutRecords(stage);
    empty.clock.set(stage.held.end);

    await hear(empty, listed(stage.held), left);

    expect(stage.ended).toEqual([[stage.held.id, 0]]);
    expect(rebuiltOf(empty)).toEqual([]);
    expect(await empty.store.history("mia")).toBeNull();
  });
});

describe("P11 · what is written anew", () => {
  test("is all that the cluster says, and what nobody knows is as if it had been", async () => {
    const stage = await inUse();
    const empty = withoutRecords(stage);
    empty.clock.set(NOON + 1_999);
    const { madeAt, ...access } = stage.held;

    await hear(empty, { what: "made", held: stage.held }, left);

    expect(await loadGrant(empty, stage.held.id)).toEqual({
      ...{ ...access, version: NOON / 1000 + 1, decidedAt: madeAt, startsAt: null, extends: null },
      ...{ activeAt: madeAt, deliveries: [], state: "active", timerArmed: false, warned: true },
    });
    const { end, cluster, namespaces, profile, request } = stage.held;
    expect(empty.store.rows).toEqual([
      {
        ...{ at: NOON + 1_999, what: "rebuilt", by: null, request, grant: stage.held.id },
        detail: { end, cluster, namespaces, profile },
      },
    ]);
    expect(empty.events.happenings).toEqual(
      expect.arrayContaining([
        { what: "record rebuilt from its cluster", fields: { grant: stage.held.id, cluster: "prod" } },
      ]),
    );
  });

  test("is an ending where one was begun here, not paged yet", async () => {
    const stage = await inUse();
    const empty = withoutRecords(stage);
    const ending = { why: "revoked", by: "olga", words: "stolen", since: NOON } as const;
    empty.endings.begun(stage.held.id, ending);
    const { madeAt, ...access } = stage.held;

    await hear(empty, { what: "made", held: stage.held }, left);

    expect(await loadGrant(empty, stage.held.id)).toEqual({
      ...{ ...access, version: NOON / 1000, decidedAt: madeAt, startsAt: null, extends: null },
      ...{ activeAt: madeAt, deliveries: [], state: "ending", ending, paged: null },
    });
  });

  test("is in use where the ledger cannot be read, so that on-call can end it", async () => {
    const stage = await inUse();
    const empty = withoutRecords(stage);
    const endings = { ...empty.endings, of: () => Promise.reject(new Error("EIO")) };

    await hear({ ...empty, endings }, { what: "made", held: stage.held }, left);

    expect(await loadGrant(empty, stage.held.id)).toMatchObject({ state: "active" });
  });

  test("is looked at, and into, at once", async () => {
    const stage = await inUse();
    const empty = withoutRecords(stage);
    const looked: Ref[] = [];

    await hear(empty, { what: "made", held: stage.held }, async (ref) => looked.push(ref));

    expect(looked).toEqual([{ kind: "grant", id: stage.held.id }]);
    expect((await empty.store.history("mia"))?.held).toEqual([stage.held.id]);
    expect(stage.inspected).toEqual([stage.held.id]);
  });

  test("by another worker meanwhile is left to that one", async () => {
    const stage = await inUse();
    const empty = withoutRecords(stage);
    const looked: Ref[] = [];
    const store = { ...empty.store, commit: async () => "raced" as const };

    await hear({ ...empty, store }, { what: "made", held: stage.held }, async (ref) => looked.push(ref));

    expect([looked, stage.inspected]).toEqual([[], []]);
    expect(empty.events.happenings.map(({ what }) => what)).not.toContain("record rebuilt from its cluster");
    expect(empty.events.happenings.map(({ what }) => what)).not.toContain("passes not counted");
    expect(await empty.store.history("mia")).toBeNull();
  });
});

describe("what its record calls ended", () => {
  async function leftOver() {
    const stage = await inUse();
    const { bench, grant } = stage;
    await endGrant(bench, { by: sampleRecord("olga"), grant: grant.id, words: null });
    await reconcile(bench, { kind: "grant", id: grant.id });
    const over = await loadGrant(bench, grant.id);
    const deliveries = [{ n: 3, at: NOON, jti: "j" }];
    const store: FakeBench["store"] = { ...bench.store, grant: async () => ({ ...over, deliveries }) as typeof over };
    stage.ended.length = 0;
    return { ...stage, bench: { ...bench, store } };
  }

  test("ends with its last delivery, its alarm is forgotten, and it is said", async () => {
    const { bench, grant, held, ended } = await leftOver();
    const before = (await bench.store.history("mia"))?.held;

    await hear(bench, listed(held), left);

    expect(ended).toEqual([[grant.id, 3]]);
    expect(bench.alarms.waiting().size).toBe(0);
    expect(bench.events.happenings).toContainEqual({
      ...{ what: "leftover ended", fields: { grant: grant.id, cluster: "prod" } },
    });
    expect(rebuiltOf(bench)).toEqual([]);
    expect((await bench.store.history("mia"))?.held).toEqual(before);
  });

  test.each([
    ["its record does", null, [0, 0]],
    ["the ledger does where its record is lost, which leaves the alarm", true, [1, 0]],
    ["nobody does where its record is lost, which leaves both", false, [1, 1]],
  ] as const)(
    "P7 · a change closes its page and forgets its alarm by who says that it ended: %s",
    async (_, isOver, left) => {
      const stage = await leftOver();
      const endings = { ...stage.bench.endings, isOver: async () => isOver === true };
      const bench = isOver === null ? stage.bench : { ...withoutRecords(stage), endings };
      const { id, end } = stage.grant;
      bench.alarms.set({ id, cluster: "prod", namespaces: ["payments"], end }, 0);
      bench.pager.overdue({ grant: id, cluster: "prod", since: NOON, words: "silent" });

      await hear(bench, { what: "changed", grant: id });

      expect([bench.alarms.waiting().size, bench.pager.owed().size]).toEqual(left);
      expect(bench.events.failures).toEqual([]);
    },
  );
});

describe("after a change", () => {
  test("what lives keeps its alarm and its debt", async () => {
    const { bench, grant } = await inUse();
    bench.pager.overdue({ grant: grant.id, cluster: "prod", since: NOON, words: "silent" });

    await hear(bench, { what: "changed", grant: grant.id });

    expect([bench.alarms.waiting().size, bench.pager.owed().size]).toEqual([1, 1]);
  });

  test("what is in use is looked into until its end, and not from then on", async () => {
    const { bench, grant, inspected } = await inUse();
    bench.clock.set(grant.end);
    await hear(bench, { what: "changed", grant: grant.id });
    expect(inspected).toEqual([]);

    bench.clock.set(grant.end - 1);
    await hear(bench, { what: "changed", grant: grant.id });

    expect(inspected).toEqual([grant.id]);
  });

  test("what is still being made is not looked into", async () => {
    const bench = createFakeBench();
    const { id } = await approveOn(bench);
    const inspect = () => Promise.reject(new Error("it was looked into"));

    await hear({ ...bench, clusters: { ...bench.clusters, inspect } }, { what: "changed", grant: id });

    expect(bench.events.failures).toEqual([]);
  });

  test("what is damaged ends since now, with what is wrong, and it is said", async () => {
    const { bench, grant } = await inUse();
    bench.clusters.cluster("prod").roles.set(grant.role, "sha256:other");
    bench.clock.advance(5_000);
    const looked: Ref[] = [];

    await hear(bench, { what: "changed", grant: grant.id }, async (ref) => looked.push(ref));

    expect(looked).toEqual([{ kind: "grant", id: grant.id }]);

    const words = `what ${grant.role} allows in prod is not what was approved`;
    expect(await loadGrant(bench, grant.id)).toMatchObject({
      ending: { why: "roleChanged", by: null, words, since: NOON + 5_000 },
    });
    expect(bench.events.happenings).toContainEqual({
      ...{ what: "damaged in mid-life", fields: { grant: grant.id, cluster: "prod", why: "roleChanged" } },
    });
  });
});
