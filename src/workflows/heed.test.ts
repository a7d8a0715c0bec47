import { describe, expect, test } from "vitest";
import { activateOn, approveOn, createFakeBench, type FakeBench, loadGrant } from "../../test/fakes/fake-bench.ts";
import { createMemoryStore } from "../../test/fakes/memory-store.ts";
import { sampleRecord } from "../../test/fakes/samples.ts";
import type { Bench } from "./bench.ts";
import { endGrant } from "./end-early.ts";
import { heed } from "./heed.ts";
import type { News, Ref } from "./ports.ts";
import { reconcile } from "./reconcile.ts";
import { ClusterTrouble, StoreUnavailable } from "./trouble.ts";

type List = Extract<News, { what: "list" }>;

/** What the cluster says it holds, as a worker that begins to follow it hears it. */
async function listOf(bench: Bench): Promise<List> {
  const heard: News[] = [];
  await bench.clusters.follow("prod", (news) => heard.push(news)).stop();
  const [list] = heard;
  if (list?.what !== "list") throw new Error("no list was heard");
  return list;
}

function hear(bench: Bench, news: News): Promise<readonly News[]> {
  return heed(bench, (ref: Ref) => reconcile(bench, ref), "prod", news);
}

/** A worker that knows nothing but what its cluster says. */
const withoutRecords = (bench: FakeBench): FakeBench => ({ ...bench, store: createMemoryStore() });
const madeFrom = (list: List): News => {
  const [one] = list.all;
  if (one === undefined) throw new Error("the list is empty");
  return { what: "made", held: one.held };
};

describe("of a cluster that is followed", () => {
  test("every grant gets an alarm within the second after its end, which its own worker has set for the end itself", async () => {
    const bench = createFakeBench();
    const { id } = await activateOn(bench);
    const other = { ...bench, alarms: createFakeBench().alarms };

    await hear(other, await listOf(bench));
    await hear(bench, await listOf(bench));

    expect(other.alarms.waiting().get(id)?.afterMs).toBe(600);
    expect(bench.alarms.waiting().get(id)?.afterMs).toBe(0);
  });

  test("P7 · a grant that is made while the store cannot be asked gets its alarm all the same", async () => {
    const bench = createFakeBench();
    await activateOn(bench);
    const { alarms } = createFakeBench();
    const grant = async () => {
      throw new StoreUnavailable("nothing", "down");
    };

    await hear({ ...bench, alarms, store: { ...bench.store, grant } }, madeFrom(await listOf(bench)));

    expect([...alarms.waiting().values()].map(({ afterMs }) => afterMs)).toEqual([600]);
  });

  test("what is as it should be is left alone", async () => {
    const bench = createFakeBench();
    const { id } = await activateOn(bench);
    const before = await loadGrant(bench, id);

    await hear(bench, await listOf(bench));
    await hear(bench, { what: "changed", grant: id });

    expect(await loadGrant(bench, id)).toEqual(before);
  });

  test("what is not Daypass's business any more is forgotten: an ended grant rings no alarm", async () => {
    const bench = createFakeBench();
    const { id } = await activateOn(bench);
    await endGrant(bench, { by: sampleRecord("olga"), grant: id, words: null });
    await reconcile(bench, { kind: "grant", id });
    bench.alarms.set({ id, cluster: "prod", namespaces: ["payments"], end: bench.clock.now() + 60_000 }, 1000);

    await hear(bench, { what: "changed", grant: id });

    expect(bench.alarms.waiting().size).toBe(0);
  });
});

