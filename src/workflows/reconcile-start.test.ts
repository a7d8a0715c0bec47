import { describe, expect, test } from "vitest";
import { createFakeBench, type FakeBench, loadGrant, refreshPeople, settle } from "../../test/fakes/fake-bench.ts";
import { askFor, clickOn, MIA, SAMPLE_ASK } from "../../test/fakes/sample-asking.ts";
import { NOON, POLICY_INPUT, SAMPLE_FACTS, samplePolicy, sampleRecord } from "../../test/fakes/samples.ts";
import { BREAK_GLASS, policyWithRule, TWO_YESES } from "../../test/fakes/strict-policy.ts";
import { ask, decide } from "./access.ts";
import { endGrant } from "./end-early.ts";
import { reconcile } from "./reconcile.ts";
import { isRefusal } from "./refusal.ts";
import { sweepStore } from "./sweep.ts";
import { NotYet } from "./trouble.ts";

const STARTS_AT = NOON + 45 * 60_000;
const refOf = (id: string) => ({ kind: "grant", id }) as const;

/** Mia's pass for two hours, from three quarters past noon, to which everybody of `who` has said yes at noon. */
async function approvedForLater(bench: FakeBench, who: readonly string[] = ["ada"]): Promise<string> {
  const request = await askFor(bench, { startsAt: STARTS_AT });
  for (const id of who) {
    const answer = await decide(bench, clickOn(request, { by: sampleRecord(id) }));
    if (isRefusal(answer)) throw new Error(answer.refused);
  }
  return `${request.id}a`;
}

async function comeToStart(bench: FakeBench): Promise<void> {
  bench.clock.set(STARTS_AT);
  await refreshPeople(bench);
}

const held = (bench: FakeBench) => bench.clusters.cluster("prod").grants.size;

describe("a pass that begins later", () => {
  test("waits: until then nothing is made, no alarm is set, and whoever looks leaves it alone", async () => {
    const bench = createFakeBench();
    const id = await approvedForLater(bench);
    bench.clock.set(STARTS_AT - 1);

    await reconcile(bench, refOf(id));
    await sweepStore(bench, { look: (ref) => reconcile(bench, ref), check: async () => undefined });

    expect(await loadGrant(bench, id)).toMatchObject({ state: "making", version: 1, trouble: null });
    expect(held(bench)).toBe(0);
    expect(bench.alarms.waiting().size).toBe(0);
  });

  test("is made at its start, by its wake, and ends when that plus its duration has passed", async () => {
    const bench = createFakeBench();
    const id = await approvedForLater(bench);
    await comeToStart(bench);

    expect(await settle(bench)).toBeGreaterThan(0);

    expect(await loadGrant(bench, id)).toMatchObject({ state: "active", end: STARTS_AT + 7_200_000 });
    expect(held(bench)).toBe(1);
  });

  test("is found by a sweep where its wake was lost", async () => {
    const bench = createFakeBench();
    const id = await approvedForLater(bench);
    bench.waker.take();
    await comeToStart(bench);
    bench.clock.advance(2_000);

    await sweepStore(bench, { look: (ref) => reconcile(bench, ref), check: async () => undefined });

    expect(await loadGrant(bench, id)).toMatchObject({ state: "active" });
  });

  test("gives a silent cluster half an hour from its start", async () => {
    const bench = createFakeBench();
    const id = await approvedForLater(bench);
    bench.clusters.cluster("prod").silent = true;
    await comeToStart(bench);
    bench.clock.advance(30 * 60_000 - 1);
    await refreshPeople(bench);
    await expect(reconcile(bench, refOf(id))).rejects.toThrow("does not answer");
    expect(await loadGrant(bench, id)).toMatchObject({ state: "making" });

    bench.clock.advance(1);
    bench.clusters.cluster("prod").silent = false;
    await reconcile(bench, refOf(id));

    expect(await loadGrant(bench, id)).toMatchObject({ state: "ended", ending: { why: "clusterSilent" } });
  });

  test("can be handed back or revoked before, and then is never made", async () => {
    for (const by of [MIA, sampleRecord("ada"), sampleRecord("olga")]) {
      const bench = createFakeBench();
      const id = await approvedForLater(bench);

      await endGrant(bench, { by, grant: id, words: null });
      await comeToStart(bench);
      await settle(bench);

      expect(await loadGrant(bench, id)).toMatchObject({ state: "ended", activeAt: null });
      expect(held(bench)).toBe(0);
    }
  });
});

