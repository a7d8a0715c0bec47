import { describe, expect, test } from "vitest";
import { activateOn, approveOn, createFakeBench, type FakeBench, loadGrant } from "../../test/fakes/fake-bench.ts";
import { createMemoryStore } from "../../test/fakes/memory-store.ts";
import { askFor } from "../../test/fakes/sample-asking.ts";
import { NOON } from "../../test/fakes/samples.ts";
import type { Bench } from "./bench.ts";
import { heed } from "./heed.ts";
import type { Ref } from "./ports.ts";
import { reconcile, save } from "./reconcile.ts";
import { endOnTime, publishFacts, sweepCluster, sweepStore } from "./sweep.ts";

const GRACE_MS = 2000;
/** One tick of everything, as the worker does it. */
async function sweep(bench: Bench): Promise<void> {
  const look = (ref: Ref) => reconcile(bench, ref);
  await Promise.all([
    sweepStore(bench, { look, check: async () => undefined }),
    ...bench.clusters.ids.map((cluster) => sweepCluster(bench, look, cluster)),
  ]);
}
const failuresOf = (bench: FakeBench) => bench.events.failures.map(({ what }) => what);

describe("a sweep finds what a lost wake forgot:", () => {
  test("an approved grant is made", async () => {
    const bench = createFakeBench();
    const { id } = await approveOn(bench);
    bench.clock.advance(GRACE_MS);

    await sweep(bench);

    expect(await loadGrant(bench, id)).toMatchObject({ state: "active" });
  });

  test("P1 · a grant past its end is ended, since its end", async () => {
    const bench = createFakeBench();
    const { id, end } = await activateOn(bench);
    bench.clock.set(end + GRACE_MS);

    await sweep(bench);

    expect(await loadGrant(bench, id)).toMatchObject({ state: "ended", ending: { why: "expired", since: end } });
    expect(bench.clusters.cluster("prod").grants.size).toBe(0);
  });

  test("P7 · an ending that began by a clock an hour ahead is not left for an hour", async () => {
    const bench = createFakeBench();
    const { id } = await activateOn(bench);
    const grant = await loadGrant(bench, id);
    const ending = { why: "revoked", by: "olga", words: null, since: bench.clock.now() + 3_600_000 } as const;
    await save(bench, grant, { type: "end", ending });
    bench.clock.advance(GRACE_MS);

    await sweep(bench);

    expect(await loadGrant(bench, id)).toMatchObject({ state: "ended" });
  });

  test("a request that nobody answered lapses", async () => {
    const bench = createFakeBench();
    const { id, lapsesAt } = await askFor(bench);
    bench.clock.set(lapsesAt + GRACE_MS);

    await sweep(bench);

    expect(await bench.store.request(id)).toMatchObject({ state: "lapsed" });
  });

  test("wakes have the first go: in the first two seconds it leaves everything alone", async () => {
    const bench = createFakeBench();
    const { id, end } = await activateOn(bench);
    bench.clock.set(end - 1);
    await reconcile(bench, { kind: "grant", id });
    bench.clock.set(end + GRACE_MS - 1);

    await sweep(bench);

    expect(await loadGrant(bench, id)).toMatchObject({ state: "active" });
  });

  test("nothing is touched before its end", async () => {
    const bench = createFakeBench();
    const grant = await activateOn(bench);
    const request = await askFor(bench, { seed: "view V2", namespaces: ["ledger"] });
    bench.clock.advance(60_000);

    await sweep(bench);

    expect(await loadGrant(bench, grant.id)).toEqual(grant);
    expect(await bench.store.request(request.id)).toEqual(request);
    expect(bench.clusters.cluster("prod").grants.size).toBe(1);
  });
});

