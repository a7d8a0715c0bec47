import { describe, expect, test } from "vitest";
import { atTheEnd, away, held, ring } from "../../test/fakes/at-the-end.ts";
import { createFakeBench, type FakeBench, loadGrant } from "../../test/fakes/fake-bench.ts";
import { createMemoryStore } from "../../test/fakes/memory-store.ts";
import type { Bench } from "./bench.ts";
import type { Ref, Store } from "./ports.ts";
import { reconcile } from "./reconcile.ts";
import { endWhateverIsKnown } from "./sweep.ts";
import { ClusterTrouble } from "./trouble.ts";

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
