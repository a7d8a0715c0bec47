import { describe, expect, test } from "vitest";
import { createFakeBench, type FakeBench, settle } from "../../test/fakes/fake-bench.ts";
import { createFakeDesk } from "../../test/fakes/fake-desk.ts";
import { askFor, clickOn, MIA, SAMPLE_ASK } from "../../test/fakes/sample-asking.ts";
import { NOON, POLICY_INPUT, SAMPLE_GRANTS, samplePolicy, sampleRecord } from "../../test/fakes/samples.ts";
import { type Ask, ask, decide, withdraw } from "./access.ts";
import { endGrant } from "./end-early.ts";
import { emptyHistory } from "./history.ts";
import { isRefusal, refuse } from "./refusal.ts";

const MAX = sampleRecord("max");
const ACME = POLICY_INPUT.companies.acme;
/** Places where mia may ask for logs without asking twice for one cell. */
const PLACES: readonly Partial<Ask>[] = [
  { namespaces: ["payments"], seed: "V1" },
  { namespaces: ["ledger"], seed: "V2", reason: "Ledger is slow since noon" },
  { namespaces: ["web"], seed: "V3", duration: "30m", reason: "Web answers with 502 now and then" },
];

const APART = {
  ...{ name: "apart", why: "both together move money" },
  ...{
    first: { profiles: ["logs"], namespaces: ["payments"] },
    second: { profiles: ["logs"], namespaces: ["ledger"] },
  },
};

/** Takes a desk and its wishes; asks for all of them at one moment. Returns each answer in short: its state or refusal. */
async function askAtOnce(desk: FakeBench, wishes: readonly Partial<Ask>[]): Promise<readonly string[]> {
  const answers = await Promise.all(wishes.map((wish) => ask(desk, { ...SAMPLE_ASK, ...wish })));
  return answers.map((answer) => ("state" in answer ? answer.state : (answer[0]?.refused ?? ""))).toSorted();
}

describe("at one moment, of two clicks only one slips in", () => {
  test("under one open request for a cell", async () => {
    const bench = createFakeBench();
    const twice = [{ seed: "V1" }, { seed: "V2", namespaces: ["payments", "ledger"] }];

    expect(await askAtOnce(bench, twice)).toEqual(["alreadyOpen", "pending"]);
    expect((await bench.store.live()).requests).toHaveLength(1);
  });

  test("under the limit of open requests", async () => {
    const bench = createFakeBench();
    bench.setPolicy(samplePolicy({ limits: { openPerPerson: 2 } }));

    expect(await askAtOnce(bench, PLACES)).toEqual(["pending", "pending", "tooManyOpen"]);
  });

  test.each([
    ["a person's passes", { limits: { passesPerPerson: 1 } }, [MIA, MIA], "tooManyPasses"],
    ["a company's passes", { companies: { acme: { ...ACME, maxPasses: 1 } } }, [MIA, MAX], "companyFull"],
  ])("under the limit of %s", async (_, changes, askers, refused) => {
    const bench = createFakeBench();
    bench.setPolicy(samplePolicy(changes));
    const requests = await Promise.all(askers.map((by, i) => askFor(bench, { ...PLACES[i], by, duration: "1h" })));

    const answers = await Promise.all(
      requests.map((request, i) => decide(bench, clickOn(request, { asker: askers[i] ?? MIA }))),
    );

    expect(answers.filter((answer) => !isRefusal(answer) && answer.state === "approved")).toHaveLength(1);
    expect(answers.filter((answer) => isRefusal(answer) && answer.refused === refused)).toHaveLength(1);
    expect((await bench.store.live()).grants).toHaveLength(1);
  });

  test("between two accesses that are kept apart", async () => {
    const bench = createFakeBench();
    bench.setPolicy(samplePolicy({ separation: [APART] }));
    const requests = [await askFor(bench, PLACES[0]), await askFor(bench, PLACES[1])];

    const answers = await Promise.all(requests.map((request) => decide(bench, clickOn(request))));

    expect(answers.map((answer) => (isRefusal(answer) ? answer.refused : answer.state)).toSorted()).toEqual([
      ...["approved", "separated"],
    ]);
  });
});

