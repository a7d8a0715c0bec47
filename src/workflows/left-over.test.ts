import { describe, expect, test } from "vitest";
import { atTheEnd, away, held, ring } from "../../test/fakes/at-the-end.ts";
import { activateOn, createFakeBench } from "../../test/fakes/fake-bench.ts";
import { sampleRecord } from "../../test/fakes/samples.ts";
import type { Bench } from "./bench.ts";
import { endGrant } from "./end-early.ts";
import type { Access, Ref } from "./ports.ts";
import { reconcile } from "./reconcile.ts";
import { endWhateverIsKnown } from "./sweep.ts";
import { ClusterTrouble } from "./trouble.ts";

describe("what is there though its record says that it ended", () => {
  /** A pass that was revoked a minute after it began, or ended at its end, and all of which is there again. */
  async function leftOver(how: "revoked" | "expired") {
    const bench = createFakeBench();
    const grant = await activateOn(bench);
    const prod = bench.clusters.cluster("prod");
    const there = [...prod.grants];
    if (how === "revoked") {
      bench.clock.advance(60_000);
      await endGrant(bench, { by: sampleRecord("olga"), grant: grant.id, words: null });
    } else {
      bench.clock.set(grant.end + 300);
    }
    await reconcile(bench, { kind: "grant", id: grant.id });
    for (const [name, objects] of there) prod.grants.set(name, objects);
    return { bench, grant, prod, alarms: bench.alarms };
  }
  const find = (bench: Bench, access: Access) => endWhateverIsKnown(bench, (ref: Ref) => reconcile(bench, ref), access);

  test("P1, P7 · is tried again every 15 s by its alarm, be it before its end", async () => {
    const { bench, grant, prod, alarms } = await leftOver("revoked");
    prod.silent = true;
    expect(await find(bench, grant)).toBe(false);

    for (let tries = 0; tries < 3; tries++) {
      const rings = grant.end + (alarms.waiting().get(grant.id)?.afterMs ?? Number.NaN);
      expect(rings - bench.clock.now()).toBe(15_000);
      bench.clock.set(rings);
      alarms.forget(grant.id);
      await ring(bench, grant);
    }
    prod.silent = false;
    await ring(bench, grant);

    expect(held(bench)).toBe(0);
    expect(alarms.waiting().size).toBe(0);
    expect(await find(bench, grant)).toBe(true);
  });

  test.each([-1, 0, 14_999, 15_000])(
    "an alarm that rings %i ms after the end takes all of what is known to be left over, and else its bindings alone",
    async (afterMs) => {
      for (const isKnown of [true, false]) {
        const { bench, grant, prod } = await leftOver("revoked");
        const bindings = () => [...prod.grants.values()].flatMap((objects) => [...objects.bindings]);
        prod.silent = isKnown;
        if (isKnown) await find(bench, grant);
        prod.silent = false;
        bench.clock.set(grant.end + afterMs);

        await ring(bench, grant);

        expect([held(bench), bindings()]).toEqual([isKnown ? 0 : 1, []]);
      }
    },
  );

  test("P7 · where its record could not be asked, it is known no more once that was looked at", async () => {
    const { bench, grant } = await atTheEnd();
    bench.clusters.cluster("prod").silent = true;
    await find({ ...bench, store: { ...bench.store, grant: away } }, grant);
    expect([...bench.leftovers]).toEqual([[grant.id, { words: "prod does not answer", refusedAt: null }]]);

    expect(await endWhateverIsKnown(bench, async () => {}, grant)).toBe(true);

    expect(bench.leftovers.size).toBe(0);
  });

  test("P7 · is paged at the second failed try where it came back late, as after a restore, and not where it goes then", async () => {
    for (const goes of [true, false]) {
      const { bench, grant, prod } = await leftOver("expired");
      bench.clock.advance(3_600_000);
      prod.silent = true;
      const paged: number[] = [];

      for (let tries = 0; tries < 2; tries++) {
        prod.silent = tries === 0 || !goes;
        await find(bench, grant);
        paged.push(bench.pager.owed().size);
      }

      expect(paged).toEqual(goes ? [0, 0] : [0, 1]);
    }
  });

  test("is said to be left over once for each reason, however often it is tried, and again where it comes back", async () => {
    const { bench, grant, prod } = await leftOver("revoked");
    const there = [...prod.grants];
    const said = () => bench.events.failures.filter(({ what }) => what === "leftover not ended").length;
    const busy = async (): Promise<never> => {
      throw new ClusterTrouble("prod", "prod is too busy");
    };
    const counts: number[] = [];
    const tryTwice = async (one: Bench) => {
      for (let tries = 0; tries < 2; tries++) {
        await find(one, grant);
        counts.push(said());
      }
    };

    prod.silent = true;
    await tryTwice(bench);
    await tryTwice({ ...bench, clusters: { ...bench.clusters, end: busy } });
    prod.silent = false;
    await find(bench, grant);
    for (const [name, objects] of there) prod.grants.set(name, objects);
    prod.silent = true;
    await tryTwice(bench);

    expect(counts).toEqual([1, 1, 2, 2, 3, 3]);
  });

  test("what is ended already is said to be left over by no alarm, however late it rings", async () => {
    const { bench, grant } = await atTheEnd();
    await reconcile(bench, { kind: "grant", id: grant.id });
    bench.clock.advance(60_000);

    await ring(bench, grant);

    expect(bench.events.happenings.map(({ what }) => what)).not.toContain("leftover ended");
  });

  test("an ending that its record knows of is none", async () => {
    const { bench, grant } = await atTheEnd();
    bench.clusters.cluster("prod").silent = true;

    expect(await find(bench, grant)).toBe(false);

    expect(bench.leftovers.size).toBe(0);
  });

  test.each(["revoked", "expired"] as const)(
    "P7 · is paged a minute after it ought to have been over, which was when it ended or its end: %s",
    async (how) => {
      const { bench, grant, prod } = await leftOver(how);
      const since = how === "revoked" ? bench.clock.now() : grant.end;
      prod.silent = true;

      bench.clock.set(since + 59_999);
      for (let tries = 0; tries < 2; tries++) await find(bench, grant);
      expect([...bench.pager.owed().values()]).toEqual([]);
      bench.clock.set(since + 60_000);
      await find(bench, grant);

      const debt = { grant: grant.id, cluster: "prod", since, words: "prod does not answer" };
      expect([...bench.pager.owed().values()]).toEqual([debt]);

      prod.silent = false;
      await find(bench, grant);
      expect(bench.pager.owed().size).toBe(0);
    },
  );
});
