/** What is heard while it cannot be heeded is to be heard again; heed-list.test.ts has what is heeded. */
import { describe, expect, test } from "vitest";
import { activateOn, approveOn, createFakeBench, type FakeBench, loadGrant } from "../../test/fakes/fake-bench.ts";
import { createMemoryStore } from "../../test/fakes/memory-store.ts";
import { askFor, clickOn } from "../../test/fakes/sample-asking.ts";
import { NOON, sampleRecord } from "../../test/fakes/samples.ts";
import { decide } from "./access.ts";
import { endGrant } from "./end-early.ts";
import { type Grant, transitionGrant } from "./grant.ts";
import { heed } from "./heed.ts";
import type { Clusters, News } from "./ports.ts";
import { reconcile } from "./reconcile.ts";
import { ClusterTrouble } from "./trouble.ts";

/** A bench on which a grant is active and is looked into in such a way, with what its cluster says of it. */
async function inUse(inspect: Clusters["inspect"]) {
  const fresh = createFakeBench();
  const grant = await activateOn(fresh);
  const [found] = [...fresh.clusters.cluster("prod").grants.values()];
  if (found === undefined) throw new Error("the cluster holds nothing");
  const bench: FakeBench = { ...fresh, clusters: { ...fresh.clusters, inspect } };
  return { bench, grant, held: found.held };
}

function hear(bench: FakeBench, news: News): Promise<readonly News[]> {
  return heed(bench, async () => {}, "prod", news);
}

test("P9 · damage of which a list told while its cluster cannot be asked is still to be heeded, and what is missing in it", async () => {
  const { bench, grant, held } = await inUse(async () => {
    throw new ClusterTrouble("prod", "prod does not answer");
  });
  const damage = { why: "roleChanged", words: "it can do more" } as const;

  const ofDamage = await hear(bench, { what: "list", all: [{ held, damage }] });
  const ofMissing = await hear(bench, { what: "list", all: [] });

  expect(ofDamage).toEqual([
    { what: "made", held },
    { what: "changed", grant: grant.id },
  ]);
  expect(ofMissing).toEqual([{ what: "changed", grant: grant.id }]);
});

test("what fails for any other reason is left to the next list", async () => {
  const { bench, grant } = await inUse(async () => {
    throw new TypeError("it is our own fault");
  });

  expect(await hear(bench, { what: "changed", grant: grant.id })).toEqual([]);
  expect(await hear(bench, { what: "list", all: [] })).toEqual([]);
  expect(bench.events.failures).toMatchObject([{ what: "not heeded" }, { what: "not heeded" }]);
});

test("P9 · what is changed while a pass is being made is heard again, as nobody may have seen it", async () => {
  const bench = createFakeBench();
  const grant = await approveOn(bench);
  const { id } = grant;
  const again = [{ what: "changed", grant: id }];

  expect(await hear(bench, { what: "changed", grant: id })).toEqual(again);
  expect(await hear(bench, { what: "list", all: [] })).toEqual(again);
  const held = { ...grant, madeAt: NOON };
  const damage = { why: "changedByHand", words: "it binds somebody else" } as const;
  expect(await hear(bench, { what: "list", all: [{ held, damage }] })).toEqual(again);
  expect(await hear(bench, { what: "list", all: [{ held, damage: null }] })).toEqual([]);
});

test("of a pass that begins later, nothing is heard again before its beginning", async () => {
  const bench = createFakeBench();
  const startsAt = NOON + 45 * 60_000;
  const request = await askFor(bench, { startsAt });
  await decide(bench, clickOn(request, { by: sampleRecord("ada") }));
  const id = `${request.id}a`;

  bench.clock.set(startsAt - 1);
  expect(await hear(bench, { what: "list", all: [] })).toEqual([]);
  expect(await hear(bench, { what: "changed", grant: id })).toEqual([]);
  bench.clock.set(startsAt);
  expect(await hear(bench, { what: "changed", grant: id })).toEqual([{ what: "changed", grant: id }]);
});

