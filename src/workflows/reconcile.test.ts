import { describe, expect, test } from "vitest";
import {
  activateOn,
  approveOn,
  createFakeBench,
  type FakeBench,
  loadGrant,
  refreshPeople,
  settle,
} from "../../test/fakes/fake-bench.ts";
import { askFor, MIA } from "../../test/fakes/sample-asking.ts";
import { NOON, POLICY_INPUT, SAMPLE_FACTS, samplePolicy, sampleRecord } from "../../test/fakes/samples.ts";
import type { Grant } from "./grant.ts";
import { reconcile } from "./reconcile.ts";
import { NotYet } from "./trouble.ts";

const refOf = ({ id }: Grant) => ({ kind: "grant", id }) as const;
const moments = (bench: FakeBench) =>
  bench.store.tellings.flatMap(({ tell }) => (tell.kind === "asker" ? tell.moment : []));

describe("making", () => {
  test("P3 · an approved grant is active only after the cluster has proven it", async () => {
    const bench = createFakeBench();
    const grant = await approveOn(bench);
    expect(moments(bench)).not.toContain("ready");

    await reconcile(bench, refOf(grant));

    expect(await loadGrant(bench, grant.id)).toMatchObject({ state: "active", activeAt: NOON, timerArmed: true });
    expect(bench.clusters.cluster("prod").grants.size).toBe(1);
    expect(moments(bench)).toContain("ready");
    const tenMinutesBefore = grant.end - 600_000;
    expect(bench.waker.waiting()).toContainEqual({ ref: refOf(grant), at: tenMinutesBefore + 300 });
    expect(bench.alarms.waiting().get(grant.id)).toMatchObject({ access: { end: grant.end }, afterMs: 0 });
  });

  test("P3 · what takes until its end to be made is never called active, and nothing is left behind", async () => {
    const bench = createFakeBench();
    const grant = await approveOn(bench);
    const make: typeof bench.clusters.make = async (lent) => {
      const made = await bench.clusters.make(lent);
      bench.clock.set(grant.end);
      return made;
    };

    await reconcile({ ...bench, clusters: { ...bench.clusters, make } }, refOf(grant));

    expect(await loadGrant(bench, grant.id)).toMatchObject({
      ...{ state: "ended", activeAt: null },
      ending: { why: "clusterSilent", words: "it took until the end to make it" },
    });
    expect(bench.clusters.cluster("prod").grants.size).toBe(0);
    expect(moments(bench)).toEqual(["asked", "approved", "failed"]);
  });

  test("P3 · nor what was proven before its end by a machine that slept past it before it wrote that down", async () => {
    const bench = createFakeBench();
    const grant = await approveOn(bench);
    const make: typeof bench.clusters.make = async (lent) => {
      const made = await bench.clusters.make(lent);
      sleepsNow = true;
      return made;
    };
    let sleepsNow = false;
    const request: typeof bench.store.request = async (id) => {
      if (sleepsNow) bench.clock.set(grant.end + 3_600_000);
      return bench.store.request(id);
    };
    const clusters = { ...bench.clusters, make };

    await reconcile({ ...bench, clusters, store: { ...bench.store, request } }, refOf(grant));

    expect(await loadGrant(bench, grant.id)).toMatchObject({ state: "ended", activeAt: null });
    expect(moments(bench)).toEqual(["asked", "approved", "failed"]);
  });

  test("P3 · where the cluster refuses, nobody hears of access, and nothing is left behind", async () => {
    const bench = createFakeBench();
    const grant = await approveOn(bench);
    bench.clusters.cluster("prod").refusing = "quota reached";

    await reconcile(bench, refOf(grant));

    expect(await loadGrant(bench, grant.id)).toMatchObject({
      ...{ state: "ended", activeAt: null },
      ending: { why: "clusterRefused", by: null, words: "quota reached" },
    });
    expect(bench.clusters.cluster("prod").grants.size).toBe(0);
    expect(moments(bench)).toEqual(["asked", "approved", "failed"]);
  });

  test("P9 · where the role's rules differ from what was approved, it says so", async () => {
    const bench = createFakeBench();
    const grant = await approveOn(bench);
    bench.clusters.cluster("prod").roles.set(grant.role, "sha256:more than logs");

    await reconcile(bench, refOf(grant));

    expect(await loadGrant(bench, grant.id)).toMatchObject({ state: "ended", ending: { why: "roleChanged" } });
  });

  test("a silent cluster is shown as trouble once, tried again, and does not move the end", async () => {
    const bench = createFakeBench();
    const grant = await approveOn(bench);
    bench.clusters.cluster("prod").silent = true;

    for (let i = 0; i < 3; i++) await expect(reconcile(bench, refOf(grant))).rejects.toThrow("does not answer");
    const waiting = await loadGrant(bench, grant.id);
    bench.clusters.cluster("prod").silent = false;
    bench.clock.advance(60_000);
    await reconcile(bench, refOf(grant));

    expect(waiting).toMatchObject({ state: "making", version: 2, trouble: "prod does not answer" });
    expect(await loadGrant(bench, grant.id)).toMatchObject({ state: "active", end: grant.end });
  });

  test("a cluster silent for half an hour means no grant, and nothing is left behind once it answers", async () => {
    const bench = createFakeBench();
    const grant = await approveOn(bench);
    bench.clusters.cluster("prod").silent = true;
    await expect(reconcile(bench, refOf(grant))).rejects.toThrow();
    bench.clock.advance(30 * 60_000);
    await expect(reconcile(bench, refOf(grant))).rejects.toThrow();
    expect(await loadGrant(bench, grant.id)).toMatchObject({ state: "ending", ending: { why: "clusterSilent" } });

    bench.clusters.cluster("prod").silent = false;
    await reconcile(bench, refOf(grant));

    expect(await loadGrant(bench, grant.id)).toMatchObject({ state: "ended", activeAt: null });
  });
});

