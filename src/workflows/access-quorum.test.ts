import { describe, expect, test } from "vitest";
import { createFakeDesk, type FakeDesk } from "../../test/fakes/fake-desk.ts";
import { askFor, clickOn } from "../../test/fakes/sample-asking.ts";
import { NOON, SAMPLE_FACTS, samplePolicy, sampleRecord } from "../../test/fakes/samples.ts";
import { policyWithRule, TWO_YESES } from "../../test/fakes/strict-policy.ts";
import { decide, type Verdict } from "./access.ts";
import { isRefusal, refuse } from "./refusal.ts";
import type { Less, PendingRequest } from "./request.ts";

const TWO = policyWithRule({ quorum: 2, namespaces: ["payments", "ledger"] }, TWO_YESES);
const BOTH: Less = { durationSeconds: 7200, namespaces: ["ledger", "payments"], startsAt: null };

async function askTwo(): Promise<{ desk: FakeDesk; request: PendingRequest }> {
  const desk = createFakeDesk();
  desk.setPolicy(TWO);
  return { desk, request: await askFor(desk, { namespaces: ["payments", "ledger"] }) };
}

function click(request: PendingRequest, who: string, changes: Partial<Verdict> = {}): Verdict {
  return clickOn(request, { by: sampleRecord(who), ...changes });
}

/** Takes an answer; returns it as a request that still waits. Throws where it is none. */
function waiting(answer: Awaited<ReturnType<typeof decide>>): PendingRequest {
  if (isRefusal(answer) || answer.state !== "pending") throw new Error(JSON.stringify(answer));
  return answer;
}

