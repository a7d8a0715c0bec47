import { describe, expect, test } from "vitest";
import { type Counter, createCounter } from "../../test/fakes/delivery-counter.ts";
import { createFakeBench } from "../../test/fakes/fake-bench.ts";
import { MIA } from "../../test/fakes/sample-asking.ts";
import { NOON, sampleRecord } from "../../test/fakes/samples.ts";
import { checkDelivery, deliver } from "./deliver.ts";
import type { DeliveryAnswer } from "./delivery-ports.ts";
import { endGrant } from "./end-early.ts";
import type { Commit, DeliveryCheck, SealingKey } from "./ports.ts";
import { sweepStore } from "./sweep.ts";

describe("a delivery", () => {
  test("hands the grantee a credential that works, sealed, with its number and the grant's end", async () => {
    const counter = await createCounter();

    const answer = await counter.click();

    expect(answer).toMatchObject({ n: 1, end: NOON + 7_200_000, former: null });
    expect(counter.bench.clusters.ask("prod", await counter.open(answer), "payments")).toBe(200);
    expect(counter.bench.clusters.ask("prod", await counter.open(answer), "web")).toBe(403);
  });

  test("P4 · leaves no token in any record, row, telling or event", async () => {
    const counter = await createCounter();
    const kubeconfig = await counter.open(await counter.click());
    const token = /token: "?([^\s"]+)/.exec(kubeconfig)?.[1];
    expect(token).toBeTruthy();

    const { store, events } = counter.bench;
    const kept = JSON.stringify([await store.live(), store.rows, store.tellings, events, counter.jobs]);

    expect(kept).not.toContain(token);
    expect(kept).not.toContain("eyJ");
  });

  test("a second time ends the first one and tells when that was", async () => {
    const counter = await createCounter();
    const first = await counter.open(await counter.click());
    counter.bench.clock.advance(60_000);

    const second = await counter.click();

    expect(second).toMatchObject({ n: 2, former: NOON });
    expect(counter.bench.clusters.ask("prod", first, "payments")).toBe(401);
    expect(counter.bench.clusters.ask("prod", await counter.open(second), "payments")).toBe(200);
  });

  test("however often, never moves the end", async () => {
    const counter = await createCounter();
    for (let i = 0; i < 5; i++) {
      counter.bench.clock.advance(10_000);
      expect(await counter.click()).toMatchObject({ n: i + 1, end: NOON + 7_200_000 });
    }
  });

  test("fifty at once have fifty numbers, and one credential works in the end", async () => {
    const counter = await createCounter();

    const answers = await Promise.all(Array.from({ length: 50 }, () => counter.click()));

    const given = answers.filter((answer) => answer !== null && "n" in answer);
    expect(new Set(given.map(({ n }) => n)).size).toBe(given.length);
    const works = await Promise.all(
      given.map(async (answer) => counter.bench.clusters.ask("prod", await counter.open(answer), "payments")),
    );
    expect(works.filter((status) => status === 200)).toHaveLength(1);
  });

  test("one whose making is overtaken by the next one ends itself, and one credential works in the end", async () => {
    const counter = await createCounter();
    const { clusters } = counter.bench;
    const make = clusters.deliver.bind(clusters);
    let second: Promise<DeliveryAnswer | null> | null = null;
    const slow = async (...given: Parameters<typeof make>) => {
      // The first one is under way until the second one is done.
      if (second === null) {
        second = counter.click();
        await second;
      }
      return make(...given);
    };
    Object.assign(clusters, { deliver: slow });

    const first = await counter.click();

    expect(first).toEqual({ refused: "raced" });
    const works = await counter.open(await (second as unknown as Promise<DeliveryAnswer>));
    expect(clusters.ask("prod", works, "payments")).toBe(200);
    expect(counter.live()).toEqual([2]);
  });

  test("P4 · one that is made after its check, by a worker that slept, ends itself, and nobody is told that it is theirs", async () => {
    const counter = await createCounter();
    const { bench } = counter;
    const told = [...bench.store.tellings];
    makeAfterCheck(counter);

    const answer = await counter.click();

    expect(answer).toEqual({ refused: "raced" });
    expect(counter.live()).toEqual([]);
    expect(bench.store.tellings).toEqual(told);
    expect(bench.store.rows.slice(-2)).toMatchObject([{ what: "deliveryAsked" }, { what: "deliveryLost" }]);
    expect(await bench.store.due(NOON + 60_000, 10)).toEqual([]);
  });

  test("P4 · one that is made after its check, and cannot be ended at once, is checked once more", async () => {
    const counter = await createCounter();
    const { bench, desk } = counter;
    const { clusters } = bench;
    makeAfterCheck(counter, () => {
      clusters.cluster("prod").silent = true;
    });

    expect(await counter.click()).toEqual({ refused: "clusterSilent" });
    const owed = await bench.store.checkDueAt({ id: "delivery0", grant: counter.grant, n: 1 });
    expect(owed).toBe(bench.clock.now() + 45_000);
    clusters.cluster("prod").silent = false;
    bench.clock.advance(60_000);
    const check = (one: DeliveryCheck) => checkDelivery(bench, desk, one);
    await sweepStore(bench, { look: async () => undefined, check });

    expect(counter.live()).toEqual([]);
    expect(await bench.store.due(NOON + 120_000, 10)).toEqual([]);
  });

  test("P4 · one that is made while its pass is forgotten, and with it its check, ends itself", async () => {
    const counter = await createCounter();
    const { store, clusters } = counter.bench;
    const make = clusters.deliver.bind(clusters);
    const last = async (...given: Parameters<typeof make>) => {
      const made = await make(...given);
      await store.settleCheck({ id: "delivery0", grant: counter.grant, n: 1 });
      Object.assign(store, { grant: async () => null });
      return made;
    };
    Object.assign(clusters, { deliver: last });

    expect(await counter.click()).toEqual({ refused: "raced" });
    expect(counter.live()).toEqual([]);
  });

  test("P4 · a worker that slept while another one did its job ends nothing of what that one handed over", async () => {
    const counter = await createCounter();
    const { bench, desk } = counter;
    const { load, answer } = desk;
    let slept: DeliveryAnswer | null = null;
    const given: DeliveryAnswer[] = [];
    // Between its first look and whatever comes next.
    const slow = async (id: string) => {
      const asked = await load(id);
      Object.assign(desk, { load });
      await deliver(bench, desk, id);
      slept = await counter.counter.answer(id, 0);
      return asked;
    };
    const listen = (id: string, one: DeliveryAnswer) => given.push(one) && answer(id, one);
    Object.assign(desk, { load: slow, answer: listen });

    const late = counter.click();

    expect(await late).toBeNull();
    expect(given).toEqual([slept]);
    expect(bench.clusters.ask("prod", await counter.open(slept), "payments")).toBe(200);
    expect(counter.live()).toEqual([1]);
    expect(await bench.store.due(NOON + 60_000, 10)).toEqual([
      { kind: "check", id: "delivery0", grant: counter.grant, n: 1 },
    ]);
  });

  test("takes the next number where one was used before its record was lost", async () => {
    const counter = await createCounter();
    for (const held of counter.bench.clusters.cluster("prod").grants.values()) held.used.add(1).add(2);

    expect(await counter.click()).toMatchObject({ n: 3 });
  });

  test("tries five numbers, and then has the person press again", async () => {
    const counter = await createCounter();
    const [held] = counter.bench.clusters.cluster("prod").grants.values();
    for (const n of [1, 2, 3, 4]) held?.used.add(n);

    expect(await counter.click()).toMatchObject({ n: 5 });
    for (const n of [6, 7, 8, 9, 10]) held?.used.add(n);

    expect(await counter.click()).toEqual({ refused: "raced" });
  });

  test.each([
    [4, { n: 1 }],
    [5, { refused: "raced" }],
  ])("is tried again where somebody else writes the pass meanwhile: %i times", async (times, answer) => {
    const bench = createFakeBench();
    let left = 0;
    const commit = async (one: Commit) => (left-- > 0 ? "raced" : bench.store.commit(one));
    const counter = await createCounter({ ...bench, store: { ...bench.store, commit } });
    left = times;

    expect(await counter.click()).toMatchObject(answer);
  });

  test("is remembered: asked for, and handed over under a name that the audit log knows", async () => {
    const counter = await createCounter();
    const told = [...counter.bench.store.tellings];

    await counter.click();

    const rows = counter.bench.store.rows.slice(-2);
    expect(counter.bench.store.tellings).toEqual(told);
    const row = { at: NOON, by: "mia", request: counter.grant.slice(0, -1), grant: counter.grant };
    expect(rows).toEqual([
      { ...row, what: "deliveryAsked", detail: { n: 1 } },
      { ...row, what: "delivered", detail: { n: 1, jti: expect.any(String) } },
    ]);
    expect(counter.bench.events.failures).toEqual([]);
  });
});