describe("P6 · right before anything is made", () => {
  const [PAYMENTS_RULE] = POLICY_INPUT.rules;
  const groups = POLICY_INPUT.groups;
  test.each<[string, (bench: FakeBench) => unknown]>([
    ["an asker whose account was switched off gets nothing", (bench) => bench.people.save({ ...MIA, active: false })],
    [
      "an asker to whom the policy no longer offers it gets nothing",
      (bench) => bench.setPolicy(samplePolicy({ rules: [{ ...PAYMENTS_RULE, who: ["ada"] }] })),
    ],
    [
      "the yes of somebody who is no approver any more does not count",
      (bench) =>
        bench.setPolicy(
          samplePolicy({
            groups: { ...groups, "payments-approvers": { ...groups["payments-approvers"], people: ["ben"] } },
          }),
        ),
    ],
    [
      "the yes of an account switched off since does not count",
      (bench) => bench.people.save(sampleRecord("ada", { active: false })),
    ],
    ["the yes of a guest does not count", (bench) => bench.people.save(sampleRecord("ada", { guest: true }))],
  ])("%s", async (_, prepare) => {
    const bench = createFakeBench();
    const grant = await approveOn(bench);
    await prepare(bench);

    await reconcile(bench, refOf(grant));

    expect(await loadGrant(bench, grant.id)).toMatchObject({ state: "ended", ending: { why: "notAllowedAnyMore" } });
    expect(bench.clusters.cluster("prod").grants.size).toBe(0);
  });

  test.each<[string, (bench: FakeBench) => unknown]>([
    ["a record of a person older than five minutes is not acted on", (bench) => bench.clock.advance(300_001)],
    ["a policy that cannot be read grants nothing", (bench) => bench.setPolicy(null)],
    ["on a Redis that may forget nothing is granted", (bench) => bench.setCaution("Redis keeps nothing on disk")],
    [
      "in a cluster whose clock is far off nothing is granted",
      (bench) => bench.facts.publish({ ...SAMPLE_FACTS, skewMs: 5001 }),
    ],
  ])("%s: it is tried again later", async (_, prepare) => {
    const bench = createFakeBench();
    const grant = await approveOn(bench);
    await prepare(bench);

    await expect(reconcile(bench, refOf(grant))).rejects.toThrow(NotYet);

    expect(await loadGrant(bench, grant.id)).toMatchObject({ state: "making", trouble: expect.any(String) });
    expect(bench.clusters.cluster("prod").grants.size).toBe(0);
    bench.setPolicy(samplePolicy());
    bench.setCaution(null);
    await bench.facts.publish({ ...SAMPLE_FACTS, skewMs: -5000, readAt: bench.clock.now() });
    await refreshPeople(bench);
    await reconcile(bench, refOf(grant));
    expect(await loadGrant(bench, grant.id)).toMatchObject({ state: "active" });
  });
});

