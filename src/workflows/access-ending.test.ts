import { describe, expect, test } from "vitest";
import { activateOn, approveOn, createFakeBench } from "../../test/fakes/fake-bench.ts";
import { MIA } from "../../test/fakes/sample-asking.ts";
import { NOON, sampleRecord } from "../../test/fakes/samples.ts";
import { MOST_TRIES } from "./desk.ts";
import { endable, endGrant } from "./end-early.ts";
import type { Grant } from "./grant.ts";
import type { PersonRecord } from "./person.ts";
import { mayReceive } from "./receive.ts";
import { reconcile } from "./reconcile.ts";
import { refuse } from "./refusal.ts";
import { StoreUnavailable } from "./trouble.ts";

const ADA = sampleRecord("ada");
const OLGA = sampleRecord("olga");

describe("the list of what somebody may end", () => {
  test.each<[string, PersonRecord, number]>([
    ["holds a grantee's own", MIA, 1],
    ["holds what an approver approved", ADA, 1],
    ["holds everything for on-call", OLGA, 1],
    ["is empty for another approver", sampleRecord("ben"), 0],
    ["is empty for another contractor", sampleRecord("max"), 0],
    ["is empty for a stranger", sampleRecord("zoe"), 0],
    ["is empty for an account switched off", { ...OLGA, active: false }, 0],
  ])("%s", async (_, by, count) => {
    const bench = createFakeBench();
    await activateOn(bench);

    expect(await endable(bench, by)).toHaveLength(count);
  });

  test("holds what is still being made, and no longer what is ending or has ended", async () => {
    const bench = createFakeBench();
    const { id } = await approveOn(bench);
    const before = await endable(bench, OLGA);
    await endGrant(bench, { by: OLGA, grant: id, words: null });
    const meanwhile = await endable(bench, OLGA);
    await reconcile(bench, { kind: "grant", id });

    expect([before.length, meanwhile.length, (await endable(bench, OLGA)).length]).toEqual([1, 0, 0]);
  });
});

test("P7 · the list needs no policy for one's own", async () => {
  const bench = createFakeBench();
  await activateOn(bench);
  bench.setPolicy(null);

  expect(await endable(bench, MIA)).toHaveLength(1);
  expect(await endable(bench, OLGA)).toEqual([]);
});

test("an ending that loses every compare-and-set is told as it is, after so many tries", async () => {
  const bench = createFakeBench();
  const { id } = await activateOn(bench);
  let tries = 0;
  const store = {
    ...bench.store,
    commit: async () => {
      tries += 1;
      return "raced" as const;
    },
  };

  expect(await endGrant({ ...bench, store }, { by: OLGA, grant: id, words: null })).toEqual(refuse("raced"));
  expect(tries).toBe(MOST_TRIES);
});

