import { describe, expect, test } from "vitest";
import { activateOn, createFakeBench, type FakeBench } from "../../test/fakes/fake-bench.ts";
import { createMemoryStore } from "../../test/fakes/memory-store.ts";
import { NOON, SAMPLE_FACTS } from "../../test/fakes/samples.ts";
import type { ClusterFacts, Ref } from "./ports.ts";
import { reconcile } from "./reconcile.ts";
import { endOnTime, endWhateverIsKnown, publishFacts, sweepCluster, sweepStore } from "./sweep.ts";
import { ClusterTrouble, NotYet } from "./trouble.ts";

const left = async () => {};
const fails = (cause: Error) => async (): Promise<never> => {
  throw cause;
};
const REF = { kind: "grant", id: "aaaaaaaaaaa" } as const;
const ACCESS = { id: "aaaaaaaaaaa", end: NOON, cluster: "prod", namespaces: ["payments"] };

/** A bench whose clusters do as told, with what is known of a grant whose end is now. */
function benchWith(clusters: Partial<FakeBench["clusters"]>): FakeBench {
  const bench = createFakeBench();
  return { ...bench, store: createMemoryStore(), clusters: { ...bench.clusters, ...clusters } };
}

describe("what failed is said with where:", () => {
  test("a sweep of the store, and of a cluster", async () => {
    const cause = new Error("away");
    const bench = benchWith({ overdue: fails(cause) });

    await sweepStore({ ...bench, store: { ...bench.store, due: fails(cause) } }, { look: left, check: left });
    await sweepCluster(bench, left, "prod");

    expect(bench.events.failures).toEqual([
      { what: "sweep of the store failed", fields: {}, cause },
      { what: "sweep of a cluster failed", fields: { cluster: "prod" }, cause },
    ]);
  });

  test("a look, but for what is only to be tried again", async () => {
    const cause = new Error("no answer");
    const bench = createFakeBench();
    const store = { ...bench.store, due: async () => [REF] };

    await sweepStore({ ...bench, store }, { look: fails(new NotYet("the policy cannot be read")), check: left });
    await sweepStore({ ...bench, store }, { look: fails(cause), check: left });

    expect(bench.events.failures).toEqual([{ what: "not settled", fields: REF, cause }]);
  });

  test("a cut at the end, after which it is ended all the same", async () => {
    const cause = new ClusterTrouble("prod", "prod does not answer");
    const bench = benchWith({ cut: fails(cause) });

    await endOnTime(bench, left, ACCESS);

    const fields = { grant: ACCESS.id, cluster: "prod" };
    expect(bench.events.failures).toEqual([{ what: "not cut at the end", fields, cause }]);
    expect(bench.events.happenings).toEqual([{ what: "leftover ended", fields }]);
  });

  test("what may not be read of a cluster that was read, by name, and not again until that changes", async () => {
    const NONE = { ...SAMPLE_FACTS, cluster: "dev" };
    const BOTH = { ...NONE, unread: ["ledger", "web"] };
    const ONE = { ...NONE, unread: ["web"] };
    const cause = new Error(
      "the cluster answers 403: the worker's role must let it get each namespace that is open to it",
    );
    const failure = (namespaces: string) => ({
      ...{ what: "namespaces not read", fields: { cluster: "dev", namespaces }, cause },
    });
    let facts: ClusterFacts = BOTH;
    const bench = benchWith({ ids: ["dev"], facts: async () => facts });
    const said: number[] = [];

    for (const read of [BOTH, BOTH, ONE, ONE, NONE, NONE, ONE]) {
      facts = read;
      await publishFacts(bench);
      said.push(bench.events.failures.length);
      expect(await bench.facts.of("dev")).toEqual(read);
    }

    expect(said).toEqual([1, 1, 2, 2, 2, 2, 3]);
    expect(bench.events.failures).toEqual([failure("ledger web"), failure("web"), failure("web")]);
    expect(bench.events.happenings).toEqual([]);
  });

  test("a reading of facts", async () => {
    const cause = new Error("away");
    const bench = benchWith({ ids: ["prod"], facts: fails(cause) });

    await publishFacts(bench);

    expect(bench.events.failures).toEqual([{ what: "facts not read", fields: { cluster: "prod" }, cause }]);
  });
});