describe("the timer in the cluster", () => {
  test("not armed within five seconds means an unarmed switch, and the grant ends with that reason", async () => {
    const bench = createFakeBench();
    bench.clusters.cluster("prod").controllers = false;
    const grant = await activateOn(bench);
    expect(await loadGrant(bench, grant.id)).toMatchObject({ state: "active", timerArmed: false });

    bench.clock.advance(4999);
    await reconcile(bench, refOf(grant));
    expect(await loadGrant(bench, grant.id)).toMatchObject({ state: "active" });
    bench.clock.advance(1);
    await reconcile(bench, refOf(grant));

    expect(await loadGrant(bench, grant.id)).toMatchObject({ state: "ended", ending: { why: "timerUnarmed" } });
  });

  test("armed late but in time is armed, and wakes look until then", async () => {
    const bench = createFakeBench();
    const prod = bench.clusters.cluster("prod");
    prod.controllers = false;
    const grant = await activateOn(bench);
    for (const held of prod.grants.values()) held.timer.armed = true;
    bench.clock.advance(250);

    expect(await settle(bench)).toBeGreaterThan(0);
    expect(await loadGrant(bench, grant.id)).toMatchObject({ state: "active", timerArmed: true });
  });

  test("unarmed is looked at less and less often, for the last time when patience is over", async () => {
    const bench = createFakeBench();
    bench.clusters.cluster("prod").controllers = false;
    const grant = await activateOn(bench);
    const activeAt = bench.clock.now();
    const nextLook = () => bench.waker.waiting().find(({ ref }) => ref.kind === "grant");
    await settle(bench);
    const looks: number[] = [];
    for (let next = nextLook(); next !== undefined; next = nextLook()) {
      looks.push(next.at - activeAt);
      bench.clock.advance(next.at - bench.clock.now());
      await settle(bench);
    }

    expect(looks).toEqual([250, 500, 1000, 2000, 4000, 5000]);
    expect(await loadGrant(bench, grant.id)).toMatchObject({ state: "ended" });
  });

  test("behind others', of a controller that is at work, it is waited for longer, and not for ever", async () => {
    const bench = createFakeBench();
    bench.clusters.cluster("prod").controllers = false;
    const grant = await activateOn(bench);
    const busy = { ...bench, clusters: { ...bench.clusters, timer: async () => "behind" as const } };

    bench.clock.advance(11_999);
    await reconcile(busy, refOf(grant));
    expect(await loadGrant(bench, grant.id)).toMatchObject({ state: "active" });
    bench.clock.advance(1);
    await reconcile(busy, refOf(grant));

    expect(await loadGrant(bench, grant.id)).toMatchObject({ state: "ended", ending: { why: "timerUnarmed" } });
  });

  test("gone means that the access goes too", async () => {
    const bench = createFakeBench();
    bench.clusters.cluster("prod").controllers = false;
    const grant = await activateOn(bench);
    bench.clusters.cluster("prod").grants.clear();

    await reconcile(bench, refOf(grant));

    expect(await loadGrant(bench, grant.id)).toMatchObject({ state: "ended", ending: { why: "timerUnarmed" } });
  });
});

describe("a request", () => {
  test("lapses when nobody has answered in time, and the asker hears it", async () => {
    const bench = createFakeBench();
    const request = await askFor(bench);
    bench.clock.set(request.lapsesAt);

    await settle(bench);

    expect(await bench.store.request(request.id)).toMatchObject({ state: "lapsed", at: request.lapsesAt });
    expect(moments(bench)).toEqual(["asked", "lapsed"]);
  });

  test("looked at too early is left alone and looked at again in time", async () => {
    const bench = createFakeBench();
    const request = await askFor(bench);
    bench.waker.take();

    await reconcile(bench, { kind: "request", id: request.id });

    expect(await bench.store.request(request.id)).toEqual(request);
    expect(bench.waker.waiting()).toMatchObject([{ at: request.lapsesAt }]);
  });

  test.each(["request", "grant"] as const)("or grant that is not there is no trouble: %s", async (kind) => {
    await expect(reconcile(createFakeBench(), { kind, id: "zzzzzzzzzz" })).resolves.toBeUndefined();
  });
});
