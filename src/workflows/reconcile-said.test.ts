import { describe, expect, test } from "vitest";
import {
  activateOn,
  approveOn,
  createFakeBench,
  type FakeBench,
  loadGrant,
  refreshPeople,
} from "../../test/fakes/fake-bench.ts";
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

  test("that was not made while the yes was kept says what stood in its way, not what did once half an hour before", async () => {
    const bench = createFakeBench();
    const { id } = await approveOn(bench);
    const look = () => reconcile(bench, { kind: "grant", id }).catch(() => undefined);
    bench.clock.advance(6 * 60_000);
    await look();

    bench.clusters.cluster("prod").silent = true;
    for (let minute = 7; minute <= 30; minute++) {
      bench.clock.set(NOON + minute * 60_000);
      await refreshPeople(bench);
      await look();
    }

    expect(await loadGrant(bench, id)).toMatchObject({
      ...{ state: "ending", ending: { why: "clusterSilent", words: "prod does not answer" } },
    });
  });

  test("whose trouble is another one at each try says a new one every five minutes, and the same one never again", async () => {
    const bench = createFakeBench();
    const { id } = await approveOn(bench);
    const make = (words: string) => ({ ...bench.clusters, make: fails(new NotYet(words)) });
    const said: unknown[] = [];
    const tryWith = async (words: string) => {
      await reconcile({ ...bench, clusters: make(words) }, { kind: "grant", id }).catch(() => undefined);
      const { version, ...grant } = await loadGrant(bench, id);
      said.push([version, "trouble" in grant && grant.trouble]);
    };

    await tryWith("it is busy");
    bench.clock.advance(299_999);
    await tryWith("it is silent");
    bench.clock.advance(1);
    await tryWith("it is busy");
    await tryWith("it is silent");
    bench.clock.advance(1);
    await refreshPeople(bench);
    await tryWith("it is full");

    expect(said).toEqual([
      [2, "it is busy"],
      [2, "it is busy"],
      [2, "it is busy"],
      [3, "it is silent"],
      [3, "it is silent"],
    ]);
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
