import { describe, expect, test } from "vitest";
import { approveOn, createFakeBench, refreshPeople, settle } from "../../test/fakes/fake-bench.ts";
import { createFakeDesk, type FakeDesk } from "../../test/fakes/fake-desk.ts";
import { askFor, clickOn, MIA } from "../../test/fakes/sample-asking.ts";
import { NOON, POLICY_INPUT, SAMPLE_GRANTS, samplePolicy, sampleRecord } from "../../test/fakes/samples.ts";
import { policyWithRule, TWO_YESES } from "../../test/fakes/strict-policy.ts";
import { decide } from "./access.ts";
import { transitionGrant } from "./grant.ts";
import { mayReceive, whyNotReceive } from "./receive.ts";
import { isRefusal, refuse } from "./refusal.ts";

const { people } = POLICY_INPUT;
/** The policy from then on; `slack` by id: who has which account. */
function relink(desk: FakeDesk, slack: Readonly<Record<string, string>>, others: object = {}) {
  const linked = Object.entries(people).map(([id, person]) => [id, { ...person, slack: slack[id] ?? person.slack }]);
  const changes = { ...TWO_YESES, people: { ...Object.fromEntries(linked), ...others } };
  desk.setPolicy(policyWithRule({ quorum: 2 }, changes));
}

async function askTwo() {
  const desk = createFakeDesk();
  relink(desk, {});
  return { desk, request: await askFor(desk) };
}

describe("P6 · a yes counts while its person's account is the one that gave it", () => {
  const SWAPPED = { ada: people.ben.slack, ben: people.ada.slack };
  const ben = sampleRecord("ben", { slackKey: people.ada.slack });

  test("two people whose accounts are swapped make no two yeses of one human, whichever record is known", async () => {
    for (const known of [sampleRecord("ada"), sampleRecord("ada", { slackKey: people.ben.slack })]) {
      const { desk, request } = await askTwo();
      await decide(desk, clickOn(request));
      relink(desk, SWAPPED);
      await desk.people.save(known);

      expect(await decide(desk, clickOn(request, { by: ben }))).toMatchObject({
        ...{ state: "pending", yeses: [{ by: "ben", account: people.ada.slack }] },
      });
    }
  });

  test("whoever has the id by now says a yes of their own, in place of the other one", async () => {
    const { desk, request } = await askTwo();
    await decide(desk, clickOn(request, { stepped: true }));
    relink(desk, { ada: "T0HOME/U0ANEW" });
    const by = sampleRecord("ada", { slackKey: "T0HOME/U0ANEW" });

    const anew = await decide(desk, clickOn(request, { by }));

    expect(anew).toMatchObject({ state: "pending", yeses: [{ by: "ada", account: "T0HOME/U0ANEW" }] });
  });

  test("an account that the policy links to nobody of that id says none", async () => {
    const { desk, request } = await askTwo();

    expect(await decide(desk, clickOn(request, { by: ben }))).toEqual(
      refuse("notApprover", { detail: "payments-approvers" }),
    );
  });

  test("the same account under the organisation's key is the same", async () => {
    const { desk, request } = await askTwo();
    await decide(desk, clickOn(request));
    relink(desk, { ada: "E0ORG/U0ADA" });
    await desk.people.save(sampleRecord("ada", { slackKey: "E0ORG/U0ADA" }));

    expect(await decide(desk, clickOn(request, { by: sampleRecord("ben") }))).toMatchObject({ state: "approved" });
  });

  test("right before it is made, too", async () => {
    const bench = createFakeBench();
    const { id } = await approveOn(bench);
    const linked = { ...people, ada: { ...people.ada, slack: "T0HOME/U0ANEW" } };
    bench.setPolicy(samplePolicy({ people: linked }));
    await refreshPeople(bench);
    await bench.people.save(sampleRecord("ada", { slackKey: "T0HOME/U0ANEW" }));
    await settle(bench);

    expect(await bench.store.grant(id)).toMatchObject({ state: "ended", ending: { words: null } });
  });
});

