/** What is heard while the store is away is to be heard again, and what ends by itself ends all the same. */
import { describe, expect, test } from "vitest";
import { activateOn, createFakeBench, type FakeBench } from "../../test/fakes/fake-bench.ts";
import { createMemoryStore } from "../../test/fakes/memory-store.ts";
import { heed } from "./heed.ts";
import type { Held, News, Ref } from "./ports.ts";
import { endOnTime } from "./sweep.ts";
import { StoreUnavailable } from "./trouble.ts";

/** A bench on which a grant is active, with what its cluster says of it, and what was ended there since. */
async function inUse() {
  const fresh = createFakeBench();
  const grant = await activateOn(fresh);
  const [found] = [...fresh.clusters.cluster("prod").grants.values()];
  if (found === undefined) throw new Error("the cluster holds nothing");
  const ended: (readonly [string, number])[] = [];
  const end: FakeBench["clusters"]["end"] = (access, last) => {
    ended.push([access.id, last]);
    return fresh.clusters.end(access, last);
  };
  return { bench: { ...fresh, clusters: { ...fresh.clusters, end } }, grant, held: found.held, ended };
}

const left = async (_: Ref) => {};
const hear = (bench: FakeBench, news: News) => heed(bench, left, "prod", news);
const listed = (...all: Held[]): News => ({ what: "list", all: all.map((held) => ({ held, damage: null })) });

const away = async (): Promise<never> => {
  throw new StoreUnavailable("nothing", "down");
};

describe("P7 · while the store cannot be asked", () => {
  test.each(["list", "made", "changed"] as const)("that nothing could be done is said: %s", async (what) => {
    const { bench, grant, held } = await inUse();
    const news = { list: listed(held), made: { what, held }, changed: { what, grant: grant.id } }[what] as News;
    const alarms = createFakeBench().alarms;

    const owed = await hear({ ...bench, alarms, store: { ...bench.store, live: away, grant: away } }, news);

    expect(owed).toEqual([news]);
    expect(bench.events.failures).toMatchObject([{ what: "not heeded", fields: { cluster: "prod", news: what } }]);
    expect([...alarms.waiting().values()].map(({ afterMs }) => afterMs)).toEqual(what === "changed" ? [] : [600]);
  });

  test("a grant's alarm rings once, however often what was said of it is heard again", async () => {
    const { bench: stage, held, ended } = await inUse();
    const bench = { ...stage, store: { ...stage.store, live: away, grant: away } };
    const ring = async () => {
      if (!bench.alarms.waiting().has(held.id)) return;
      bench.alarms.forget(held.id);
      await endOnTime(bench, left, held);
    };

    let owed = [...(await hear(bench, listed(held))), ...(await hear(bench, { what: "made", held }))];
    bench.clock.set(held.end + 600);
    await ring();
    for (let again = 0; again < 10; again++) {
      bench.clock.advance(5_000);
      owed = (await Promise.all(owed.map((news) => hear(bench, { ...news, isAgain: true })))).flat();
      await ring();
    }

    expect(owed).toHaveLength(2);
    expect(ended).toEqual([[held.id, 0]]);
  });

  test("a grant whose end came long ago is ended as soon as it is heard of", async () => {
    const { bench, held } = await inUse();
    const alarms = createFakeBench().alarms;
    bench.clock.set(held.end + 3_600_000);

    await hear({ ...bench, alarms, store: { ...bench.store, live: away } }, listed(held));

    expect([...alarms.waiting().keys()]).toEqual([held.id]);
  });

  test("of a list each grant is told by itself", async () => {
    const { bench, held } = await inUse();
    const store = { ...createMemoryStore(), grant: away };

    const owed = await hear({ ...bench, store }, listed(held));

    expect(owed).toEqual([{ what: "made", held }]);
    expect(bench.events.failures).toMatchObject([{ what: "not heeded", fields: { grant: held.id, cluster: "prod" } }]);
  });
});
