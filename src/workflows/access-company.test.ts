import { describe, expect, test } from "vitest";
import { createFakeBench, type FakeBench, settle } from "../../test/fakes/fake-bench.ts";
import { askFor, clickOn, MIA } from "../../test/fakes/sample-asking.ts";
import { POLICY_INPUT, sampleRecord } from "../../test/fakes/samples.ts";
import { policyWithRule } from "../../test/fakes/strict-policy.ts";
import { decide } from "./access.ts";
import { judgeWaiting } from "./judge-lending.ts";
import { allOf } from "./less.ts";
import { isRefusal, refuse } from "./refusal.ts";
import type { PendingRequest } from "./request.ts";

const { people, companies } = POLICY_INPUT;
const GROUPS = {
  ...POLICY_INPUT.groups,
  "payments-approvers": { ...POLICY_INPUT.groups["payments-approvers"], people: ["ada", "max", "ben"] },
};
/** `who` names mia herself, so that she may ask whatever company she is of. */
const RULE = { who: ["mia"], namespaces: ["payments", "ledger"] };
const umbra = { ...companies.acme, name: "Umbra" };
const policyOf = (rule: object, changes: object = {}) =>
  policyWithRule({ ...RULE, ...rule }, { groups: GROUPS, companies: { ...companies, umbra }, ...changes });
const MOVES: readonly (readonly [string, object])[] = [
  ["is an employee now", { people: { ...people, max: { ...people.max, company: undefined } } }],
  ["is of another company now", { people: { ...people, max: { ...people.max, company: "umbra" } } }],
  ["is where they were, and who asked is not", { people: { ...people, mia: { ...people.mia, company: "umbra" } } }],
  [
    "is where they were, and who asked is an employee",
    { people: { ...people, mia: { ...people.mia, company: undefined } } },
  ],
];

async function askBarred(rule: object = {}): Promise<{ desk: FakeBench; request: PendingRequest }> {
  const desk = createFakeBench();
  desk.setPolicy(policyOf({ notSameCompany: true, ...rule }));
  return { desk, request: await askFor(desk) };
}

const clickBy = (request: PendingRequest, person: string, changes = {}) =>
  clickOn(request, { by: sampleRecord(person), asker: MIA, ...changes });

describe("P6 · who was of the asker's company when it was asked for", () => {
  test.each(MOVES)("decides nothing, neither way, though a colleague %s", async (_, moved) => {
    const { desk, request } = await askBarred();

    for (const rule of [{ notSameCompany: true }, {}]) {
      desk.setPolicy(policyOf(rule, moved));
      for (const verdict of ["approve", "deny"] as const) {
        expect(await decide(desk, clickBy(request, "max", { verdict }))).toMatchObject({ refused: "sameCompany" });
      }
    }
    expect(await desk.store.request(request.id)).toEqual(request);
    expect(await decide(desk, clickBy(request, "ada"))).toMatchObject({ state: "approved" });
  });

  test("nor does who came to it since, by a policy that bars nobody any more", async () => {
    const { desk, request } = await askBarred();
    desk.setPolicy(policyOf({}, { people: { ...people, ben: { ...people.ben, company: "acme" } } }));

    expect(await decide(desk, clickBy(request, "ben"))).toEqual(refuse("sameCompany", { detail: "acme" }));
  });

  test("decides where nobody was barred then, once they have left it", async () => {
    const { desk, request } = await askBarred({ notSameCompany: false });
    desk.setPolicy(policyOf({ notSameCompany: true }, MOVES[0]?.[1]));

    expect(request.barred).toEqual([]);
    expect(await decide(desk, clickBy(request, "max"))).toMatchObject({ state: "approved" });
  });

  test("is written down with the request: all of the company but who asked", async () => {
    const { request } = await askBarred();

    expect(request.barred).toEqual(["max"]);
    expect(request.barredAccounts).toEqual([people.max.slack]);
  });

  test.each([{ notSameCompany: true }, {}])(
    "decides nothing under another id that their account has since: %o",
    async (rule) => {
      const { desk, request } = await askBarred();
      const { max, ...rest } = people;
      const approvers = { ...GROUPS["payments-approvers"], people: ["ada", "maxim"] };
      const maxim = { ...max, name: "Maxim", slack: max.slack.replace("T0HOME", "E0ORG"), company: undefined };
      const groups = { ...GROUPS, "payments-approvers": approvers };
      desk.setPolicy(policyOf(rule, { people: { ...rest, maxim }, groups }));
      const by = sampleRecord("maxim", { slackKey: maxim.slack });

      for (const verdict of ["approve", "deny"] as const) {
        expect(await decide(desk, clickBy(request, "max", { by, verdict }))).toEqual(refuse("sameCompany"));
      }
    },
  );

  test("decides nothing under their id of then, whatever account they have since", async () => {
    const { desk, request } = await askBarred();
    const slack = people.max.slack.replace("U0", "U0ANEW");
    desk.setPolicy(policyOf({}, { people: { ...people, max: { ...people.max, slack, company: undefined } } }));

    const click = clickBy(request, "max", { by: sampleRecord("max", { slackKey: slack }) });
    expect(await decide(desk, click)).toEqual(refuse("sameCompany"));
  });

  test("is not known of a request from before that was written down: then the policy of now says it", async () => {
    const { desk, request } = await askBarred();
    const { barred: _, barredAccounts: __, ...old } = request;
    const write = { kind: "request", expected: request.version, next: { ...old, version: 2 } } as const;
    await desk.store.commit({ writes: [write], tellings: [], rows: [] });

    expect(await decide(desk, clickBy(request, "max"))).toEqual(refuse("sameCompany", { detail: "acme" }));
    desk.setPolicy(policyOf({}, MOVES[0]?.[1]));
    expect(await decide(desk, clickBy(request, "max"))).toMatchObject({ state: "approved" });
  });
});