describe("no credential is made", () => {
  test.each<[string, (counter: Counter) => unknown, string | undefined, string]>([
    ["for somebody else, not even who approved it", () => null, "ada", "notYours"],
    ["for a stranger", () => null, "zoe", "unknownPerson"],
    ["for an account switched off", ({ bench }) => bench.people.save({ ...MIA, active: false }), undefined, "inactive"],
    [
      "on a record older than five minutes",
      ({ bench }) => bench.people.save({ ...MIA, readAt: NOON - 300_001 }),
      undefined,
      "unknownPerson",
    ],
    ["at the end", ({ bench }) => bench.clock.set(NOON + 7_200_000), undefined, "unknownPerson"],
    [
      "at the end, though the person was read just now",
      async ({ bench }) => {
        bench.clock.set(NOON + 7_200_000);
        await bench.people.save({ ...MIA, readAt: NOON + 7_200_000 });
      },
      undefined,
      "notActive",
    ],
    [
      "while it is ending",
      ({ bench, grant }) => endGrant(bench, { by: sampleRecord("olga"), grant, words: null }),
      undefined,
      "notActive",
    ],
  ])("%s", async (_, prepare, person, refused) => {
    const counter = await createCounter();
    await prepare(counter);
    const [held] = counter.bench.clusters.cluster("prod").grants.values();

    expect(await counter.click(person)).toEqual({ refused });
    expect(held?.used.size).toBe(0);
  });

  test("for a request that has been forgotten, nothing happens at all", async () => {
    const counter = await createCounter();

    await expect(deliver(counter.bench, counter.desk, "forgotten")).resolves.toBeUndefined();
  });

  test("of a pass of which nothing is known", async () => {
    const counter = await createCounter();
    const { bench } = counter;
    const key: SealingKey = { kty: "OKP", crv: "X25519", x: "x", kid: "lost" };
    await counter.counter.ask({ id: "lost", grant: "nothinghere", person: "mia", key, at: bench.clock.now() });

    await deliver(bench, counter.desk, "lost");

    expect(await counter.counter.answer("lost", 0)).toEqual({ refused: "notFound" });
  });

  test("while the cluster is silent: the person hears it, the log says why, and the number is spent", async () => {
    const counter = await createCounter();
    counter.bench.clusters.cluster("prod").silent = true;

    expect(await counter.click()).toEqual({ refused: "clusterSilent" });
    expect(counter.bench.events.failures).toEqual([
      { what: "delivery failed", fields: { grant: counter.grant }, cause: expect.any(Error) },
    ]);
    counter.bench.clusters.cluster("prod").silent = false;
    expect(await counter.click()).toMatchObject({ n: 2 });
  });
});

/** From now on a delivery is made by a worker that slept until its check was over; then `made` is called. */
function makeAfterCheck({ bench, desk, jobs }: Awaited<ReturnType<typeof createCounter>>, made = () => {}): void {
  const { clusters } = bench;
  const make = clusters.deliver.bind(clusters);
  const late = async (...given: Parameters<typeof make>) => {
    bench.clock.advance(45_000);
    const check = jobs.find(({ name }) => name === "check");
    if (check?.name === "check") await checkDelivery(bench, desk, check);
    const answer = await make(...given);
    made();
    return answer;
  };
  Object.assign(clusters, { deliver: late });
}
