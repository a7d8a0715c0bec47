import { describe, expect, test } from "vitest";
import { type Counter, createCounter } from "../../test/fakes/delivery-counter.ts";
import { createFakeBench, loadGrant } from "../../test/fakes/fake-bench.ts";
import { MIA } from "../../test/fakes/sample-asking.ts";
import { NOON } from "../../test/fakes/samples.ts";
import { checkDelivery, deliver } from "./deliver.ts";
import type { DeliveryRequest } from "./delivery-ports.ts";
import { endGrant } from "./end-early.ts";
import type { DeliveryCheck } from "./ports.ts";
import { reconcile } from "./reconcile.ts";
import { sweepStore } from "./sweep.ts";
import { ClusterTrouble } from "./trouble.ts";

/** As where Redis was emptied, and the record came back from its cluster. */
async function forgetDeliveries({ bench: { store }, grant }: Counter): Promise<void> {
  const known = await store.grant(grant);
  if (known?.state !== "active") throw new Error("not active");
  const next = { ...known, version: known.version + 1, deliveries: [] };
  await store.commit({ writes: [{ kind: "grant", expected: known.version, next }], tellings: [], rows: [] });
}

describe("three quarters of a minute after a delivery", () => {
  const checkOf = (counter: Counter) => {
    const job = counter.jobs.find(({ name }) => name === "check");
    if (job?.name !== "check") throw new Error("no check");
    const check = async () => {
      counter.bench.clock.set(job.at);
      await checkDelivery(counter.bench, counter.desk, job);
    };
    return { job, check };
  };
  const checkAll = async ({ bench, desk, jobs }: Counter) => {
    bench.clock.advance(45_000);
    for (const job of jobs) if (job.name === "check") await checkDelivery(bench, desk, job);
  };

  test("the check was asked for before anything was made, so whatever dies in between is found", async () => {
    const bench = createFakeBench();
    const dying = { ...bench.clusters, deliver: () => Promise.reject(new Error("killed")) };
    const counter = await createCounter({ ...bench, clusters: dying });

    await counter.click();

    expect(checkOf(counter).job).toMatchObject({ n: 1, at: NOON + 45_000 });
  });

  test("P4 · it is due from then on until it is made, so that a sweep asks for it anew where its wake was lost", async () => {
    const counter = await createCounter();
    const { bench, desk } = counter;
    await counter.click();
    const sweep = async () => {
      const asked: unknown[] = [];
      await sweepStore(bench, { look: async () => undefined, check: async (check) => asked.push(check) });
      return asked;
    };
    bench.clock.advance(46_999);
    const early = await sweep();
    bench.clock.advance(1);
    const [lost] = await sweep();

    await checkDelivery(bench, desk, lost as DeliveryCheck);
    const rows = bench.store.rows.length;
    await checkDelivery(bench, desk, lost as DeliveryCheck);

    expect(bench.store.rows).toHaveLength(rows);
    expect(early).toEqual([]);
    expect(lost).toMatchObject({ id: "delivery0", grant: counter.grant, n: 1 });
    expect(await sweep()).toEqual([]);
  });

  test("one that the bot could open stays", async () => {
    const counter = await createCounter();
    const kubeconfig = await counter.open(await counter.click());
    const { job, check } = checkOf(counter);
    await counter.counter.received(job.id, job.n);

    await check();

    expect(counter.bench.clusters.ask("prod", kubeconfig, "payments")).toBe(200);
    expect(await counter.bench.store.checkDueAt(job)).toBeNull();
  });

  test("P4 · of two of one click, as of a job that came twice, the one that nobody has ends", async () => {
    const counter = await createCounter();
    const { bench, desk } = counter;
    const { load } = desk;
    let asked: DeliveryRequest | null = null;
    // Both looked before either of them answered.
    Object.assign(desk, { load: async (id: string) => (asked ??= await load(id)) });
    await counter.click();
    await counter.counter.received("delivery0", 1);
    await deliver(bench, desk, "delivery0");

    await checkAll(counter);

    expect(counter.live()).toEqual([]);
    expect(await bench.store.due(NOON + 60_000, 10)).toEqual([]);
  });

  test("one that was there before, of which its record knows nothing, is not ended by a click that failed", async () => {
    const counter = await createCounter();
    const { bench } = counter;
    const { clusters } = bench;
    const kubeconfig = await counter.open(await counter.click());
    await counter.counter.received("delivery0", 1);
    await forgetDeliveries(counter);
    const make = clusters.deliver.bind(clusters);
    const once = async (...given: Parameters<typeof make>) => {
      Object.assign(clusters, { deliver: () => Promise.reject(new ClusterTrouble("prod", "prod does not answer")) });
      return make(...given);
    };
    Object.assign(clusters, { deliver: once });
    expect(await counter.click()).toEqual({ refused: "clusterSilent" });

    await checkAll(counter);

    expect(bench.clusters.ask("prod", kubeconfig, "payments")).toBe(200);
    expect(bench.store.rows).not.toContainEqual(expect.objectContaining({ what: "deliveryLost", detail: { n: 1 } }));
    expect(await bench.store.due(NOON + 60_000, 10)).toEqual([]);
  });

  test("one whose answer was lost ends alone, and the grant goes on", async () => {
    const counter = await createCounter();
    const kubeconfig = await counter.open(await counter.click());

    await checkOf(counter).check();

    expect(counter.bench.clusters.ask("prod", kubeconfig, "payments")).toBe(401);
    expect(await loadGrant(counter.bench, counter.grant)).toMatchObject({ state: "active" });
    expect(counter.bench.store.rows.at(-1)).toMatchObject({ what: "deliveryLost", detail: { n: 1 } });
    expect(await counter.click()).toMatchObject({ n: 2 });
  });

  test("P4 · one whose wake comes early, by a machine whose time jumped ahead, is not ended before its moment", async () => {
    const counter = await createCounter();
    const { bench, desk } = counter;
    const kubeconfig = await counter.open(await counter.click());
    const { job } = checkOf(counter);
    bench.clock.advance(43_999);

    await expect(checkDelivery(bench, desk, job)).rejects.toMatchObject({
      ...{ name: "TooEarly", byMs: 1_001, message: "woken 1001 ms too early" },
    });
    expect(bench.clusters.ask("prod", kubeconfig, "payments")).toBe(200);

    bench.clock.advance(1);
    await checkDelivery(bench, desk, job);
    expect(bench.clusters.ask("prod", kubeconfig, "payments")).toBe(401);
  });

  test("one of a pass that nobody remembers is left to its cluster", async () => {
    const counter = await createCounter();
    const rows = counter.bench.store.rows.length;

    await checkDelivery(counter.bench, counter.desk, { id: "delivery0", grant: "nothinghere", n: 1 });

    expect(counter.bench.store.rows).toHaveLength(rows);
  });

  test("a silent cluster makes the check fail, so that it comes again", async () => {
    const counter = await createCounter();
    await counter.click();
    counter.bench.clusters.cluster("prod").silent = true;

    await expect(checkOf(counter).check()).rejects.toThrow("does not answer");
  });

  test("a grant that has ended meanwhile needs nothing more from its cluster", async () => {
    const counter = await createCounter();
    const { bench, grant } = counter;
    await counter.click();
    await endGrant(bench, { by: MIA, grant, words: null });
    await reconcile(bench, { kind: "grant", id: grant });
    bench.clusters.cluster("prod").silent = true;
    const { job, check } = checkOf(counter);

    await check();

    expect(await bench.store.checkDueAt(job)).toBeNull();
  });
});
