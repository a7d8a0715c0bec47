/** What lies behind the end of its pass and cannot be taken: who must know of it knows until it is gone. */
import { expect, test } from "vitest";
import { activateOn, createFakeBench, type FakeBench } from "../../test/fakes/fake-bench.ts";
import { createMemoryAlarms, createMemoryPager } from "../../test/fakes/memory-alarms.ts";
import { sampleRecord } from "../../test/fakes/samples.ts";
import { endGrant } from "./end-early.ts";
import { heed } from "./heed.ts";
import type { News } from "./ports.ts";
import { reconcile } from "./reconcile.ts";
import { endOnTime } from "./sweep.ts";
import { ClusterTrouble } from "./trouble.ts";

const AGAIN_MS = 5_000;
const DAMAGE = { why: "changedByHand", words: "a binding was removed by hand" } as const;

/** A pass that was revoked, and all of which is there again, on a cluster that refuses to have its identity deleted. */
async function leftOver() {
  const fresh = createFakeBench();
  const grant = await activateOn(fresh);
  const prod = fresh.clusters.cluster("prod");
  const [[name, objects] = []] = [...prod.grants];
  if (name === undefined || objects === undefined) throw new Error("the cluster holds nothing");
  await endGrant(fresh, { by: sampleRecord("olga"), grant: grant.id, words: null });
  await reconcile(fresh, { kind: "grant", id: grant.id });
  const cluster = { refuses: true };
  const end: FakeBench["clusters"]["end"] = async (access, last) => {
    if (!cluster.refuses) return fresh.clusters.end(access, last);
    await fresh.clusters.cut(access);
    throw new ClusterTrouble("prod", "prod does not let the worker end access");
  };
  const bench: FakeBench = { ...fresh, clusters: { ...fresh.clusters, end } };
  prod.grants.set(name, objects);
  return { bench, prod, cluster, name, objects, grant };
}

type Stage = Awaited<ReturnType<typeof leftOver>>;

/** Another worker on the same store and cluster. */
const replicaOf = (bench: FakeBench): FakeBench => ({
  ...bench,
  ...{ alarms: createMemoryAlarms(), pager: createMemoryPager(), leftovers: new Map() },
});

/** A worker that hears its cluster, tries again as its ear and its alarm do, and each page that it opens and closes. */
function workOn(bench: FakeBench) {
  const told: string[] = [];
  const pager: FakeBench["pager"] = {
    ...bench.pager,
    overdue(debt) {
      if (!bench.pager.owed().has(debt.grant)) told.push("opened");
      bench.pager.overdue(debt);
    },
    settled(grant) {
      if (bench.pager.owed().has(grant)) told.push("closed");
      bench.pager.settled(grant);
    },
  };
  const worker = { ...bench, pager };
  const look = (ref: Parameters<typeof reconcile>[1]) => reconcile(worker, ref);
  let owed: readonly News[] = [];
  const hear = async (...all: News[]) => {
    for (const news of all) owed = [...owed, ...(await heed(worker, look, "prod", news))];
  };
  return {
    told,
    hear,
    async tryAgain() {
      const again = owed.map((news): News => ({ ...news, isAgain: true }));
      owed = [];
      await hear(...again);
      for (const { access, afterMs } of [...worker.alarms.waiting().values()]) {
        if (access.end + afterMs > worker.clock.now()) continue;
        worker.alarms.forget(access.id);
        await endOnTime(worker, look, access);
      }
    },
  };
}

function newsOf({ objects, grant }: Stage): Record<"list" | "changed", News> {
  return {
    list: { what: "list", all: [{ held: objects.held, damage: DAMAGE }] },
    changed: { what: "changed", grant: grant.id },
  };
}

test.each(["list", "changed"] as const)(
  "P7 · the page of it stays open until it is gone, however often it is heard of, by either of two workers: %s",
  async (what) => {
    const stage = await leftOver();
    const { bench, prod, cluster } = stage;
    const news = newsOf(stage);
    const workers = [workOn(bench), workOn(replicaOf(bench))];
    for (const worker of workers) await worker.hear(news.list);

    for (let seconds = 0; seconds < 900; seconds += AGAIN_MS / 1000) {
      bench.clock.advance(AGAIN_MS);
      for (const worker of workers) {
        await worker.tryAgain();
        // Each try that takes a part of it is a change, of which both hear.
        if (what === "changed" || seconds % 300 === 0) for (const one of workers) await one.hear(news[what]);
      }
    }
    expect(workers.map(({ told }) => told)).toEqual([["opened"], ["opened"]]);
    expect(bench.events.happenings.map((one) => one.what)).not.toContain("leftover ended");
    cluster.refuses = false;
    for (const worker of workers) {
      await worker.tryAgain();
      for (const one of workers) await one.hear(news.changed);
    }

    expect(prod.grants.size).toBe(0);
    expect(workers.map(({ told }) => told)).toEqual([
      ["opened", "closed"],
      ["opened", "closed"],
    ]);
  },
);

test("P7 · its alarm stays over what is changed of it, and is forgotten with it", async () => {
  const stage = await leftOver();
  const { bench, cluster, grant } = stage;
  const worker = workOn(bench);
  await worker.hear(newsOf(stage).list, newsOf(stage).changed);
  expect([...bench.alarms.waiting().keys()]).toEqual([grant.id]);

  cluster.refuses = false;
  await worker.tryAgain();

  expect([bench.alarms.waiting().size, bench.leftovers.size]).toEqual([0, 0]);
});
