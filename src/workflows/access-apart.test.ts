import { describe, expect, test } from "vitest";
import { createFakeBench, settle } from "../../test/fakes/fake-bench.ts";
import { askFor, clickOn, SAMPLE_ASK } from "../../test/fakes/sample-asking.ts";
import { POLICY_INPUT, samplePolicy, sampleRecord } from "../../test/fakes/samples.ts";
import { BREAK_GLASS } from "../../test/fakes/strict-policy.ts";
import { ask, decide } from "./access.ts";
import { endGrant } from "./end-early.ts";
import { reconcile } from "./reconcile.ts";
import { refuse } from "./refusal.ts";

const APART = {
  ...{ name: "apart", why: "both together move money" },
  ...{
    first: { profiles: ["logs"], namespaces: ["payments"] },
    second: { profiles: ["logs"], namespaces: ["ledger"] },
  },
};

describe("P6 · what is kept apart is not had in one request either:", () => {
  const BOTH = { namespaces: ["payments", "ledger"] };
  const sides = [["payments"], ["ledger"]] as const;
  const refused = refuse("separatedTogether", { field: "namespaces", detail: APART.why, rule: APART.name, sides });
  const LEDGER = { durationSeconds: 7200, namespaces: ["ledger"], startsAt: null };
  const askedBefore = async (changes: Record<string, unknown> = {}) => {
    const bench = createFakeBench();
    bench.setPolicy(samplePolicy(changes));
    const request = await askFor(bench, BOTH);
    bench.setPolicy(samplePolicy({ ...changes, separation: [APART] }));
    return { bench, request };
  };

  test("nobody asks for both sides at once", async () => {
    const bench = createFakeBench();
    bench.setPolicy(samplePolicy({ separation: [APART] }));

    expect(await ask(bench, { ...SAMPLE_ASK, ...BOTH })).toEqual([refused]);
    expect(await ask(bench, { ...SAMPLE_ASK, namespaces: ["payments"] })).toMatchObject({ state: "pending" });
  });

  test("nobody says yes to both, where they are kept apart since; a yes that leaves one side lends that", async () => {
    const { bench, request } = await askedBefore();

    expect(await decide(bench, clickOn(request))).toEqual(refused);
    expect(await decide(bench, clickOn(request, { stepped: true }))).toEqual(refused);
    expect(await bench.store.request(request.id)).toEqual(request);
    const approved = await decide(bench, clickOn(request, { less: LEDGER }));

    expect(approved).toMatchObject({ state: "approved", lent: { namespaces: ["ledger"] } });
    await settle(bench);
    expect(await bench.store.grant(`${request.id}a`)).toMatchObject({ state: "active", namespaces: ["ledger"] });
  });

  test("what an earlier yes left counts, and a first of several yeses is refused as well", async () => {
    const [rule] = POLICY_INPUT.rules;
    const { bench, request } = await askedBefore({ rules: [{ ...rule, quorum: 2 }] });

    expect(await decide(bench, clickOn(request))).toEqual(refused);
    const partly = await decide(bench, clickOn(request, { less: LEDGER }));
    if (!("state" in partly)) throw new Error(partly.refused);
    const { fingerprint } = partly;
    const approved = await decide(bench, clickOn(request, { by: sampleRecord("ben"), fingerprint }));

    expect(approved).toMatchObject({ state: "approved", lent: { namespaces: ["ledger"] } });
  });

  test("nothing is made of both, where they are kept apart since the yes", async () => {
    const bench = createFakeBench();
    const request = await askFor(bench, BOTH);
    await decide(bench, clickOn(request));
    bench.setPolicy(samplePolicy({ separation: [APART] }));

    await settle(bench);

    expect(await bench.store.grant(`${request.id}a`)).toMatchObject({ ending: { why: "notAllowedAnyMore" } });
  });
});

describe("P6 · in an emergency, what is kept apart", () => {
  const OLGA = sampleRecord("olga");
  const GLASS = { ...SAMPLE_ASK, by: OLGA, namespaces: ["ledger"], duration: "1h", breakGlass: true, seed: "V2" };
  const [rule] = POLICY_INPUT.rules;
  const holding = async () => {
    const bench = createFakeBench();
    bench.setPolicy(samplePolicy({ ...BREAK_GLASS, rules: [{ ...rule, who: ["on-call"] }], separation: [APART] }));
    const request = await askFor(bench, { by: OLGA, namespaces: ["payments"] });
    await decide(bench, clickOn(request, { asker: OLGA }));
    await settle(bench);
    return { bench, grant: `${request.id}a` };
  };

  test("is refused while the other side is in use, as ever", async () => {
    const { bench } = await holding();

    expect(await ask(bench, GLASS)).toMatchObject([{ refused: "separated" }]);
  });

  test("is lent beside a pass whose cluster has not proven that it is over, and that is written where people look", async () => {
    const { bench, grant } = await holding();
    await endGrant(bench, { by: OLGA, grant, words: null });

    expect(await ask(bench, { ...GLASS, breakGlass: false })).toMatchObject([{ refused: "separatedWhileEnding" }]);
    const broken = await ask(bench, GLASS);
    if (!("grants" in broken)) throw new Error(JSON.stringify(broken));
    const id = broken.grants[0] ?? "";
    await reconcile(bench, { kind: "grant", id });

    const why = [expect.stringContaining("logs in payments on prod may still work beside this")];
    expect(broken.needs.why).toEqual(why);
    expect(bench.store.rows.find(({ what }) => what === "brokeGlass")).toMatchObject({ detail: { risk: why } });
    expect(await bench.store.grant(id)).toMatchObject({ state: "active" });
    expect(await bench.store.grant(grant)).toMatchObject({ state: "ending" });
  });
});