describe("P11 · a record that is lost is written anew from the cluster:", () => {
  test("who, what, where, until when and by whose leave are what they were", async () => {
    const bench = createFakeBench();
    const { id } = await activateOn(bench);
    const made = await loadGrant(bench, id);
    // Neither the count of its changes nor the Slack account that asked is in the cluster.
    const { version: _, decidedAt: __, warned: ___, account: ____, ...known } = { warned: false, ...made };
    const empty = withoutRecords(bench);

    await hear(empty, await listOf(bench));

    expect(await loadGrant(empty, id)).toMatchObject({ ...known, deliveries: [], activeAt: expect.any(Number) });
    expect(empty.alarms.waiting().has(id)).toBe(true);
    expect(empty.waker.waiting().map(({ ref }) => ref.id)).toContain(id);
  });

  test("P1 · until then its alarm stays, whatever is changed of it meanwhile", async () => {
    const bench = createFakeBench();
    const { id } = await activateOn(bench);
    const before = bench.alarms.waiting().get(id);

    await hear(withoutRecords(bench), { what: "changed", grant: id });

    expect(bench.alarms.waiting().get(id)).toEqual(before);
    expect(before).toBeDefined();
  });

  test.each(["policy", "breakGlass"] as const)(
    "by whose leave is told where nobody approved it, too: %s",
    async (kind) => {
      const bench = createFakeBench();
      await activateOn(bench);
      const [listed] = (await listOf(bench)).all;
      if (listed === undefined) throw new Error("the cluster holds nothing");
      const decidedBy = { kind, people: kind === "policy" ? [] : ["mia"] };
      const empty = withoutRecords(bench);

      await hear(empty, { what: "made", held: { ...listed.held, decidedBy } });

      expect(await loadGrant(empty, listed.held.id)).toMatchObject({ state: "active", decidedBy, startsAt: null });
    },
  );

  test("and counts against what its person asks for again", async () => {
    const bench = createFakeBench();
    const { id } = await activateOn(bench);
    const empty = withoutRecords(bench);

    await hear(empty, await listOf(bench));

    expect((await empty.store.history("mia"))?.held).toEqual([id]);
  });

  test("on-call hears how many, once for all replicas, and the ledger remembers each", async () => {
    const bench = createFakeBench();
    await activateOn(bench);
    const empty = withoutRecords(bench);
    const list = await listOf(bench);

    await hear(empty, list);
    await hear(empty, list);

    expect(empty.store.tellings.filter(({ tell }) => tell.kind === "rebuilt")).toEqual([
      expect.objectContaining({ lane: "C0ONCALL", urgent: true, tell: { kind: "rebuilt", grants: 1 } }),
    ]);
    expect(empty.store.rows.map(({ what }) => what)).toContain("rebuilt");
  });

  test("on-call may end it then like every other", async () => {
    const bench = createFakeBench();
    const { id } = await activateOn(bench);
    const empty = withoutRecords(bench);
    await hear(empty, madeFrom(await listOf(bench)));

    await endGrant(empty, { by: sampleRecord("olga"), grant: id, words: "incident" });
    await reconcile(empty, { kind: "grant", id });

    expect(await loadGrant(empty, id)).toMatchObject({ state: "ended", ending: { why: "revoked" } });
    expect(bench.clusters.cluster("prod").grants.size).toBe(0);
  });

  test("P7 · one that was being revoked comes back as that, with its reason, and ends", async () => {
    const bench = createFakeBench();
    const { id } = await activateOn(bench);
    const list = await listOf(bench);
    await endGrant(bench, { by: sampleRecord("olga"), grant: id, words: "laptop stolen" });
    bench.clusters.cluster("prod").silent = true;
    await expect(reconcile(bench, { kind: "grant", id })).rejects.toThrow("does not answer");
    const empty = withoutRecords(bench);
    bench.clusters.cluster("prod").silent = false;

    await hear(empty, list);

    expect(await loadGrant(empty, id)).toMatchObject({
      ...{ state: "ended", ending: { why: "revoked", by: "olga", words: "laptop stolen" } },
    });
    expect(bench.clusters.cluster("prod").grants.size).toBe(0);
  });

  test("P3 · what somebody read before the loss cannot be saved over it", async () => {
    const bench = createFakeBench();
    const { id } = await activateOn(bench);
    const empty = withoutRecords(bench);
    await hear(empty, await listOf(bench));
    const stale = { ...(await loadGrant(bench, id)), version: 2 };

    const saved = await empty.store.commit({
      writes: [{ kind: "grant", expected: 1, next: stale }],
      tellings: [],
      rows: [],
    });

    expect(saved).toBe("raced");
  });

  test("one whose end has come meanwhile is ended, not rebuilt", async () => {
    const bench = createFakeBench();
    const { id, end } = await activateOn(bench);
    const empty = withoutRecords(bench);
    const list = await listOf(bench);
    bench.clock.set(end);

    await hear(empty, list);

    expect(await empty.store.grant(id)).toBeNull();
    expect(bench.clusters.cluster("prod").grants.size).toBe(0);
  });
});