describe("where two people must say yes", () => {
  test("the first yes is recorded, shown and remembered, and lends nothing", async () => {
    const { desk, request } = await askTwo();

    const once = waiting(await decide(desk, click(request, "ada")));

    expect(once).toMatchObject({ version: 2, yeses: [{ by: "ada", at: NOON, less: null }] });
    expect(once.fingerprint).toBe(request.fingerprint);
    expect((await desk.store.live()).grants).toEqual([]);
    expect(desk.store.rows.at(-1)).toMatchObject({ what: "yes", by: "ada", detail: { dropped: [], quorum: 2 } });
    expect(desk.store.tellings.slice(-3).map(({ tell }) => tell.kind)).toEqual(["card", "yes", "asker"]);
  });

  test("P9 · not even the first yes counts for a role whose rules have changed since", async () => {
    const { desk, request } = await askTwo();
    const roles = { "daypass-profile-logs": { hash: "sha256:more", risk: { tier: "low", words: [] } } } as const;
    await desk.facts.publish({ ...SAMPLE_FACTS, roles });

    const once = await decide(desk, click(request, "ada"));

    expect(once).toEqual(refuse("roleChanged", { detail: "logs" }));
    expect(await desk.store.request(request.id)).toEqual(request);
  });

  test("P6 · somebody barred as of the asker's company stays so, though a yes was given by a laxer policy since", async () => {
    const { "payments-approvers": approvers, ...others } = TWO_YESES.groups;
    const groups = { ...others, "payments-approvers": { ...approvers, people: ["ada", "ben", "max"] } };
    const desk = createFakeDesk();
    desk.setPolicy(policyWithRule({ quorum: 2, notSameCompany: true }, { groups }));
    const request = await askFor(desk);
    desk.setPolicy(policyWithRule({ quorum: 2 }, { groups }));

    waiting(await decide(desk, click(request, "ada")));

    expect(await decide(desk, click(request, "max"))).toEqual(refuse("sameCompany", { detail: "acme" }));
    expect(await decide(desk, click(request, "ben"))).toMatchObject({ state: "approved" });
  });

  test("the second one lends it, by both, from then on", async () => {
    const { desk, request } = await askTwo();
    await decide(desk, click(request, "ada"));
    desk.clock.advance(60_000);

    const twice = await decide(desk, click(request, "ben"));

    const decision = {
      people: ["ada", "ben"],
      at: NOON + 60_000,
      policyHash: "sha256:policy",
      rules: ["acme-payments"],
    };
    expect(twice).toMatchObject({ state: "approved", decision, end: NOON + 60_000 + 7_200_000, lent: BOTH });
    expect(await desk.store.grant(`${request.id}a`)).toMatchObject({
      decidedBy: { kind: "approval", people: ["ada", "ben"] },
    });
  });

  test("one person is one yes, however often they click", async () => {
    const { desk, request } = await askTwo();

    const answers = await Promise.all(Array.from({ length: 20 }, () => decide(desk, click(request, "ada"))));

    expect(answers.filter((answer) => !isRefusal(answer))).toHaveLength(1);
    expect(answers.filter((answer) => isRefusal(answer) && answer.refused === "alreadySaidYes")).toHaveLength(19);
    expect(await desk.store.request(request.id)).toMatchObject({ state: "pending", yeses: [{ by: "ada" }] });
  });

  test("P5 · two at one moment are two yeses, and one decision", async () => {
    const { desk, request } = await askTwo();

    const answers = await Promise.all([decide(desk, click(request, "ada")), decide(desk, click(request, "ben"))]);

    expect(answers.map((answer) => (isRefusal(answer) ? answer : answer.state)).toSorted()).toEqual([
      ...["approved", "pending"],
    ]);
    expect(desk.store.rows.filter(({ what }) => what === "approved")).toHaveLength(1);
  });

  test("one no ends it, also of somebody who had said yes", async () => {
    const { desk, request } = await askTwo();
    await decide(desk, click(request, "ada"));

    expect(await decide(desk, click(request, "ada", { verdict: "deny", why: "not now" }))).toMatchObject({
      ...{ state: "denied", decision: { people: ["ada"] } },
    });
  });

  test("P6 · a yes of somebody who may not give it any more is dropped and told, and another one is needed", async () => {
    const { desk, request } = await askTwo();
    await decide(desk, click(request, "ada"));
    await desk.people.save(sampleRecord("ada", { active: false }));

    const once = waiting(await decide(desk, click(request, "ben")));
    const twice = await decide(desk, click(once, "sam"));

    expect(once.yeses.map(({ by }) => by)).toEqual(["ben"]);
    expect(desk.store.rows.find(({ by }) => by === "ben")).toMatchObject({ detail: { dropped: ["ada"] } });
    expect(twice).toMatchObject({ state: "approved", decision: { people: ["ben", "sam"] } });
  });

  test("P6 · how many are needed is what the policy says at the click", async () => {
    const { desk, request } = await askTwo();
    desk.setPolicy(policyWithRule({ quorum: 3, namespaces: ["payments", "ledger"] }, TWO_YESES));

    const once = waiting(await decide(desk, click(request, "ada")));
    desk.setPolicy(policyWithRule({ namespaces: ["payments", "ledger"] }, TWO_YESES));

    expect(once.needs.quorum).toBe(3);
    expect(await decide(desk, click(request, "ben"))).toMatchObject({ state: "approved" });
  });

  test("P6 · a policy that now bars the asker's own company takes its people's yeses away", async () => {
    const people = { ...TWO.people, ada: { ...TWO.people.ada, company: "acme" } };
    const { desk, request } = await askTwo();
    await decide(desk, click(request, "ada"));
    const rules = [{ ...TWO.rules[0], quorum: 1, notSameCompany: true }] as typeof TWO.rules;
    desk.setPolicy({ ...TWO, rules, people: people as typeof TWO.people });

    expect(await decide(desk, click(request, "ada", { by: sampleRecord("ada") }))).toEqual(
      refuse("sameCompany", { detail: "acme" }),
    );
    expect(await decide(desk, click(request, "ben"))).toMatchObject({ decision: { people: ["ben"] } });
  });

  test("P6 · a yes of somebody of whom nothing is known any more counts no more", async () => {
    const { desk, request } = await askTwo();
    await decide(desk, click(request, "ada"));
    const people = { ...desk.people, record: async () => null };

    const second = waiting(await decide({ ...desk, people }, click(request, "ben")));

    expect(second.yeses.map(({ by }) => by)).toEqual(["ben"]);
  });
});

