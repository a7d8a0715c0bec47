import { describe, expect, test } from "vitest";
import { activateOn, createFakeBench, type FakeBench, loadGrant, settle } from "../../test/fakes/fake-bench.ts";
import { MIA } from "../../test/fakes/sample-asking.ts";
import { SAMPLE_GRANTS, sampleRecord } from "../../test/fakes/samples.ts";
import { endGrant } from "./end-early.ts";
import type { EndReason } from "./grant.ts";
import { touchHistory } from "./history.ts";
import { outcomeOf } from "./outcome.ts";
import type { Commit, Store } from "./ports.ts";
import { reconcile } from "./reconcile.ts";

const outcomes = async (bench: FakeBench) => (await bench.store.history("mia"))?.outcomes;

describe("how a pass ended is remembered of its person", () => {
  test.each([
    ["it ran out", async (bench: FakeBench) => bench.clock.advance(7_201_000), "ended"],
    ["it was handed back", (bench: FakeBench, id: string) => endBy(bench, MIA, id), "handedBack"],
    ["it was revoked", (bench: FakeBench, id: string) => endBy(bench, sampleRecord("olga"), id), "revoked"],
  ])("%s", async (_, end, outcome) => {
    const bench = createFakeBench();
    const { id } = await activateOn(bench);

    await end(bench, id);
    await settle(bench);

    expect(await loadGrant(bench, id)).toMatchObject({ state: "ended" });
    expect(await outcomes(bench)).toEqual([outcome]);
  });

  const { ending } = SAMPLE_GRANTS.ended;
  test.each<[EndReason, number | null, string | null]>([
    ["revoked", null, "revoked"],
    ["released", null, null],
    ["expired", null, null],
    ["clusterSilent", null, "failed"],
    ["notAllowedAnyMore", null, "failed"],
    ["roleChanged", 1, "failed"],
    ["timerUnarmed", 1, "failed"],
  ])("%s, active since %s: %s", (why, activeAt, outcome) => {
    expect(outcomeOf({ activeAt, ending: { ...ending, why } })).toBe(outcome);
  });

  test("once, also where two workers end it", async () => {
    const bench = createFakeBench();
    const { id, end } = await activateOn(bench);
    bench.clock.set(end);

    await Promise.all([1, 2, 3].map(() => reconcile(bench, { kind: "grant", id })));

    expect(await outcomes(bench)).toEqual(["ended"]);
  });

  test("beside what was written of them in the same moment", async () => {
    const bench = createFakeBench();
    const { id, end } = await activateOn(bench);
    bench.clock.set(end);

    await reconcile({ ...bench, store: disturbed(bench.store, 2) }, { kind: "grant", id });

    expect(await loadGrant(bench, id)).toMatchObject({ state: "ended" });
    expect(await outcomes(bench)).toEqual(["ended"]);
  });

  test("P7 · and never keeps an ending from being written down", async () => {
    const bench = createFakeBench();
    const { id, end } = await activateOn(bench);
    bench.clock.set(end);

    await reconcile({ ...bench, store: disturbed(bench.store, 99) }, { kind: "grant", id });

    expect(await loadGrant(bench, id)).toMatchObject({ state: "ended" });
    expect(await outcomes(bench)).toEqual([]);
    expect(bench.events.happenings.map(({ what }) => what)).toContain("outcome not remembered");
  });
});

async function endBy(bench: FakeBench, by: typeof MIA, grant: string): Promise<void> {
  await endGrant(bench, { by, grant, words: null });
}

/** A store in which somebody else writes mia's history right before the first `times` saves of an outcome. */
function disturbed(store: Store, times: number): Store {
  let left = times;
  return {
    ...store,
    commit: async (commit: Commit) => {
      const history = await store.history("mia");
      if (history !== null && left-- > 0 && commit.writes.some(({ kind }) => kind === "history")) {
        const next = touchHistory(history);
        await store.commit({
          ...{ writes: [{ kind: "history", expected: history.version, next }], tellings: [], rows: [] },
        });
      }
      return store.commit(commit);
    },
  };
}