describe("of access that does not end", () => {
  test.each([
    ["what its cluster says", new ClusterTrouble("prod", "prod does not answer"), "prod does not answer"],
    ["that it cannot be asked, whatever else is wrong", new TypeError("x is undefined"), "prod cannot be asked"],
  ])("on-call hears after a minute, and not before: %s", async (_, cause, words) => {
    const bench = benchWith({ end: fails(cause) });
    const fields = { grant: ACCESS.id, cluster: "prod" };
    bench.clock.set(NOON + 59_999);

    await endWhateverIsKnown(bench, left, ACCESS);
    expect(bench.pager.owed().size).toBe(0);
    bench.clock.set(NOON + 60_000);
    await endWhateverIsKnown(bench, left, ACCESS);

    expect([...bench.pager.owed().values()]).toEqual([{ ...fields, since: NOON, words }]);
    expect(bench.events.failures).toEqual([{ what: "leftover not ended", fields, cause }]);
    expect(bench.events.happenings).toEqual([]);
  });

  test("once it has, it is no debt and rings no alarm", async () => {
    const bench = benchWith({});
    bench.alarms.set(ACCESS, 0);
    bench.pager.overdue({ grant: ACCESS.id, cluster: "prod", since: NOON, words: "silent" });

    await endWhateverIsKnown(bench, left, ACCESS);

    expect([bench.alarms.waiting().size, bench.pager.owed().size]).toEqual([0, 0]);
  });
});

test("access whose record lives is ended by that, and only where this fails without it", async () => {
  const bench = createFakeBench();
  const grant = await activateOn(bench);
  const ended: number[] = [];
  const end: FakeBench["clusters"]["end"] = async (_, last) => {
    ended.push(last);
    return { refused: true };
  };
  const looked: Ref[] = [];
  const clusters = { ...bench.clusters, end };

  await endWhateverIsKnown({ ...bench, clusters }, async (ref) => looked.push(ref), grant);
  expect([looked, ended]).toEqual([[{ kind: "grant", id: grant.id }], []]);
  await endWhateverIsKnown({ ...bench, clusters }, fails(new Error("no answer")), grant);

  expect(ended).toEqual([0]);
});

test("an alarm looks at the record once, and waits for the cut", async () => {
  const bench = createFakeBench();
  const grant = await activateOn(bench);
  bench.clock.set(grant.end);
  const cut = Promise.withResolvers<void>();
  let isOver = false;
  const clusters = { ...bench.clusters, cut: () => cut.promise };
  const ring = endOnTime({ ...bench, clusters }, (ref) => reconcile(bench, ref), grant).then(() => {
    isOver = true;
  });
  await expect.poll(async () => (await bench.store.grant(grant.id))?.state).toBe("ended");

  expect(isOver).toBe(false);
  cut.resolve();
  await ring;

  expect(isOver).toBe(true);
});

test("a clock that is off is said each time it is read, and once more when it is right again", async () => {
  const bench = createFakeBench();
  const read = async (skewMs: number) => {
    await publishFacts(benchOf(skewMs));
    return bench.events.happenings.length;
  };
  const benchOf = (skewMs: number): FakeBench => ({
    ...bench,
    clusters: { ...bench.clusters, ids: ["dev"], facts: async () => ({ ...SAMPLE_FACTS, cluster: "dev", skewMs }) },
  });

  const said = [await read(0), await read(0), await read(7), await read(0), await read(0)];

  expect(said).toEqual([0, 0, 1, 2, 2]);
  expect(bench.events.failures).toEqual([]);
  expect(bench.events.happenings).toEqual([
    { what: "clock skew", fields: { against: "dev", skewMs: 7 } },
    { what: "clock skew", fields: { against: "dev", skewMs: 0 } },
  ]);
});
