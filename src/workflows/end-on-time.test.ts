import { describe, expect, test } from "vitest";
import { activateOn, createFakeBench, type FakeBench, loadGrant } from "../../test/fakes/fake-bench.ts";
import { createMemoryStore } from "../../test/fakes/memory-store.ts";
import { sampleRecord } from "../../test/fakes/samples.ts";
import type { Bench } from "./bench.ts";
import { endGrant } from "./end-early.ts";
import type { Access, Ref, Store } from "./ports.ts";
import { reconcile } from "./reconcile.ts";
import { endOnTime, endWhateverIsKnown } from "./sweep.ts";
import { ClusterTrouble, StoreUnavailable } from "./trouble.ts";

const ring = (bench: Bench, access: Access) => endOnTime(bench, (ref: Ref) => reconcile(bench, ref), access);
const held = (bench: FakeBench) => bench.clusters.cluster("prod").grants.size;

/** A bench with an active grant whose end is now. */
async function atTheEnd() {
  const bench = createFakeBench();
  const grant = await activateOn(bench);
  bench.clock.set(grant.end);
  return { bench, grant };
}

const away = async (): Promise<never> => {
  throw new StoreUnavailable("nothing", "no connection");
};

describe("P1 · an alarm that rings at a grant's end", () => {
  test("ends it, and its record says so", async () => {
    const { bench, grant } = await atTheEnd();

    await ring(bench, grant);

    expect(await loadGrant(bench, grant.id)).toMatchObject({ state: "ended", ending: { why: "expired" } });
    expect(held(bench)).toBe(0);
  });

  test("ends it with the store away", async () => {
    const { bench, grant } = await atTheEnd();
    const store: Store = { ...bench.store, grant: away, request: away, commit: away, due: away, live: away };

    await ring({ ...bench, store }, grant);

    expect(held(bench)).toBe(0);
  });

  test("ends it with its record lost, or where nothing more can be written", async () => {
    for (const lose of [
      (bench: FakeBench): Store => ({ ...bench.store, commit: away }),
      (): Store => createMemoryStore(),
    ]) {
      const { bench, grant } = await atTheEnd();

      await ring({ ...bench, store: lose(bench) }, grant);

      expect(held(bench)).toBe(0);
    }
  });

  test("takes the bindings before it asks the store for anything", async () => {
    const { bench, grant } = await atTheEnd();
    const order: string[] = [];
    const clusters: Bench["clusters"] = { ...bench.clusters, cut: async () => void order.push("cut") };
    const store: Store = {
      ...bench.store,
      grant: (id) => {
        order.push("asked");
        return bench.store.grant(id);
      },
    };

    await ring({ ...bench, clusters, store }, grant);

    expect(order.slice(0, 2)).toEqual(["cut", "asked"]);
  });

  test("asks the cluster nothing more where another worker has ended it", async () => {
    const { bench, grant } = await atTheEnd();
    await reconcile(bench, { kind: "grant", id: grant.id });
    const end = async (): Promise<never> => {
      throw new Error("it was asked");
    };

    await ring({ ...bench, clusters: { ...bench.clusters, end } }, grant);

    expect(bench.events.failures).toEqual([]);
  });
});

describe("what is overdue by a minute", () => {
  const silent: Bench["clusters"]["end"] = async () => {
    throw new ClusterTrouble("prod", "prod does not answer", { silent: true });
  };

  test("P7 · is debt: paged with its cause, told to on-call once, and settled when it has ended", async () => {
    const { bench, grant } = await atTheEnd();
    const broken = { ...bench, clusters: { ...bench.clusters, end: silent } };
    await ring(broken, grant);
    expect(bench.pager.owed().size).toBe(0);

    bench.clock.advance(60_000);
    for (let i = 0; i < 3; i++) await ring(broken, grant);

    const debt = { grant: grant.id, cluster: "prod", since: grant.end, words: "prod does not answer" };
    expect([...bench.pager.owed().values()]).toEqual([debt]);
    expect(await loadGrant(bench, grant.id)).toMatchObject({
      ...{ state: "ending", paged: { at: grant.end + 60_000, words: "prod does not answer" } },
    });
    expect(bench.store.tellings.filter(({ tell }) => tell.kind === "overdue")).toHaveLength(1);

    await ring(bench, grant);

    expect(bench.pager.owed().size).toBe(0);
    expect(await loadGrant(bench, grant.id)).toMatchObject({ state: "ended" });
    expect(bench.store.tellings.filter(({ tell }) => tell.kind === "overdue")).toHaveLength(2);
  });

  test("P7 · is ended though nothing can be written any more, and told to approvers where on-call is not known", async () => {
    const { bench, grant } = await atTheEnd();
    await ring({ ...bench, clusters: { ...bench.clusters, end: silent } }, grant);
    bench.clock.advance(60_000);
    await expect(
      reconcile({ ...bench, store: { ...bench.store, commit: away } }, { kind: "grant", id: grant.id }),
    ).rejects.toThrow();
    expect(held(bench)).toBe(0);

    const other = await atTheEnd();
    other.bench.setPolicy(null);
    other.bench.clock.advance(60_000);
    await ring({ ...other.bench, clusters: { ...other.bench.clusters, end: silent } }, other.grant);
    expect(other.bench.store.tellings.filter(({ tell }) => tell.kind === "overdue")).toMatchObject([
      { lane: "C0PAYMENTS" },
    ]);
  });

  test("P7 · is paged with the store away too", async () => {
    const { bench, grant } = await atTheEnd();
    const store: Store = { ...bench.store, grant: away, commit: away };
    bench.clock.advance(60_000);

    await ring({ ...bench, store, clusters: { ...bench.clusters, end: silent } }, grant);

    expect([...bench.pager.owed().keys()]).toEqual([grant.id]);
  });

  test("P7 · is tried again every 15 s by its alarm where its record cannot be asked, and by its wake alone where it can", async () => {
    const { bench, grant } = await atTheEnd();
    const alarms = createFakeBench().alarms;
    const broken = { ...bench, alarms, clusters: { ...bench.clusters, end: silent } };
    const late = 3_600_000;
    bench.clock.advance(late);

    await ring({ ...broken, store: { ...bench.store, grant: away } }, grant);
    expect([...alarms.waiting().values()].map(({ afterMs }) => afterMs)).toEqual([late + 15_000]);
    alarms.forget(grant.id);
    await ring(broken, grant);

    expect(alarms.waiting().size).toBe(0);
  });
});

