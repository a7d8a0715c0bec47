import { describe, expect, test } from "vitest";
import {
  activateOn,
  approveOn,
  createFakeBench,
  type FakeBench,
  loadGrant,
  settle,
} from "../../test/fakes/fake-bench.ts";
import { sampleRecord } from "../../test/fakes/samples.ts";
import { endGrant } from "./end-early.ts";
import { type Grant, type Lent, transitionGrant } from "./grant.ts";
import type { Commit } from "./ports.ts";
import { reconcile } from "./reconcile.ts";
import { isRefusal } from "./refusal.ts";
import { NotYet } from "./trouble.ts";

const OLGA = sampleRecord("olga");
const refOf = ({ id }: Grant) => ({ kind: "grant", id }) as const;
const moments = (bench: FakeBench) =>
  bench.store.tellings.flatMap(({ tell }) => (tell.kind === "asker" ? tell.moment : []));

describe("ending", () => {
  test("P1 · at its end a grant is ended, proven, remembered with its lag, and told", async () => {
    const bench = createFakeBench();
    const grant = await activateOn(bench);
    bench.clock.set(grant.end + 300);

    await settle(bench);

    expect(await loadGrant(bench, grant.id)).toMatchObject({
      ...{ state: "ended", refusedAt: grant.end + 300 },
      ending: { why: "expired", by: null, since: grant.end },
    });
    expect(bench.store.rows.at(-1)).toMatchObject({ what: "ended", detail: { lagMs: 300 } });
    expect(bench.store.tellings.some(({ tell }) => tell.kind === "summary")).toBe(true);
    expect(bench.clusters.cluster("prod").grants.size).toBe(0);
  });

  test("P3 · a cluster that does not answer leaves it ending, never ended", async () => {
    const bench = createFakeBench();
    const grant = await activateOn(bench);
    bench.clock.set(grant.end);
    bench.clusters.cluster("prod").silent = true;

    for (let i = 0; i < 3; i++) await expect(reconcile(bench, refOf(grant))).rejects.toThrow("does not answer");

    expect(await loadGrant(bench, grant.id)).toMatchObject({ state: "ending" });
    expect(moments(bench)).not.toContain("ended");
    bench.clusters.cluster("prod").silent = false;
    await reconcile(bench, refOf(grant));
    expect(await loadGrant(bench, grant.id)).toMatchObject({ state: "ended", ending: { why: "expired" } });
  });

  test("P7 · waits for no policy, no role, no person's record, no facts", async () => {
    const bench = createFakeBench();
    const grant = await activateOn(bench);
    bench.setPolicy(null);
    bench.clusters.cluster("prod").roles.clear();
    bench.clusters.cluster("prod").open.clear();
    bench.clock.set(grant.end);

    await reconcile(bench, refOf(grant));

    expect(await loadGrant(bench, grant.id)).toMatchObject({ state: "ended" });
  });

  test("of what is gone from the cluster already is an ending too", async () => {
    const bench = createFakeBench();
    const grant = await activateOn(bench);
    bench.clusters.cluster("prod").grants.clear();
    bench.clock.set(grant.end);

    await reconcile(bench, refOf(grant));

    expect(await loadGrant(bench, grant.id)).toMatchObject({ state: "ended" });
  });

  test("before its end a grant is left alone, however often somebody looks", async () => {
    const bench = createFakeBench();
    const grant = await activateOn(bench);
    bench.clock.set(grant.end - 1);

    for (let i = 0; i < 5; i++) await reconcile(bench, refOf(grant));

    expect(await loadGrant(bench, grant.id)).toEqual({ ...grant, version: grant.version + 1, warned: true });
    expect(bench.store.tellings.filter(({ tell }) => "moment" in tell && tell.moment === "endsSoon")).toHaveLength(1);
    expect(bench.clusters.cluster("prod").grants.size).toBe(1);
  });
});

describe("two workers on one grant", () => {
  test("make it once and agree", async () => {
    const bench = createFakeBench();
    const grant = await approveOn(bench);

    await Promise.all([reconcile(bench, refOf(grant)), reconcile(bench, refOf(grant))]);

    expect(await loadGrant(bench, grant.id)).toMatchObject({ state: "active" });
    expect(bench.store.rows.filter(({ what }) => what === "active")).toHaveLength(1);
  });

  test("end it once and agree", async () => {
    const bench = createFakeBench();
    const grant = await activateOn(bench);
    bench.clock.set(grant.end);

    await Promise.all([reconcile(bench, refOf(grant)), reconcile(bench, refOf(grant))]);

    expect(bench.store.rows.filter(({ what }) => what === "ended")).toHaveLength(1);
    expect(bench.store.tellings.filter(({ tell }) => tell.kind === "summary")).toHaveLength(1);
  });

  test("a revocation during the making wins: nothing stays behind, even when the making finishes last", async () => {
    const bench = createFakeBench();
    const grant = await approveOn(bench);
    let proceed = () => {};
    const gate = new Promise<void>((resolve) => {
      proceed = resolve;
    });
    const slow = {
      ...bench,
      clusters: {
        ...bench.clusters,
        make: async (lent: Lent) => {
          await gate;
          return bench.clusters.make(lent);
        },
      },
    };

    const making = reconcile(slow, refOf(grant));
    await endGrant(bench, { by: OLGA, grant: grant.id, words: null });
    await reconcile(bench, refOf(grant));
    expect(await loadGrant(bench, grant.id)).toMatchObject({ state: "ended" });
    proceed();
    await making;

    expect(await loadGrant(bench, grant.id)).toMatchObject({ state: "ended", ending: { why: "revoked" } });
    expect(bench.clusters.cluster("prod").grants.size).toBe(0);
    expect(moments(bench)).not.toContain("ready");
  });

  test("that undo each other for ever stop and are tried again later", async () => {
    const bench = createFakeBench();
    const grant = await approveOn(bench);
    const deaf = { ...bench, store: { ...bench.store, commit: async (_: Commit) => "raced" as const } };

    await expect(reconcile(deaf, refOf(grant))).rejects.toThrow(NotYet);
  });
});

test("an ending knows the number of the last delivery, and none where there was none", async () => {
  const ended: number[] = [];
  for (const deliveries of [0, 2]) {
    const bench = createFakeBench();
    const active = await activateOn(bench);
    for (let n = 0; n < deliveries; n++) await saveDelivery(bench, active.id);
    bench.clock.set(active.end);
    const end: typeof bench.clusters.end = async (access, last) => {
      ended.push(last);
      return bench.clusters.end(access, last);
    };

    await reconcile({ ...bench, clusters: { ...bench.clusters, end } }, refOf(active));
  }

  expect(ended).toEqual([0, 2]);
});

async function saveDelivery(bench: FakeBench, id: string): Promise<void> {
  const grant = await loadGrant(bench, id);
  const next = transitionGrant(grant, { type: "delivery", at: bench.clock.now() });
  if (isRefusal(next)) throw new Error(`no delivery: ${next.refused}`);
  await bench.store.commit({ writes: [{ kind: "grant", expected: grant.version, next }], tellings: [], rows: [] });
}