test("P7 · what was made after its ending, by a worker that died in mid-making, is taken back", async () => {
  const bench = createFakeBench();
  const approved = await approveOn(bench);
  await endGrant(bench, { by: sampleRecord("olga"), grant: approved.id, words: null });
  await reconcile(bench, { kind: "grant", id: approved.id });
  await bench.clusters.make(approved);

  await hear(bench, madeFrom(await listOf(bench)));

  expect(bench.clusters.cluster("prod").grants.size).toBe(0);
});

describe("in mid-life a grant ends, with the reason, when", () => {
  test("P9 · what its role allows is changed", async () => {
    const bench = createFakeBench();
    const { id } = await activateOn(bench);

    bench.clusters.cluster("prod").roles.set("daypass-profile-logs", "sha256:other");
    await hear(bench, { what: "changed", grant: id });

    expect(await loadGrant(bench, id)).toMatchObject({ state: "ended", ending: { why: "roleChanged", by: null } });
    expect(bench.clusters.cluster("prod").grants.size).toBe(0);
  });

  test("P9 · the same is only seen in a list", async () => {
    const bench = createFakeBench();
    const { id } = await activateOn(bench);

    bench.clusters.cluster("prod").roles.delete("daypass-profile-logs");
    await hear(bench, await listOf(bench));

    expect(await loadGrant(bench, id)).toMatchObject({ state: "ended", ending: { why: "roleChanged" } });
  });

  test("its AccessGrant is gone, which a list alone can show", async () => {
    const bench = createFakeBench();
    const { id } = await activateOn(bench);
    bench.clusters.cluster("prod").grants.clear();

    await hear(bench, await listOf(bench));

    expect(await loadGrant(bench, id)).toMatchObject({ state: "ended", ending: { why: "changedByHand" } });
  });

  test("a binding is removed by hand; while it is still being made, that is nobody's damage", async () => {
    const bench = createFakeBench();
    const making = await approveOn(bench);
    await hear(bench, { what: "changed", grant: making.id });
    expect(await loadGrant(bench, making.id)).toMatchObject({ state: "making" });

    await reconcile(bench, { kind: "grant", id: making.id });
    for (const { bindings } of bench.clusters.cluster("prod").grants.values()) bindings.clear();
    await hear(bench, { what: "changed", grant: making.id });

    expect(await loadGrant(bench, making.id)).toMatchObject({ state: "ended", ending: { why: "changedByHand" } });
  });
});

test("P12 · one grant that cannot be looked into does not keep the others of its list from being heeded", async () => {
  const bench = createFakeBench();
  const { id } = await activateOn(bench);
  const list = await listOf(bench);
  const [known] = list.all;
  if (known === undefined) throw new Error("the list is empty");
  const inspect: Bench["clusters"]["inspect"] = async () => {
    throw new ClusterTrouble("prod", "prod does not answer");
  };
  const empty = { ...withoutRecords(bench), clusters: { ...bench.clusters, inspect } };
  const other = { ...known.held, id: "zzzzzzzzzza" };

  await hear(empty, { what: "list", all: [known, { held: other, damage: null }] });

  expect(await empty.store.grant(id)).toMatchObject({ state: "active" });
  expect(await empty.store.grant(other.id)).toMatchObject({ state: "active" });
  expect(empty.events.failures.map(({ what }) => what)).toContain("not heeded");
});