test("what is found past its end is taken by way of its record, which is all that is to be done", async () => {
  const { bench, grant } = await atTheEnd();

  const isTaken = await endWhateverIsKnown(bench, (ref: Ref) => reconcile(bench, ref), grant);

  expect(isTaken).toBe(true);
  expect(await loadGrant(bench, grant.id)).toMatchObject({ state: "ended" });
  expect(bench.events.happenings.map(({ what }) => what)).not.toContain("leftover ended");
});

describe("what is there though its record says that it ended", () => {
  /** A pass that was revoked a minute after it began, or ended at its end, and all of which is there again. */
  async function leftOver(how: "revoked" | "expired") {
    const bench = createFakeBench();
    const grant = await activateOn(bench);
    const prod = bench.clusters.cluster("prod");
    const there = [...prod.grants];
    if (how === "revoked") {
      bench.clock.advance(60_000);
      await endGrant(bench, { by: sampleRecord("olga"), grant: grant.id, words: null });
    } else {
      bench.clock.set(grant.end + 300);
    }
    await reconcile(bench, { kind: "grant", id: grant.id });
    for (const [name, objects] of there) prod.grants.set(name, objects);
    return { bench, grant, prod, alarms: bench.alarms };
  }
  const find = (bench: Bench, access: Access) => endWhateverIsKnown(bench, (ref: Ref) => reconcile(bench, ref), access);

  test("P1, P7 · is tried again every 15 s by its alarm, be it before its end", async () => {
    const { bench, grant, prod, alarms } = await leftOver("revoked");
    prod.silent = true;
    expect(await find(bench, grant)).toBe(false);

    for (let tries = 0; tries < 3; tries++) {
      const rings = grant.end + (alarms.waiting().get(grant.id)?.afterMs ?? Number.NaN);
      expect(rings - bench.clock.now()).toBe(15_000);
      bench.clock.set(rings);
      alarms.forget(grant.id);
      await ring(bench, grant);
    }
    prod.silent = false;
    await ring(bench, grant);

    expect(held(bench)).toBe(0);
    expect(alarms.waiting().size).toBe(0);
    expect(await find(bench, grant)).toBe(true);
  });

  test.each([-1, 0, 14_999, 15_000])(
    "an alarm that rings %i ms after the end takes all of what is known to be left over, and else its bindings alone",
    async (afterMs) => {
      for (const isKnown of [true, false]) {
        const { bench, grant, prod } = await leftOver("revoked");
        const bindings = () => [...prod.grants.values()].flatMap((objects) => [...objects.bindings]);
        prod.silent = isKnown;
        if (isKnown) await find(bench, grant);
        prod.silent = false;
        bench.clock.set(grant.end + afterMs);

        await ring(bench, grant);

        expect([held(bench), bindings()]).toEqual([isKnown ? 0 : 1, []]);
      }
    },
  );

  test("P7 · where its record could not be asked, it is known no more once that was looked at", async () => {
    const { bench, grant } = await atTheEnd();
    bench.clusters.cluster("prod").silent = true;
    await find({ ...bench, store: { ...bench.store, grant: away } }, grant);
    expect([...bench.leftovers]).toEqual([[grant.id, "prod does not answer"]]);

    expect(await endWhateverIsKnown(bench, async () => {}, grant)).toBe(true);

    expect(bench.leftovers.size).toBe(0);
  });

  test("an ending that its record knows of is none", async () => {
    const { bench, grant } = await atTheEnd();
    bench.clusters.cluster("prod").silent = true;

    expect(await find(bench, grant)).toBe(false);

    expect(bench.leftovers.size).toBe(0);
  });

  test.each(["revoked", "expired"] as const)(
    "P7 · is paged a minute after it ought to have been over, which was when it ended or its end: %s",
    async (how) => {
      const { bench, grant, prod } = await leftOver(how);
      const since = how === "revoked" ? bench.clock.now() : grant.end;
      prod.silent = true;

      bench.clock.set(since + 59_999);
      await find(bench, grant);
      expect([...bench.pager.owed().values()]).toEqual([]);
      bench.clock.set(since + 60_000);
      await find(bench, grant);

      const debt = { grant: grant.id, cluster: "prod", since, words: "prod does not answer" };
      expect([...bench.pager.owed().values()]).toEqual([debt]);

      prod.silent = false;
      await find(bench, grant);
      expect(bench.pager.owed().size).toBe(0);
    },
  );
});