describe("limits", () => {
  test("count what waits: a request that was taken back or has lapsed makes room", async () => {
    const desk = createFakeDesk();
    desk.setPolicy(samplePolicy({ limits: { openPerPerson: 1 } }));
    const first = await askFor(desk, PLACES[0]);
    expect(await ask(desk, { ...SAMPLE_ASK, ...PLACES[1] })).toMatchObject([{ refused: "tooManyOpen" }]);

    await withdraw(desk, { by: MIA, request: first.id });
    await askFor(desk, PLACES[1]);
    desk.clock.advance(3_600_000);

    expect(await askFor(desk, PLACES[2])).toMatchObject({ state: "pending" });
  });

  test("of a company count when somebody asks, too", async () => {
    const bench = createFakeBench();
    await decide(bench, clickOn(await askFor(bench, { by: MAX, duration: "1h" }), { asker: MAX }));
    bench.setPolicy(samplePolicy({ companies: { acme: { ...ACME, maxPasses: 1 } } }));

    expect(await ask(bench, { ...SAMPLE_ASK, seed: "V2" })).toEqual([refuse("companyFull", { detail: "1" })]);
  });

  test("of a company count its own people's passes alone", async () => {
    const bench = createFakeBench();
    const umbra = { ...ACME, name: "Umbra" };
    const { people } = POLICY_INPUT;
    const max = { ...people.max, company: "umbra" };
    bench.setPolicy(
      samplePolicy({ companies: { acme: { ...ACME, maxPasses: 1 }, umbra }, people: { ...people, max } }),
    );
    const of = (grantee: string) => ({ ...SAMPLE_GRANTS.active, id: `pass of ${grantee}`, request: grantee, grantee });
    const hold = (grantee: string) => ({ kind: "grant", expected: null, next: of(grantee) }) as const;
    await bench.store.commit({ writes: ["max", "olga", "gone"].map(hold), tellings: [], rows: [] });
    expect(await askFor(bench)).toMatchObject({ state: "pending" });

    await bench.store.commit({ writes: [hold("mia")], tellings: [], rows: [] });

    expect(await ask(bench, { ...SAMPLE_ASK, ...PLACES[1] })).toEqual([refuse("companyFull", { detail: "1" })]);
  });

  test("count passes until they have ended, and only then is there room", async () => {
    const bench = createFakeBench();
    bench.setPolicy(samplePolicy({ limits: { passesPerPerson: 1 } }));
    await decide(bench, clickOn(await askFor(bench, PLACES[0])));
    await settle(bench);
    expect(await ask(bench, { ...SAMPLE_ASK, ...PLACES[1] })).toMatchObject([{ refused: "tooManyPasses" }]);

    bench.clock.advance(7_201_000);
    await settle(bench);

    expect(await askFor(bench, PLACES[1])).toMatchObject({ state: "pending" });
  });

  test.each([
    ["a person's limit", { limits: { passesPerPerson: 1 } }, "tooManyPasses"],
    ["a company's limit", { companies: { acme: { ...ACME, maxPasses: 1 } } }, "companyFull"],
    ["a separation", { separation: [APART] }, "separatedWhileEnding"],
  ])(
    "P6 · count a pass that is handed back until its cluster has proven that it is over: %s",
    async (_, changes, no) => {
      const bench = createFakeBench();
      bench.setPolicy(samplePolicy(changes));
      const request = await askFor(bench, PLACES[0]);
      await decide(bench, clickOn(request));
      await settle(bench);
      await endGrant(bench, { by: MIA, grant: `${request.id}a`, words: null });

      expect(await ask(bench, { ...SAMPLE_ASK, ...PLACES[1] })).toMatchObject([{ refused: no }]);
      await settle(bench);

      expect(await askFor(bench, PLACES[1])).toMatchObject({ state: "pending" });
    },
  );

  test("P6 · an asking meanwhile does not forget a pass that is ending", async () => {
    const bench = createFakeBench();
    const request = await askFor(bench, PLACES[0]);
    await decide(bench, clickOn(request));
    await settle(bench);
    await endGrant(bench, { by: MIA, grant: `${request.id}a`, words: null });
    await askFor(bench, PLACES[2]);
    bench.setPolicy(samplePolicy({ separation: [APART] }));

    expect(await ask(bench, { ...SAMPLE_ASK, ...PLACES[1] })).toMatchObject([{ refused: "separatedWhileEnding" }]);
  });

  test("do not count a pass that is over though somebody's record still names it", async () => {
    const bench = createFakeBench();
    bench.setPolicy(samplePolicy({ limits: { passesPerPerson: 1 } }));
    const history = { ...emptyHistory("mia"), version: 1, held: [SAMPLE_GRANTS.ended.id, "goneforgood"] };
    const writes = [
      { kind: "grant", expected: null, next: { ...SAMPLE_GRANTS.ended, request: "another" } },
      { kind: "history", expected: null, next: history },
    ] as const;
    await bench.store.commit({ writes, tellings: [], rows: [] });

    expect(await askFor(bench)).toMatchObject({ state: "pending" });
  });

  test("of passes stand in the way of the last yes alone", async () => {
    const bench = createFakeBench();
    const [payments, web] = POLICY_INPUT.rules;
    const rules = [{ ...payments, quorum: 2 }, web];
    bench.setPolicy(samplePolicy({ rules }));
    const [one, other] = [await askFor(bench, PLACES[0]), await askFor(bench, PLACES[2])];
    await decide(bench, clickOn(other, { by: sampleRecord("sam") }));
    bench.setPolicy(samplePolicy({ rules, limits: { passesPerPerson: 1 } }));

    expect(await decide(bench, clickOn(one))).toMatchObject({ state: "pending" });
    expect(await decide(bench, clickOn(one, { by: sampleRecord("ben") }))).toEqual(
      refuse("tooManyPasses", { detail: "1" }),
    );
  });
});