describe("P6 · at its start it is judged again:", () => {
  test.each<[string, (bench: FakeBench) => unknown]>([
    ["the policy offers it no more", (bench) => bench.setPolicy(policyWithRule({ who: ["ada"] }))],
    ["it may not last that long any more", (bench) => bench.setPolicy(policyWithRule({ maxDuration: "119m" }))],
    ["more people must say yes now", (bench) => bench.setPolicy(policyWithRule({ quorum: 2 }, TWO_YESES))],
    ["it needs a ticket now", (bench) => bench.setPolicy(policyWithRule({ ticket: true }))],
    ["other groups decide now", (bench) => bench.setPolicy(policyWithRule({ approvers: "web-approvers" }))],
    [
      "a denial covers it",
      (bench) => bench.setPolicy(samplePolicy({ denials: [{ name: "freeze", why: "a freeze" }] })),
    ],
    [
      "whoever asked was switched off",
      (bench) => bench.people.save({ ...MIA, active: false, readAt: bench.clock.now() }),
    ],
  ])("where %s, it ends and nothing is made", async (_, prepare) => {
    const bench = createFakeBench();
    const id = await approvedForLater(bench);
    await comeToStart(bench);
    await prepare(bench);

    await reconcile(bench, refOf(id));

    expect(await loadGrant(bench, id)).toMatchObject({ state: "ended", ending: { why: "notAllowedAnyMore" } });
    expect(held(bench)).toBe(0);
  });

  test.each([
    [["ada", "ben"], "ended"],
    [["ada", "ben", "sam"], "active"],
  ])("of %j two must count, and one no longer does: it is %s", async (who, state) => {
    const bench = createFakeBench();
    const two = policyWithRule({ quorum: 2 }, TWO_YESES);
    const asMany = policyWithRule({ quorum: who.length }, TWO_YESES);
    bench.setPolicy(asMany);
    const id = await approvedForLater(bench, who);
    bench.setPolicy(two);
    await comeToStart(bench);
    await bench.people.save(sampleRecord("ada", { active: false, readAt: bench.clock.now() }));

    await reconcile(bench, refOf(id));

    expect(await loadGrant(bench, id)).toMatchObject({ state });
  });

  test.each(["mia", "ada"])("it waits where %s was not read from Slack lately", async (who) => {
    const bench = createFakeBench();
    const id = await approvedForLater(bench);
    await comeToStart(bench);
    await bench.people.save(sampleRecord(who, { readAt: STARTS_AT - 300_001 }));

    await expect(reconcile(bench, refOf(id))).rejects.toThrow(`the bot has not read ${who} from Slack lately`);
  });

  test("it waits where nobody has read its cluster yet", async () => {
    const bench = createFakeBench();
    const id = await approvedForLater(bench);
    await comeToStart(bench);
    const blind = { ...bench, facts: { ...bench.facts, of: async () => null } };

    await expect(reconcile(blind, refOf(id))).rejects.toThrow(NotYet);
    expect(await loadGrant(bench, id)).toMatchObject({
      state: "making",
      trouble: "prod answers, but nobody has read lately what it allows: the worker's log says why",
    });
  });

  test("a limit that was lowered since takes nothing away: limits count when the last yes is given", async () => {
    const bench = createFakeBench();
    const id = await approvedForLater(bench);
    await decide(bench, clickOn(await askFor(bench, { namespaces: ["ledger"], seed: "V2" })));
    const acme = { ...POLICY_INPUT.companies.acme, maxPasses: 1 };
    bench.setPolicy(samplePolicy({ limits: { passesPerPerson: 1 }, companies: { acme } }));
    await comeToStart(bench);

    await reconcile(bench, refOf(id));

    expect(await loadGrant(bench, id)).toMatchObject({ state: "active" });
  });

  test("two accesses that are kept apart since: the one that begins later ends", async () => {
    const bench = createFakeBench();
    const id = await approvedForLater(bench);
    await decide(bench, clickOn(await askFor(bench, { namespaces: ["ledger"], seed: "V2" })));
    await settle(bench);
    const sides = {
      first: { profiles: ["logs"], namespaces: ["payments"] },
      second: { profiles: ["logs"], namespaces: ["ledger"] },
    };
    bench.setPolicy(samplePolicy({ separation: [{ name: "apart", why: "both together move money", ...sides }] }));
    await comeToStart(bench);

    await reconcile(bench, refOf(id));

    expect(await loadGrant(bench, id)).toMatchObject({ state: "ended", ending: { why: "notAllowedAnyMore" } });
  });

  test("the passes that are held beside it are not counted against it", async () => {
    const bench = createFakeBench();
    bench.setPolicy(samplePolicy({ limits: { passesPerPerson: 2 } }));
    const id = await approvedForLater(bench);
    const other = await askFor(bench, { namespaces: ["ledger"], seed: "V2", duration: "3h" });
    await decide(bench, clickOn(other));
    await settle(bench);
    await comeToStart(bench);

    await reconcile(bench, refOf(id));

    expect(await loadGrant(bench, id)).toMatchObject({ state: "active" });
  });
});

