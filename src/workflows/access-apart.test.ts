import { describe, expect, test } from "vitest";
import { createFakeBench, settle } from "../../test/fakes/fake-bench.ts";
import { askFor, clickOn, SAMPLE_ASK } from "../../test/fakes/sample-asking.ts";
import { POLICY_INPUT, samplePolicy, sampleRecord } from "../../test/fakes/samples.ts";
import { ask, decide } from "./access.ts";
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