test("P3 · what arrives while its pass is being ended is heard again, as it may lie there behind the end", async () => {
  const { bench, grant, held } = await inUse(async () => null);
  await endGrant(bench, { by: sampleRecord("olga"), grant: grant.id, words: null });

  expect(await hear(bench, { what: "made", held })).toEqual([{ what: "made", held }]);
});

describe("P1, P7 · what lies there again behind the end of its revoked pass", () => {
  /** As a maker leaves it that was slow, and could not take it back; or a cluster whose etcd was restored. */
  async function leftOver() {
    const { bench, grant, held } = await inUse(async () => null);
    const prod = bench.clusters.cluster("prod");
    const [[name, objects] = []] = [...prod.grants];
    if (name === undefined || objects === undefined) throw new Error("the cluster holds nothing");
    await endGrant(bench, { by: sampleRecord("olga"), grant: grant.id, words: null });
    await reconcile(bench, { kind: "grant", id: grant.id });
    prod.grants.set(name, objects);
    const made = { what: "made", held } as const;
    return { bench, prod, made, list: { what: "list", all: [{ held, damage: null }] } as const };
  }

  test.each(["made", "list"] as const)("is taken at once, and heard of no more: %s", async (what) => {
    const { bench, prod, ...news } = await leftOver();

    expect(await hear(bench, news[what])).toEqual([]);

    expect(prod.grants.size).toBe(0);
  });

  test.each(["made", "list"] as const)("is heard again until it can be taken: %s", async (what) => {
    const { bench, prod, ...news } = await leftOver();
    prod.silent = true;

    let owed = await hear(bench, news[what]);
    // Every five seconds, as the ear does (src/jobs/followers.ts).
    for (let tries = 0; tries < 5; tries++) {
      bench.clock.advance(5_000);
      expect(owed).toMatchObject([news.made]);
      owed = await hear(bench, { ...news.made, isAgain: true });
    }
    expect(prod.grants.size).toBe(1);
    prod.silent = false;

    expect(await hear(bench, { ...news.made, isAgain: true })).toEqual([]);
    expect(prod.grants.size).toBe(0);
  });

  test("is heard again where its record is lost and its end has come", async () => {
    const { bench, prod, made } = await leftOver();
    bench.clock.set(made.held.end);
    prod.silent = true;

    expect(await hear({ ...bench, store: createMemoryStore() }, made)).toEqual([made]);
  });
});

test("what was heeded is heeded no more", async () => {
  const { bench, grant, held } = await inUse(async () => null);
  const changed = { what: "changed", grant: grant.id } as const;

  expect(await hear(bench, changed)).toEqual([]);
  expect(await hear(bench, { what: "made", held })).toEqual([]);
  bench.clock.set(grant.end);
  expect(await hear(bench, changed)).toEqual([]);
  await endGrant(bench, { by: sampleRecord("olga"), grant: grant.id, words: null });
  expect(await hear(bench, changed)).toEqual([]);
});

test("what nobody remembers is remembered again, and heard no more", async () => {
  const { held } = await inUse(async () => null);
  const bench = createFakeBench();

  expect(await hear(bench, { what: "made", held })).toEqual([]);

  expect(await loadGrant(bench, held.id)).toMatchObject({ end: held.end });
  expect(bench.events.failures).toEqual([]);
});

test("P9 · what is damaged ends, though a delivery is saved in the moment in between", async () => {
  const { bench, grant } = await inUse(async () => ({ why: "changedByHand", words: "a binding was changed by hand" }));
  let races = 1;
  const commit: FakeBench["store"]["commit"] = async (one) => {
    if (races-- > 0) {
      const next = transitionGrant(grant, { type: "delivery", at: NOON }) as Grant;
      const writes = [{ kind: "grant", expected: grant.version, next }] as const;
      await bench.store.commit({ writes, tellings: [], rows: [] });
    }
    return bench.store.commit(one);
  };

  const heard = await hear({ ...bench, store: { ...bench.store, commit } }, { what: "changed", grant: grant.id });

  expect(heard).toEqual([]);
  expect(await loadGrant(bench, grant.id)).toMatchObject({
    ...{ state: "ending", ending: { why: "changedByHand" }, deliveries: [{ n: 1 }] },
  });
});