describe("what somebody gives for a reason", () => {
  test("is remembered by its words alone, and refused once it was given ten times", async () => {
    const desk = createFakeDesk();
    for (let i = 0; i < 10; i++) {
      const reason = i % 2 === 0 ? "Restart loop in api" : "restart LOOP, in api!";
      const { id } = await askFor(desk, { reason, seed: `V${i}` });
      await withdraw(desk, { by: MIA, request: id });
    }

    const again = await ask(desk, { ...SAMPLE_ASK, reason: "restart loop in api.", seed: "V11" });

    expect(again).toMatchObject([{ refused: "reasonRepeated", field: "reason" }]);
    expect(JSON.stringify(await desk.store.history("mia"))).not.toMatch(/loop/i);
    expect(await askFor(desk, { reason: "Restart loop in web", seed: "V12" })).toMatchObject({ state: "pending" });
  });

  test("by somebody else counts for nothing", async () => {
    const desk = createFakeDesk();
    await askFor(desk);

    expect((await desk.store.history("mia"))?.reasons).toMatchObject([{ times: 1 }]);
    expect(await desk.store.history("max")).toBeNull();
  });
});

describe("a ticket", () => {
  const policy = samplePolicy({
    ...{ tickets: { pattern: "INC-[0-9]+", example: "INC-4711" } },
    rules: [{ ...POLICY_INPUT.rules[0], ticket: true }],
  });
  const conditions = { holds: () => null, matchesTicket: (ticket: string) => /^INC-\d+$/.test(ticket) };

  test.each([
    [null, [refuse("ticketNeeded", { field: "ticket", detail: "INC-4711" })]],
    ["4711", [refuse("ticketShape", { field: "ticket", detail: "INC-4711" })]],
  ])("that is needed and is %s is refused", async (ticket, refusals) => {
    const desk = createFakeDesk();
    desk.setPolicy(policy, conditions);

    expect(await ask(desk, { ...SAMPLE_ASK, ticket })).toEqual(refusals);
  });

  test("that fits is recorded, and remembered with the request", async () => {
    const desk = createFakeDesk();
    desk.setPolicy(policy, conditions);

    expect(await askFor(desk, { ticket: " INC-4881 " })).toMatchObject({ ticket: "INC-4881" });
    expect(desk.store.rows[0]?.detail).toMatchObject({ ticket: "INC-4881" });
  });
});

describe("a start that is asked for", () => {
  const startsAt = NOON + 3 * 3_600_000;

  test("keeps the request open until then, and the pass lasts from then on", async () => {
    const desk = createFakeDesk();
    const request = await askFor(desk, { startsAt });
    desk.clock.advance(2 * 3_600_000);

    const approved = await decide(desk, clickOn(request));

    expect(request).toMatchObject({ startsAt, lapsesAt: startsAt });
    expect(approved).toMatchObject({ state: "approved", end: startsAt + 7_200_000, lent: { startsAt } });
  });

  test("sooner than an hour from now leaves the hour", async () => {
    expect(await askFor(createFakeDesk(), { startsAt: NOON + 60_000 })).toMatchObject({ lapsesAt: NOON + 3_600_000 });
  });

  test("that has passed when the last yes comes moves the end with it", async () => {
    const desk = createFakeDesk();
    const request = await askFor(desk, { startsAt: NOON + 60_000 });
    desk.clock.advance(600_000);

    expect(await decide(desk, clickOn(request))).toMatchObject({ end: NOON + 600_000 + 7_200_000 });
    expect(desk.waker.take()).toContainEqual({ kind: "grant", id: `${request.id}a` });
  });

  test("in the past is refused", async () => {
    const no = await ask(createFakeDesk(), { ...SAMPLE_ASK, startsAt: NOON - 1 });

    expect(no).toEqual([refuse("startTooSoon", { field: "start" })]);
  });
});
