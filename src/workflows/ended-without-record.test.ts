import { expect, test } from "vitest";
import { activateOn, createFakeBench, type FakeBench } from "../../test/fakes/fake-bench.ts";
import { createMemoryStore } from "../../test/fakes/memory-store.ts";
import { reconcile } from "./reconcile.ts";

const whats = ({ rows }: { rows: readonly { readonly what: string }[] }) => rows.map(({ what }) => what);

/** A bench that loses all records as soon as the cluster has refused all of one, and what it has afterwards. */
function losingAtTheProof(bench: FakeBench) {
  const after = createMemoryStore();
  let now: FakeBench["store"] = bench.store;
  const store: FakeBench["store"] = new Proxy(bench.store, { get: (_, name) => Reflect.get(now, name) });
  const end: FakeBench["clusters"]["end"] = async (access, last) => {
    const refused = await bench.clusters.end(access, last);
    now = after;
    return refused;
  };
  return { after, bench: { ...bench, store, clusters: { ...bench.clusters, end } } };
}

test("P10 · the ledger says that a pass ended whose record was lost between its ending and the proof of that", async () => {
  const stage = createFakeBench();
  const { id, request, end } = await activateOn(stage);
  const { bench, after } = losingAtTheProof(stage);
  stage.clock.set(end);

  await reconcile(bench, { kind: "grant", id });

  expect(whats(stage.store)).toContain("ending");
  expect(after.rows).toMatchObject([{ what: "endedWithoutRecord", grant: id, request, detail: { refusedAt: end } }]);
});

test("a pass that another worker ended first is not said to have ended without a record", async () => {
  const stage = createFakeBench();
  const { id, end } = await activateOn(stage);
  stage.clock.set(end);

  await Promise.all([1, 2].map(() => reconcile(stage, { kind: "grant", id })));

  expect(whats(stage.store).filter((what) => what.startsWith("ended"))).toEqual(["ended"]);
});