describe("P6 · a request is of the account that asked", () => {
  const OTHER = "T0HOME/U0OTHER";
  const other = sampleRecord("mia", { slackKey: OTHER });

  test("nothing is lent to another one that has the id by now", async () => {
    for (const asker of [other, MIA]) {
      const { desk, request } = await askTwo();
      relink(desk, { mia: OTHER });

      expect(await decide(desk, clickOn(request, { asker }))).toEqual(refuse("otherAccount"));
      expect(await desk.store.request(request.id)).toEqual(request);
      expect(await decide(desk, clickOn(request, { asker, verdict: "deny" }))).toMatchObject({ state: "denied" });
    }
  });

  test("whom the policy lists no more is told as such", async () => {
    const { desk, request } = await askTwo();
    const { mia: _, ...rest } = people;
    desk.setPolicy(policyWithRule({ quorum: 2 }, { ...TWO_YESES, people: rest }));

    expect(await decide(desk, clickOn(request))).toEqual(refuse("askerNotAllowedAnyMore"));
  });

  test("nobody decides what their own account asked for, under whichever id", async () => {
    const { desk, request } = await askTwo();
    relink(desk, { mia: OTHER, ben: "E0ORG/U0MIA" });
    const by = sampleRecord("ben", { slackKey: "E0ORG/U0MIA" });

    expect(await decide(desk, clickOn(request, { by, asker: other }))).toEqual(refuse("ownRequest"));
  });

  test("nothing is made of it for another one, and it is said why", async () => {
    const bench = createFakeBench();
    const { id } = await approveOn(bench);
    bench.setPolicy(samplePolicy({ people: { ...people, mia: { ...people.mia, slack: OTHER } } }));
    await refreshPeople(bench);
    await bench.people.save(other);
    await settle(bench);

    const words = expect.stringMatching(/^whoever asked for it had another Slack account than the policy links now/);
    expect(await bench.store.grant(id)).toMatchObject({ state: "ended", ending: { why: "notAllowedAnyMore", words } });
  });

  test("nothing is said of accounts where something else forbids it", async () => {
    const bench = createFakeBench();
    const { id } = await approveOn(bench);
    bench.setPolicy(samplePolicy({ rules: [] }));
    await settle(bench);

    expect(await bench.store.grant(id)).toMatchObject({ state: "ended", ending: { words: null } });
  });

  test("a record from before it was kept goes by the id, as it did", async () => {
    const { desk, request } = await askTwo();
    const { account: _, ...old } = {
      ...request,
      version: 2,
      yeses: [{ by: "ada", at: NOON, policyHash: "p", less: null }],
    };
    await desk.store.commit({ writes: [{ kind: "request", expected: 1, next: old }], tellings: [], rows: [] });
    relink(desk, { mia: OTHER });

    const approved = await decide(desk, clickOn(request, { by: sampleRecord("ben"), asker: other }));

    expect(approved).toMatchObject({ state: "approved" });
    expect(await desk.store.grant(`${request.id}a`)).not.toHaveProperty("account");
  });
});

describe("P6 · the credential is handed to the account that asked", () => {
  const grant = { ...SAMPLE_GRANTS.active, account: "T0HOME/U0MIA" };

  test("and to no other that has the id by now, whatever state it is in", () => {
    const other = sampleRecord("mia", { slackKey: "T0HOME/U0OTHER" });

    expect(whyNotReceive(grant, MIA, NOON)).toBeNull();
    expect(whyNotReceive(grant, sampleRecord("mia", { slackKey: "E0ORG/U0MIA" }), NOON)).toBeNull();
    expect(whyNotReceive(grant, other, NOON)).toEqual(refuse("otherAccount"));
    expect(whyNotReceive(SAMPLE_GRANTS.active, other, NOON)).toBeNull();
  });

  test("which the pass remembers from asking to its end", async () => {
    const bench = createFakeBench();
    const { id } = await approveOn(bench);
    await settle(bench);
    const made = await mayReceive(bench, { by: MIA, grant: id });
    if (isRefusal(made)) throw new Error(made.refused);

    const ending = { why: "released", by: "mia", words: null, since: NOON } as const;
    expect(transitionGrant(made, { type: "end", ending })).toHaveProperty("account", "T0HOME/U0MIA");
    expect(transitionGrant(SAMPLE_GRANTS.active, { type: "end", ending })).not.toHaveProperty("account");
  });
});

test("the ledger names people by their ids alone, and says how each yes was given", async () => {
  const { desk, request } = await askTwo();
  await decide(desk, clickOn(request));
  await decide(desk, clickOn(request, { by: sampleRecord("ben"), stepped: true }));

  expect(JSON.stringify(desk.store.rows)).not.toContain("U0");
  expect(desk.store.rows.at(-1)).toMatchObject({ detail: { yeses: [{ stepped: false }, { stepped: true }] } });
});