describe("ending a grant by hand", () => {
  test.each<[string, PersonRecord, string]>([
    ["the grantee hands it back", MIA, "released"],
    ["who approved it revokes it", ADA, "revoked"],
    ["on-call revokes it", OLGA, "revoked"],
  ])("%s, at once, and a wake is due now", async (_, by, why) => {
    const bench = createFakeBench();
    const { id } = await activateOn(bench);
    bench.clock.advance(60_000);
    bench.waker.take();

    const ending = await endGrant(bench, { by, grant: id, words: "incident over" });

    expect(ending).toMatchObject({
      state: "ending",
      ending: { why, by: by.person, words: "incident over", since: NOON + 60_000 },
    });
    expect(bench.waker.take()).toEqual([{ kind: "grant", id }]);
  });

  test("by somebody who may not changes nothing", async () => {
    const bench = createFakeBench();
    const grant = await activateOn(bench);

    expect(await endGrant(bench, { by: sampleRecord("ben"), grant: grant.id, words: null })).toEqual(
      refuse("notYours"),
    );
    expect(await bench.store.grant(grant.id)).toEqual(grant);
  });

  test("what does not exist says so", async () => {
    expect(await endGrant(createFakeBench(), { by: OLGA, grant: "zzzzzzzzzza", words: null })).toEqual(
      refuse("notFound"),
    );
  });

  test("P7 · that nobody knows to be safe yet is begun all the same, and told as what it is", async () => {
    const bench = createFakeBench();
    const { id } = await activateOn(bench);
    bench.waker.take();
    const commit: typeof bench.store.commit = async (wanted) => {
      await bench.store.commit(wanted);
      throw new StoreUnavailable("unknown", "no replica confirmed it");
    };

    const ending = endGrant({ ...bench, store: { ...bench.store, commit } }, { by: MIA, grant: id, words: null });

    await expect(ending).rejects.toThrow(StoreUnavailable);
    expect(bench.waker.take().map((ref) => ref.id)).toContain(id);
  });

  test("P5 · fifty clicks at once are one ending", async () => {
    const bench = createFakeBench();
    const { id } = await activateOn(bench);

    const answers = await Promise.all(
      Array.from({ length: 50 }, () => endGrant(bench, { by: OLGA, grant: id, words: null })),
    );

    expect(answers.filter((answer) => "state" in answer)).toHaveLength(1);
    expect(answers).toContainEqual(refuse("alreadyEnding"));
    expect(bench.store.rows.filter(({ what }) => what === "ending")).toHaveLength(1);
  });

  test("P7 · needs no policy for one's own and for what one approved", async () => {
    for (const by of [MIA, ADA]) {
      const bench = createFakeBench();
      const { id } = await activateOn(bench);
      bench.setPolicy(null);

      expect(await endGrant(bench, { by, grant: id, words: null })).toMatchObject({ state: "ending" });
    }
  });

  test("and by the clock end in the same state with the same cluster calls: one path", async () => {
    const byHand = createFakeBench();
    const byClock = createFakeBench();
    const [first, second] = [await activateOn(byHand), await activateOn(byClock)];
    await endGrant(byHand, { by: OLGA, grant: first.id, words: null });
    byClock.clock.set(second.end);

    await reconcile(byHand, { kind: "grant", id: first.id });
    await reconcile(byClock, { kind: "grant", id: second.id });

    for (const bench of [byHand, byClock]) {
      expect(bench.clusters.cluster("prod").grants.size).toBe(0);
      expect(await bench.store.grant(first.id)).toMatchObject({ state: "ended" });
    }
  });
});

describe("who gets a credential", () => {
  const states = async () => {
    const bench = createFakeBench();
    return { bench, grant: await activateOn(bench) };
  };

  test("the grantee, while the grant is active", async () => {
    const { bench, grant } = await states();

    expect(await mayReceive(bench, { by: MIA, grant: grant.id })).toEqual(grant);
  });

  test.each<[string, PersonRecord, string]>([
    ["not who approved it", ADA, "notYours"],
    ["not on-call", OLGA, "notYours"],
    ["not the grantee's account once it is switched off", { ...MIA, active: false }, "inactive"],
  ])("%s", async (_, by, refused) => {
    const { bench, grant } = await states();

    expect(await mayReceive(bench, { by, grant: grant.id })).toEqual({ refused });
  });

  test("nobody at its end or later, even before anything has noticed", async () => {
    const { bench, grant } = await states();
    bench.clock.set(grant.end);

    expect(await mayReceive(bench, { by: MIA, grant: grant.id })).toEqual(refuse("notActive"));
  });

  test("nobody before it is proven, while it is ending, and for what does not exist", async () => {
    const bench = createFakeBench();
    const { id }: Grant = await approveOn(bench);
    const before = await mayReceive(bench, { by: MIA, grant: id });
    await endGrant(bench, { by: OLGA, grant: id, words: null });

    expect(before).toEqual(refuse("notActive"));
    expect(await mayReceive(bench, { by: MIA, grant: id })).toEqual(refuse("notActive"));
    expect(await mayReceive(bench, { by: MIA, grant: "zzzzzzzzzza" })).toEqual(refuse("notFound"));
  });
});