describe("P6 · a yes", () => {
  test("of somebody who is of the asker's company by now counts no more, neither for a quorum nor for the making", async () => {
    const { desk, request } = await askBarred({ quorum: 2 });
    await decide(desk, clickBy(request, "ada"));
    const joined = { people: { ...people, ada: { ...people.ada, company: "acme" } } };

    desk.setPolicy(policyOf({ quorum: 2 }, joined));
    expect(await decide(desk, clickBy(request, "ben"))).toMatchObject({ state: "pending", yeses: [{ by: "ben" }] });

    const once = await askBarred();
    expect(await decide(once.desk, clickBy(once.request, "ada"))).toMatchObject({ state: "approved" });
    once.desk.setPolicy(policyOf({}, joined));
    await settle(once.desk);
    const grant = await once.desk.store.grant(`${once.request.id}a`);
    expect(grant).toMatchObject({ ending: { why: "notAllowedAnyMore" } });
  });

  test("is asked for in a form that shows what it is judged by, the bar among it", async () => {
    const { desk, request } = await askBarred();
    desk.setPolicy(policyOf({}));
    const force = desk.policy.current();
    if (force === null) throw new Error("no policy");

    const { demands } = await judgeWaiting(desk, force, {
      ...{ asker: MIA, request, lent: allOf(request), now: desk.clock.now() },
    });

    expect(isRefusal(demands) ? demands : demands.notSameCompany).toBe(true);
  });
});

describe("P6 · a no", () => {
  const askThen = async (rule: object, changes: object = {}) => {
    const { desk, request } = await askBarred({ notSameCompany: false });
    desk.setPolicy(policyOf(rule, changes));
    return { desk, request };
  };

  test("is judged by the policy of its own moment: a colleague whom that bars says none", async () => {
    const { desk, request } = await askThen({ notSameCompany: true });

    expect(await decide(desk, clickBy(request, "max", { verdict: "deny" }))).toEqual(
      refuse("sameCompany", { detail: "acme" }),
    );
    expect(await desk.store.request(request.id)).toEqual(request);
    expect(await decide(desk, clickBy(request, "ada", { verdict: "deny" }))).toMatchObject({ state: "denied" });
  });

  test("is remembered with the rules that decided it: those of its own moment", async () => {
    const { desk, request } = await askThen({ name: "payments-anew" });

    const denied = await decide(desk, clickBy(request, "ada", { verdict: "deny" }));

    expect(denied).toMatchObject({ state: "denied", decision: { rules: ["payments-anew"] } });
    expect(desk.store.rows.at(-1)).toMatchObject({ what: "denied", detail: { rules: ["payments-anew"] } });
  });

  test("counts where that policy would not lend it any more: by those with whom the request stays", async () => {
    const { desk, request } = await askThen({ notSameCompany: true, namespaces: ["web"] });

    expect(await decide(desk, clickBy(request, "olga", { verdict: "deny" }))).toMatchObject({ refused: "notApprover" });
    expect(await decide(desk, clickBy(request, "max", { verdict: "deny" }))).toMatchObject({
      ...{ state: "denied", decision: { people: ["max"], rules: request.needs.rules } },
    });
  });
});