describe("P6 · what nobody approved is judged again too, right before it is made:", () => {
  const OLGA = sampleRecord("olga");
  const AUTO = { who: ["on-call"], autoApprove: true };
  const risk = { tier: "high", words: ["run commands in pods"] } as const;

  test.each<[string, boolean, (bench: FakeBench) => unknown, string]>([
    ["by policy, and nothing has changed", false, () => undefined, "active"],
    ["by policy, and it is dangerous since", false, (bench) => bench.facts.publish(withRisk(risk)), "ended"],
    ["by policy, and the policy wants people now", false, (bench) => bench.setPolicy(onCallRule({})), "ended"],
    ["in an emergency, and nothing has changed", true, () => undefined, "active"],
    ["in an emergency, and they are not on call any more", true, (bench) => bench.setPolicy(offCall()), "ended"],
  ])("%s", async (_, breakGlass, change, state) => {
    const bench = createFakeBench();
    bench.setPolicy(onCallRule(breakGlass ? {} : AUTO));
    const request = await ask(bench, { ...SAMPLE_ASK, by: OLGA, duration: "1h", breakGlass });
    if (!("state" in request)) throw new Error(JSON.stringify(request));
    await change(bench);

    await settle(bench);

    expect(await loadGrant(bench, `${request.id}a`)).toMatchObject({ state, grantee: "olga" });
  });

  test("in an emergency, and its own review is due before its cluster answers", async () => {
    const bench = createFakeBench();
    bench.setPolicy(onCallRule({}, { breakGlass: { ...BREAK_GLASS.breakGlass, reviewWithin: "1m" } }));
    const request = await ask(bench, { ...SAMPLE_ASK, by: OLGA, duration: "1h", breakGlass: true });
    if (!("state" in request)) throw new Error(JSON.stringify(request));
    bench.clock.advance(60_000);

    await settle(bench);

    expect(await loadGrant(bench, `${request.id}a`)).toMatchObject({ state: "active" });
  });

  function onCallRule(rule: Record<string, unknown>, changes: Record<string, unknown> = {}) {
    return policyWithRule({ who: ["on-call"], ...rule }, { ...BREAK_GLASS, ...changes });
  }
  function offCall() {
    const onCall = { ...POLICY_INPUT.groups["on-call"], people: ["sam"] };
    return onCallRule({}, { groups: { ...POLICY_INPUT.groups, "on-call": onCall } });
  }
  function withRisk(other: typeof risk) {
    return { ...SAMPLE_FACTS, roles: { "daypass-profile-logs": { hash: "sha256:logs", risk: other } } };
  }
});
