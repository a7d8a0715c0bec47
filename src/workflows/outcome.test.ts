import { describe, expect, test } from "vitest";
import { activateOn, createFakeBench, type FakeBench, loadGrant, settle } from "../../test/fakes/fake-bench.ts";
import { askFor, clickOn, MIA } from "../../test/fakes/sample-asking.ts";
import { SAMPLE_GRANTS, sampleRecord } from "../../test/fakes/samples.ts";
import { decide } from "./access.ts";
import { endGrant } from "./end-early.ts";
import type { EndReason } from "./grant.ts";
import { touchHistory } from "./history.ts";
import { outcomeOf, saveWithOutcome } from "./outcome.ts";
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
    ["namespaceDeleted", 1, "failed"],
    ["changedByHand", 1, "failed"],
    ["clusterRefused", null, "failed"],
    ["released", 1, "handedBack"],
    ["expired", 1, "ended"],
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

  test("of five tries the last one still writes it, and it is held no more", async () => {
    const bench = createFakeBench();
    const { id, end } = await activateOn(bench);
    const history = await bench.store.history("mia");
    if (history === null) throw new Error("mia has a history");
    const next = { ...history, version: history.version + 1, held: [...history.held, "anotherone"] };
    const write = { kind: "history", expected: history.version, next } as const;
    await bench.store.commit({ writes: [write], tellings: [], rows: [] });
    bench.clock.set(end);

    await reconcile({ ...bench, store: disturbed(bench.store, 4) }, { kind: "grant", id });

    expect(await bench.store.history("mia")).toMatchObject({ outcomes: ["ended"], held: ["anotherone"] });
    expect(bench.events.happenings.map(({ what }) => what)).not.toContain("outcome not remembered");
  });

  test("and not for a pass that somebody else has written meanwhile: that is looked at anew", async () => {
    const bench = createFakeBench();
    const { id, end } = await activateOn(bench);
    bench.clock.set(end);
    await settle(bench);
    const grant = await loadGrant(bench, id);
    if (grant.state !== "ended") throw new Error("it has ended");
    const before = await bench.store.history("mia");
    const commits: Commit[] = [];
    const commit = (one: Commit) => {
      commits.push(one);
      return bench.store.commit(one);
    };
    const store: Store = { ...bench.store, commit };
    const late = { writes: [{ kind: "grant", expected: 1, next: grant }], tellings: [], rows: [] } as const;

    expect(await saveWithOutcome({ ...bench, store }, grant, late)).toBe("raced");

    expect(commits).toHaveLength(1);
    expect(await bench.store.history("mia")).toEqual(before);
  });

  test("P7 · and never keeps an ending from being written down", async () => {
    const bench = createFakeBench();
    const { id, end } = await activateOn(bench);
    bench.clock.set(end);

    await reconcile({ ...bench, store: disturbed(bench.store, 99) }, { kind: "grant", id });

    expect(await loadGrant(bench, id)).toMatchObject({ state: "ended" });
    expect(await outcomes(bench)).toEqual([]);
    expect(bench.events.happenings).toContainEqual(
      expect.objectContaining({ what: "outcome not remembered", fields: { grant: id, person: "mia" } }),
    );
  });

  test("nothing is said of a pass that nobody used and nobody is to blame for", async () => {
    const bench = createFakeBench();
    const request = await askFor(bench);
    await decide(bench, clickOn(request));
    await endBy(bench, MIA, `${request.id}a`);
    await settle(bench);

    expect(await loadGrant(bench, `${request.id}a`)).toMatchObject({ state: "ended" });
    expect(await outcomes(bench)).toEqual([]);
    expect(bench.events.happenings.map(({ what }) => what)).not.toContain("outcome not remembered");
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
