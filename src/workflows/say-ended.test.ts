import { expect, test } from "vitest";
import { away } from "../../test/fakes/at-the-end.ts";
import { activateOn, createFakeBench, type FakeBench, loadGrant } from "../../test/fakes/fake-bench.ts";
import { createMemoryStore } from "../../test/fakes/memory-store.ts";
import { endNow } from "./make-grant.ts";
import type { Ref } from "./ports.ts";
import { reconcile, save } from "./reconcile.ts";
import { endOnTime, endWhateverIsKnown } from "./sweep.ts";

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

test.each([1, 2])(
  "P10 · a pass whose record was lost just then ends by the one that is there after %i looks",
  async (looks) => {
    const stage = createFakeBench();
    const { id, end } = await activateOn(stage);
    const rebuilt = { ...(await loadGrant(stage, id)), version: 1 };
    const { bench, after } = losingAtTheProof(stage);
    const load = after.grant;
    let looked = 0;
    after.grant = async (asked) => {
      const found = await load(asked);
      looked += 1;
      if (looked === looks) {
        await after.commit({ writes: [{ kind: "grant", expected: null, next: rebuilt }], tellings: [], rows: [] });
      }
      return found;
    };
    stage.clock.set(end);

    await reconcile(bench, { kind: "grant", id });

    expect((await load(id))?.state).toBe("ended");
    expect(whats(after).filter((what) => what.startsWith("ended"))).toEqual(["ended"]);
  },
);

/** A store that is away until it is back, empty. */
function awayThenEmpty(bench: FakeBench, isRead: boolean) {
  const after = createMemoryStore();
  let isAway = true;
  const store: FakeBench["store"] = new Proxy(bench.store, {
    get: (target, name) => {
      if (!isAway) return Reflect.get(after, name);
      return isRead && name !== "commit" ? Reflect.get(target, name) : away;
    },
  });
  const comeBack = () => {
    isAway = false;
  };
  return { after, comeBack, bench: { ...bench, store } };
}

const look = (bench: FakeBench) => (ref: Ref) => reconcile(bench, ref);
const ring = (bench: FakeBench, id: string) => {
  const { access } = bench.alarms.waiting().get(id) ?? expect.fail("no alarm is set");
  bench.alarms.forget(id);
  return endOnTime(bench, look(bench), access);
};

test.each([
  ["its alarm took it while Redis was away", false, (bench: FakeBench, id: string) => ring(bench, id)],
  [
    "its alarm took it while Redis could be read and not written",
    true,
    (bench: FakeBench, id: string) => ring(bench, id),
  ],
  [
    "its wake took it while Redis could be read and not written",
    true,
    (bench: FakeBench, id: string) => reconcile(bench, { kind: "grant", id }).catch(() => undefined),
  ],
])("P10 · the ledger says when a pass ended, where %s and came back empty", async (_, isRead, take) => {
  const stage = createFakeBench();
  const { id, end } = await activateOn(stage);
  const { bench, after, comeBack } = awayThenEmpty(stage, isRead);
  if (isRead) await save(stage, await loadGrant(stage, id), endNow("expired", null, end));
  stage.clock.set(end);
  await take(bench, id);
  expect(stage.clusters.cluster("prod").grants.size).toBe(0);

  stage.clock.advance(15_000);
  await ring(bench, id);
  comeBack();
  stage.clock.advance(15_000);
  await ring(bench, id);

  const rows = [{ what: "endedWithoutRecord", grant: id, at: end + 30_000, detail: { refusedAt: end } }];
  expect(after.rows).toMatchObject(rows);
  expect([bench.alarms.waiting().size, bench.leftovers.size]).toEqual([0, 0]);
});

test("what the ledger says of its end already is not said again", async () => {
  const stage = createFakeBench();
  const { id, end } = await activateOn(stage);
  const store = createMemoryStore();
  stage.clock.set(end);

  await ring({ ...stage, store, endings: { ...stage.endings, isOver: async () => true } }, id);

  expect(store.rows).toEqual([]);
  expect([stage.alarms.waiting().size, stage.leftovers.size]).toEqual([0, 0]);
});

test("two tries of one worker at one moment say it once", async () => {
  const stage = createFakeBench();
  const access = await activateOn(stage);
  const bench = { ...stage, store: createMemoryStore() };
  stage.clock.set(access.end);

  await Promise.all([1, 2].map(() => endWhateverIsKnown(bench, look(bench), access)));

  expect(whats(bench.store)).toEqual(["endedWithoutRecord"]);
});

test("what is there again while only its word was owed is taken again", async () => {
  const stage = createFakeBench();
  const access = await activateOn(stage);
  const { grants } = stage.clusters.cluster("prod");
  const there = [...grants];
  const { bench } = awayThenEmpty(stage, false);
  stage.clock.set(access.end);
  await ring(bench, access.id);
  for (const [name, objects] of there) grants.set(name, objects);

  await endWhateverIsKnown(bench, look(bench), access);

  expect(grants.size).toBe(0);
});

test("a pass that another worker ended first is not said to have ended without a record", async () => {
  const stage = createFakeBench();
  const { id, end } = await activateOn(stage);
  stage.clock.set(end);

  await Promise.all([1, 2].map(() => reconcile(stage, { kind: "grant", id })));

  expect(whats(stage.store).filter((what) => what.startsWith("ended"))).toEqual(["ended"]);
});
