import { describe, expect, test } from "vitest";
import { activateOn, approveOn, createFakeBench, type FakeBench, loadGrant } from "../../test/fakes/fake-bench.ts";
import { askFor } from "../../test/fakes/sample-asking.ts";
import { NOON, SAMPLE_APPROVAL, sampleRecord, sampleRequest } from "../../test/fakes/samples.ts";
import { endGrant } from "./end-early.ts";
import { endNow } from "./make-grant.ts";
import type { Commit, Store } from "./ports.ts";
import { reconcile, save } from "./reconcile.ts";
import { isRefusal } from "./refusal.ts";
import { transitionRequest } from "./request.ts";
import { ClusterTrouble, NotYet } from "./trouble.ts";

const DAY = 86_400_000;
const fails = (cause: Error) => async (): Promise<never> => {
  throw cause;
};
const withStore = (bench: FakeBench, store: Partial<Store>) => ({ ...bench, store: { ...bench.store, ...store } });

/** A bench with a request of an emergency whose review is due now, and what was committed. */
function owing(commit: Store["commit"] = async () => "saved") {
  const bench = createFakeBench();
  const review = { dueAt: NOON, chasedAt: null, done: null };
  const request = transitionRequest(sampleRequest(), { ...SAMPLE_APPROVAL, review });
  if (isRefusal(request)) throw new Error(request.refused);
  const commits: Commit[] = [];
  const store = withStore(bench, {
    request: async () => request,
    commit: (next) => {
      commits.push(next);
      return commit(next);
    },
  });
  return { bench: store, ref: { kind: "request", id: request.id } as const, commits };
}

describe("a request", () => {
  test("whose review is due is chased, and looked at again a day later", async () => {
    const { bench, ref, commits } = owing();

    await reconcile(bench, ref);

    expect(commits).toMatchObject([{ writes: [{ kind: "request", next: { review: { chasedAt: NOON } } }] }]);
    expect(bench.waker.waiting()).toEqual([{ ref, at: NOON + DAY }]);
  });

  test("that somebody else has changed meanwhile is left to them", async () => {
    const { bench, ref } = owing(async () => "raced");

    await reconcile(bench, ref);

    expect(bench.waker.waiting()).toEqual([]);
  });

  test("that has lapsed is looked at no more", async () => {
    const bench = createFakeBench();
    const { id, lapsesAt } = await askFor(bench);
    bench.clock.set(lapsesAt);
    bench.waker.take();

    await reconcile(bench, { kind: "request", id });

    expect(await bench.store.request(id)).toMatchObject({ state: "lapsed" });
    expect(bench.waker.waiting().filter(({ ref }) => ref.id === id)).toEqual([]);
  });

  test("of which nothing is due is left as it is", async () => {
    const bench = createFakeBench();
    const { request: id } = await approveOn(bench);
    const before = await bench.store.request(id);

    await reconcile(withStore(bench, { commit: fails(new Error("it was written")) }), { kind: "request", id });

    expect(await bench.store.request(id)).toEqual(before);
  });
});

describe("a grant", () => {
  test("that does not settle in twenty rounds is left for later, and it is said which", async () => {
    const bench = createFakeBench();
    const grant = await approveOn(bench);
    let reads = 0;
    const store = withStore(bench, {
      commit: async () => "raced",
      grant: async () => {
        reads++;
        return grant;
      },
    });
    const made = { ...store, clusters: { ...bench.clusters, make: async () => ({ proven: true }) as const } };

    const settling = reconcile(made, { kind: "grant", id: grant.id });

    await expect(settling).rejects.toThrow(new NotYet(`grant ${grant.id} did not settle in 20 rounds`));
    // Once at first; in each round as what mia holds, once it was made, and when the race was lost.
    expect(reads).toBe(1 + 20 * 3);
  });

  test.each([
    ["what the cluster says", new ClusterTrouble("prod", "prod does not answer"), "prod does not answer"],
    ["what is to be waited for", new NotYet("ada was not read"), "ada was not read"],
    ["that it cannot be asked, whatever else is wrong", new TypeError("x is undefined"), "prod cannot be asked"],
  ])("that cannot be made shows why: %s", async (_, cause, words) => {
    const bench = createFakeBench();
    const { id } = await approveOn(bench);

    const made = reconcile({ ...bench, clusters: { ...bench.clusters, make: fails(cause) } }, { kind: "grant", id });

    await expect(made).rejects.toBe(cause);
    expect(await loadGrant(bench, id)).toMatchObject({ state: "making", trouble: words });
  });

  test("that is over is no debt, no ending that goes on, and rings no alarm; its lag is said", async () => {
    const bench = createFakeBench();
    const { id } = await activateOn(bench);
    await endGrant(bench, { by: sampleRecord("olga"), grant: id, words: null });
    bench.pager.overdue({ grant: id, cluster: "prod", since: NOON, words: "silent" });
    bench.clock.advance(70);

    await reconcile(bench, { kind: "grant", id });

    expect([bench.alarms.waiting().size, bench.pager.owed().size]).toEqual([0, 0]);
    expect(await bench.endings.of(id)).toBeNull();
    const fields = { grant: id, cluster: "prod", why: "revoked", lagMs: 70 };
    expect(bench.events.happenings.filter(({ what }) => what === "ended")).toEqual([{ what: "ended", fields }]);
  });

  test("P7 · whose debt cannot be written down is paged all the same", async () => {
    const bench = createFakeBench();
    const { id, end } = await activateOn(bench);
    await endGrant(bench, { by: sampleRecord("olga"), grant: id, words: null });
    bench.clock.set(end);
    const cause = new Error("OOM command not allowed");
    const silent = new ClusterTrouble("prod", "prod does not answer");
    const clusters = { ...bench.clusters, end: fails(silent) };

    const ending = reconcile({ ...withStore(bench, { commit: fails(cause) }), clusters }, { kind: "grant", id });

    await expect(ending).rejects.toBe(silent);
    expect([...bench.pager.owed().keys()]).toEqual([id]);
    expect(bench.events.failures).toEqual([{ what: "debt not told", fields: { grant: id, cluster: "prod" }, cause }]);
  });
});

describe("what happened to a grant is saved", () => {
  test("and comes back as it is now; only an ending is said", async () => {
    const bench = createFakeBench();
    const grant = await activateOn(bench);

    const saved = await save(bench, grant, endNow("expired", null, NOON));

    expect(saved).toEqual(await loadGrant(bench, grant.id));
    expect(saved).toMatchObject({ state: "ending" });
    expect(bench.events.happenings.map(({ what }) => what)).not.toContain("ended");
  });

  test("nowhere, where it cannot happen or where somebody else was faster", async () => {
    const bench = createFakeBench();
    const grant = await activateOn(bench);
    const before = bench.store.rows.length;

    expect(
      await save(withStore(bench, { commit: fails(new Error("written")) }), grant, { type: "proven", at: NOON }),
    ).toBeNull();
    expect(await save(bench, { ...grant, version: 1 }, endNow("expired", null, NOON))).toBeNull();

    expect(await loadGrant(bench, grant.id)).toEqual(grant);
    expect(bench.store.rows).toHaveLength(before);
  });
});