describe("the cluster's own objects are swept too:", () => {
  test("P11 · access whose record is lost ends at its end", async () => {
    const bench = createFakeBench();
    const { end } = await activateOn(bench);
    const empty = { ...bench, store: createMemoryStore() };

    bench.clock.set(end - 1);
    await sweep(empty);
    expect(bench.clusters.cluster("prod").grants.size).toBe(1);
    bench.clock.set(end + GRACE_MS);
    await sweep(empty);

    expect(bench.clusters.cluster("prod").grants.size).toBe(0);
  });

  test("P10 · the ledger says that access ended whose record is lost", async () => {
    const bench = createFakeBench();
    const { id, request, end, namespaces } = await activateOn(bench);
    const empty = { ...bench, store: createMemoryStore() };
    bench.clock.set(end + GRACE_MS);

    await sweep(empty);

    const detail = { cluster: "prod", namespaces, end, refusedAt: end + GRACE_MS };
    const row = { at: end + GRACE_MS, what: "endedWithoutRecord", by: null, request, grant: id, detail };
    expect(empty.store.rows).toEqual([row]);
    expect(bench.alarms.waiting().size).toBe(0);
  });

  test("P10 · what the ledger could not be told of such access is told with the next try, 15 s later", async () => {
    const bench = createFakeBench();
    const { id, end } = await activateOn(bench);
    const empty = { ...bench, store: createMemoryStore() };
    const full = () => Promise.reject(new Error("OOM command not allowed"));
    bench.clock.set(end + GRACE_MS);

    await sweep({ ...empty, store: { ...empty.store, commit: full } });

    expect(bench.clusters.cluster("prod").grants.size).toBe(0);
    expect(failuresOf(bench)).toEqual(["ending not written down"]);
    expect(bench.pager.owed().size).toBe(0);
    const again = bench.alarms.waiting().get(id);
    expect(again).toMatchObject({ afterMs: GRACE_MS + 15_000 });
    // The cluster tells of what was taken, and there is no record still.
    await heed(empty, async () => undefined, "prod", { what: "changed", grant: id });
    expect(bench.alarms.waiting().size).toBe(1);
    await endOnTime(empty, async () => undefined, again?.access ?? expect.fail("no alarm is set"));
    expect(empty.store.rows).toMatchObject([{ what: "endedWithoutRecord", grant: id }]);
    expect(bench.alarms.waiting().size).toBe(0);
  });

  test("nothing of the kind is said of access whose record ended, or cannot be asked for", async () => {
    const bench = createFakeBench();
    const access = await activateOn(bench);
    const away = () => Promise.reject(new Error("redis away"));
    bench.clock.set(access.end + GRACE_MS);
    await endOnTime({ ...bench, store: { ...bench.store, grant: away } }, async () => undefined, access);
    await sweep(bench);

    await endOnTime(bench, async () => undefined, { ...access, end: access.end - 60_000 });

    expect(bench.store.rows.filter(({ what }) => what === "endedWithoutRecord")).toEqual([]);
  });

  test("P7 · access ends at its end while the store cannot be reached", async () => {
    const bench = createFakeBench();
    const { end } = await activateOn(bench);
    const away = () => Promise.reject(new Error("redis away"));
    bench.clock.set(end + GRACE_MS);

    await sweep({ ...bench, store: { ...bench.store, grant: away, due: away, commit: away } });

    expect(bench.clusters.cluster("prod").grants.size).toBe(0);
    expect(failuresOf(bench)).toEqual(["sweep of the store failed"]);
  });

  test("P7 · access ends at its end while the store can be read but not written", async () => {
    const bench = createFakeBench();
    const { end } = await activateOn(bench);
    const full = () => Promise.reject(new Error("OOM command not allowed"));
    bench.clock.set(end + GRACE_MS);

    await sweep({ ...bench, store: { ...bench.store, commit: full } });

    expect(bench.clusters.cluster("prod").grants.size).toBe(0);
  });

  test("access that came back after its record had ended is taken away at its end", async () => {
    const bench = createFakeBench();
    const { id, end } = await activateOn(bench);
    const held = bench.clusters.cluster("prod").grants;
    const back = new Map(held);
    bench.clock.set(end + GRACE_MS);
    await sweep(bench);
    for (const [name, grant] of back) held.set(name, grant);

    await sweep(bench);

    expect(held.size).toBe(0);
    expect(bench.events.happenings).toContainEqual({ what: "leftover ended", fields: { grant: id, cluster: "prod" } });
  });
});

describe("one part in trouble does not hold up another:", () => {
  test("P12 · a silent cluster leaves the other clusters and the requests to be swept", async () => {
    const bench = createFakeBench();
    const { end } = await activateOn(bench);
    const request = await askFor(bench, { seed: "view V2", namespaces: ["ledger"] });
    bench.clusters.cluster("dev").silent = true;
    bench.clock.set(end + GRACE_MS);

    await sweep(bench);

    expect(bench.clusters.cluster("prod").grants.size).toBe(0);
    expect(await bench.store.request(request.id)).toMatchObject({ state: "lapsed" });
    expect(failuresOf(bench)).toEqual(["sweep of a cluster failed"]);
  });

  test("a grant whose cluster is silent is tried with every sweep until it answers", async () => {
    const bench = createFakeBench();
    const { id, end } = await activateOn(bench);
    bench.clusters.cluster("prod").silent = true;
    bench.clock.set(end + GRACE_MS);
    for (let i = 0; i < 3; i++) await sweep(bench);
    expect(await loadGrant(bench, id)).toMatchObject({ state: "ending" });

    bench.clusters.cluster("prod").silent = false;
    await sweep(bench);

    expect(await loadGrant(bench, id)).toMatchObject({ state: "ended" });
  });
});

describe("what the bot may show", () => {
  test("is read from every cluster", async () => {
    const bench = createFakeBench();
    bench.clock.advance(5000);

    await publishFacts(bench);

    expect(await bench.facts.of("dev")).toMatchObject({
      readAt: NOON + 5000,
      namespaces: ["ledger", "payments", "web"],
    });
  });

  test("P12 · a silent cluster leaves its former facts, and the others' fresh", async () => {
    const bench = createFakeBench();
    bench.clusters.cluster("dev").silent = true;
    bench.clock.advance(5000);

    await publishFacts(bench);

    expect(await bench.facts.of("dev")).toBeNull();
    expect(await bench.facts.of("prod")).toMatchObject({ readAt: NOON + 5000 });
    expect(failuresOf(bench)).toEqual(["facts not read"]);
  });
});