describe("a yes to less", () => {
  const hour: Less = { ...BOTH, durationSeconds: 3600 };

  test("lends what it leaves, and what was asked for stays as it was asked", async () => {
    const desk = createFakeDesk();
    const request = await askFor(desk, { namespaces: ["payments", "ledger"] });
    const less = { durationSeconds: 1800, namespaces: ["ledger"], startsAt: NOON + 600_000 };

    const approved = await decide(desk, click(request, "ada", { less }));

    const end = NOON + 600_000 + 1_800_000;
    expect(approved).toMatchObject({ state: "approved", lent: less, end, durationSeconds: 7200 });
    expect(approved).toMatchObject({ yeses: [{ by: "ada", less }] });
    expect(await desk.store.grant(`${request.id}a`)).toMatchObject({
      ...{ namespaces: ["ledger"], startsAt: NOON + 600_000, end },
    });
    expect(desk.waker.waiting()).toContainEqual({ ref: { kind: "grant", id: `${request.id}a` }, at: NOON + 600_000 });
  });

  test("is shown to the next one, who never says yes to something else than they were shown", async () => {
    const { desk, request } = await askTwo();
    const once = waiting(await decide(desk, click(request, "ada", { less: hour })));

    expect(once.fingerprint).not.toBe(request.fingerprint);
    expect(await decide(desk, click(request, "ben"))).toEqual(refuse("changedSinceShown"));
    expect(await decide(desk, click(once, "ben"))).toMatchObject({ state: "approved", lent: hour });
  });

  test("and another one to less together leave the narrowest of both", async () => {
    const { desk, request } = await askTwo();
    const one = { durationSeconds: 7200, namespaces: ["payments"], startsAt: null };

    const once = waiting(await decide(desk, click(request, "ada", { less: hour })));
    const twice = await decide(desk, click(once, "ben", { less: one }));

    expect(twice).toMatchObject({ lent: { durationSeconds: 3600, namespaces: ["payments"] } });
  });

  test("holds for whoever said yes after it, even when it no longer counts itself", async () => {
    const { desk, request } = await askTwo();
    const once = waiting(await decide(desk, click(request, "ada", { less: hour })));
    await desk.people.save(sampleRecord("ada", { active: false }));

    const twice = waiting(await decide(desk, click(once, "ben")));
    const thrice = await decide(desk, click(twice, "sam"));

    expect(thrice).toMatchObject({ state: "approved", lent: hour, decision: { people: ["ben", "sam"] } });
  });

  test.each<[string, Less, ReturnType<typeof refuse>]>([
    ["longer", { ...BOTH, durationSeconds: 7201 }, refuse("notNarrower", { field: "duration" })],
    [
      "wider",
      { ...BOTH, namespaces: ["payments", "web"] },
      refuse("notNarrower", { field: "namespaces", detail: "web" }),
    ],
    ["beyond what was asked for", { ...BOTH, startsAt: NOON + 1000 }, refuse("notNarrower", { field: "start" })],
    ["nowhere", { ...BOTH, namespaces: [] }, refuse("nothingLeft", { field: "namespaces" })],
    ["for nine seconds", { ...BOTH, durationSeconds: 9 }, refuse("nothingLeft", { field: "duration" })],
  ])("is refused where it is %s, and nothing is recorded", async (_, less, refusal) => {
    const { desk, request } = await askTwo();

    expect(await decide(desk, click(request, "ada", { less }))).toEqual(refusal);
    expect(await desk.store.request(request.id)).toEqual(request);
  });

  test("is refused where it and the one before it leave nothing together", async () => {
    const { desk, request } = await askTwo();
    const once = waiting(await decide(desk, click(request, "ada", { less: { ...BOTH, namespaces: ["ledger"] } })));

    const no = await decide(desk, click(once, "ben", { less: { ...BOTH, namespaces: ["payments"] } }));

    expect(no).toEqual(refuse("nothingLeft", { field: "namespaces" }));
  });
});

describe("where the risk asks for more", () => {
  const tiers = { low: { stepUp: true } };
  const POLICY = samplePolicy({ risk: { tiers } });

  test("a bare click does not count; the form that says the risk once more does", async () => {
    const desk = createFakeDesk();
    desk.setPolicy(POLICY);
    const request = await askFor(desk);

    expect(await decide(desk, click(request, "ada"))).toEqual(refuse("stepUpNeeded"));
    expect(await desk.store.request(request.id)).toEqual(request);
    expect(await decide(desk, click(request, "ada", { said: () => true }))).toMatchObject({ state: "approved" });
  });

  test("a no never needs it", async () => {
    const desk = createFakeDesk();
    desk.setPolicy(POLICY);
    const request = await askFor(desk);

    expect(await decide(desk, click(request, "ada", { verdict: "deny" }))).toMatchObject({ state: "denied" });
  });
});
