import { describe, expect, test } from "vitest";
import type { Commit, LedgerRow, Store, Telling } from "../../src/workflows/ports.ts";
import { type PendingRequest, type Request, transitionRequest } from "../../src/workflows/request.ts";
import { NOON, SAMPLE_APPROVAL, SAMPLE_GRANTS, SAMPLE_HISTORY, sampleGrant, sampleRequest } from "../fakes/samples.ts";

/** A fresh, empty store, and what it handed to the outbox and the ledger, in order. */
export interface StoreUnderTest {
  readonly store: Store;
  tellings(): Promise<readonly Telling[]>;
  rows(): Promise<readonly LedgerRow[]>;
}

const TELLING: Telling = {
  key: "card-abcdefghij-r1",
  lane: "C0PAYMENTS",
  tell: { kind: "card", request: "abcdefghij" },
};
const ROW: LedgerRow = {
  ...{ at: NOON, what: "asked", by: "mia", request: "abcdefghij", grant: null },
  detail: { reason: 'ü – \u2028 "quoted"' },
};

/** Takes which store it is and how to make a fresh one; declares what every store promises. */
export function describeStore(name: string, make: () => Promise<StoreUnderTest>, prefix = ""): void {
  describe(name, () => {
    test("a record that was never saved is null", async () => {
      const { store } = await make();

      expect(await store.request("nobodyhere")).toBeNull();
      expect(await store.grant("nobodyherea")).toBeNull();
      expect(await store.history("nobody")).toBeNull();
    });

    test("what was saved is what is loaded, in every state of a grant", async () => {
      const { store } = await make();
      const request = sampleRequest();

      expect(await store.commit(creating(request))).toBe("saved");

      expect(await store.request(request.id)).toEqual(request);
      let expected: number | null = null;
      for (const grant of Object.values(SAMPLE_GRANTS)) {
        const writes = [{ kind: "grant", expected, next: grant }] as const;
        expect(await store.commit({ writes, tellings: [], rows: [] })).toBe("saved");
        expect(await store.grant(grant.id)).toEqual(grant);
        expected = grant.version;
      }
    });

    test("a request, a grant and a history of the same id do not touch each other", async () => {
      const { store } = await make();
      await store.commit(creating(sampleRequest({ id: "same" })));

      const history = { ...SAMPLE_HISTORY, id: "same" };
      const writes = [
        { kind: "grant", expected: null, next: sampleGrant({ id: "same" }) },
        { kind: "history", expected: null, next: history },
      ] as const;
      expect(await store.commit({ writes, tellings: [], rows: [] })).toBe("saved");

      expect(await store.history("same")).toEqual(history);
      expect((await store.request("same"))?.state).toBe("pending");
      expect((await store.grant("same"))?.state).toBe("making");
    });

    test("tellings and rows are saved with the state, in their order", async () => {
      const { store, tellings, rows } = await make();
      const second = { ...TELLING, key: "second" };

      await store.commit({ ...creating(sampleRequest()), tellings: [TELLING, second], rows: [ROW] });
      await store.commit({ writes: [], tellings: [], rows: [{ ...ROW, what: "delivered" }] });

      expect(await tellings()).toEqual([TELLING, second]);
      expect((await rows()).map((row) => row.what)).toEqual(["asked", "delivered"]);
      expect((await rows())[0]).toEqual(ROW);
    });

    test("a commit that raced leaves nothing, not even of the writes that would have fitted", async () => {
      const { store, tellings, rows } = await make();
      await store.commit(creating(sampleRequest()));

      const raced = await store.commit({
        writes: [
          { kind: "grant", expected: null, next: sampleGrant() },
          { kind: "request", expected: 7, next: sampleRequest({ version: 8 }) },
        ],
        tellings: [TELLING],
        rows: [ROW],
      });

      expect(raced).toBe("raced");
      expect(await store.grant(sampleGrant().id)).toBeNull();
      expect((await store.request(sampleRequest().id))?.version).toBe(1);
      expect(await tellings()).toEqual([]);
      expect(await rows()).toEqual([]);
    });

    test("a record that exists cannot be made again, and one that does not exist cannot be changed", async () => {
      const { store } = await make();
      await store.commit(creating(sampleRequest()));

      expect(await store.commit(creating(sampleRequest({ reason: "another one" })))).toBe("raced");
      const writes = [{ kind: "request", expected: 1, next: sampleRequest({ id: "missing", version: 2 }) }] as const;
      expect(await store.commit({ writes, tellings: [], rows: [] })).toBe("raced");

      expect((await store.request(sampleRequest().id))?.reason).toBe(sampleRequest().reason);
    });

    test(`${prefix}of fifty parallel decisions on one request exactly one is saved, told and remembered`, async () => {
      const { store, tellings, rows } = await make();
      const request = sampleRequest();
      await store.commit(creating(request));

      const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => store.commit(denying(request, i))));

      expect(answers.filter((answer) => answer === "saved")).toHaveLength(1);
      const winner = `decider-${answers.indexOf("saved")}`;
      expect(await store.request(request.id)).toMatchObject({ version: 2, decision: { people: [winner] } });
      expect((await tellings()).map((telling) => telling.key)).toEqual([winner]);
      expect((await rows()).map((row) => row.by)).toEqual([winner]);
    });

    test(`${prefix}of two that change one history at once exactly one saves, with nothing of the other's`, async () => {
      const { store } = await make();
      const asking = (id: string): Commit => ({
        ...{ tellings: [], rows: [] },
        writes: [
          { kind: "request", expected: null, next: sampleRequest({ id }) },
          { kind: "history", expected: null, next: { ...SAMPLE_HISTORY, reasons: [{ said: id, times: 1 }] } },
        ],
      });

      const answers = await Promise.all(["first00000", "second0000"].map((id) => store.commit(asking(id))));

      expect(answers.toSorted()).toEqual(["raced", "saved"]);
      const { requests } = await store.live();
      expect(requests).toHaveLength(1);
      expect((await store.history("mia"))?.reasons).toEqual([{ said: requests[0]?.id, times: 1 }]);
    });

    test("a history is never due and never live, and is written anew by its version alone", async () => {
      const { store } = await make();
      const save = (expected: number | null, version: number) =>
        store.commit({
          ...{ tellings: [], rows: [] },
          writes: [{ kind: "history", expected, next: { ...SAMPLE_HISTORY, version, outcomes: ["revoked"] } }],
        });
      expect(await save(null, 1)).toBe("saved");

      expect([await save(null, 2), await save(7, 8), await save(1, 3)]).toEqual(["raced", "raced", "saved"]);
      expect(await store.history("mia")).toMatchObject({ version: 3, outcomes: ["revoked"] });
      expect(await store.due(Number.MAX_SAFE_INTEGER, 10)).toEqual([]);
      expect(await store.live()).toEqual({ requests: [], grants: [] });
    });

    test("an approved request that owes a review is due by its date, and not live", async () => {
      const { store } = await make();
      await store.commit(creating(sampleRequest()));
      const review = { dueAt: NOON + 86_400_000, chasedAt: null, done: null };
      const next = transitionRequest(sampleRequest(), { ...SAMPLE_APPROVAL, review }) as Request;

      await store.commit({ writes: [{ kind: "request", expected: 1, next }], tellings: [], rows: [] });

      expect(await store.due(review.dueAt - 1, 10)).toEqual([]);
      expect(await store.due(review.dueAt, 10)).toEqual([{ kind: "request", id: next.id }]);
      expect((await store.live()).requests).toEqual([]);
      expect(await store.request(next.id)).toEqual(next);
    });

    test("live lists pending requests and grants not ended, and nothing else", async () => {
      const { store } = await make();
      const request = sampleRequest();
      await store.commit(creating(request));
      await store.commit(creating(sampleRequest({ id: "decided000" })));
      await store.commit(denying(sampleRequest({ id: "decided000" }), 1));
      const grants = Object.entries(SAMPLE_GRANTS).map(([id, grant]) => ({ ...grant, id }));
      const writes = grants.map((next) => ({ kind: "grant", expected: null, next }) as const);
      await store.commit({ writes, tellings: [], rows: [] });

      const live = await store.live();

      expect(live.requests).toEqual([request]);
      expect(live.grants.map((grant) => grant.state).sort()).toEqual(["active", "ending", "making"]);
    });

    test("due lists records at their moment and after it, the earliest first, as many as asked for", async () => {
      const { store } = await make();
      for (const minutes of [3, 1, 2]) {
        await store.commit(creating(sampleRequest({ id: `in-${minutes}`, lapsesAt: NOON + minutes * 60_000 })));
      }

      expect(await store.due(NOON + 59_999, 10)).toEqual([]);
      expect(await store.due(NOON + 60_000, 10)).toEqual([{ kind: "request", id: "in-1" }]);
      expect((await store.due(NOON + 600_000, 10)).map((ref) => ref.id)).toEqual(["in-1", "in-2", "in-3"]);
      expect((await store.due(NOON + 600_000, 2)).map((ref) => ref.id)).toEqual(["in-1", "in-2"]);
    });

    test("a delivery's check is due at its moment, until it was made", async () => {
      const { store } = await make();
      const checks = [1, 2].map((n) => ({ id: "click:1", grant: "abcdefghija", n, at: NOON + n * 60_000 }));
      const [first, second] = checks.map(({ at, ...check }) => ({ kind: "check", ...check }));
      const deliver = () => store.commit({ ...creating(sampleRequest()), checks });

      await deliver();
      const outcome = await deliver();
      expect(outcome).toBe("raced");
      expect(await store.due(NOON + 60_000 - 1, 10)).toEqual([]);
      expect(await store.due(NOON + 60_000, 10)).toEqual([first]);
      expect(await store.live()).toMatchObject({ requests: [{ id: sampleRequest().id }], grants: [] });
      const one = { id: "click:1", grant: "abcdefghija", n: 1 };
      expect(await store.checkDueAt(one)).toBe(NOON + 60_000);
      await store.settleCheck(one);
      await store.settleCheck(one);

      expect(await store.checkDueAt(one)).toBeNull();
      expect(await store.checkDueAt({ ...one, n: 2 })).toBe(NOON + 120_000);
      expect(await store.due(NOON + 120_000, 10)).toEqual([second]);
    });

    test("what is said of a delivery as long as its check is due is saved once where that settles it", async () => {
      const { store, rows } = await make();
      const check = { id: "click", grant: "abcdefghija", n: 1 };
      const say = (what: string, settles: boolean) =>
        store.commit({ writes: [], tellings: [], rows: [{ ...ROW, what }], owed: { check, settles } });

      const early = await say("early", true);
      await store.commit({ ...creating(sampleRequest()), checks: [{ ...check, at: NOON }] });
      const outcomes = [await say("delivered", false), await say("lost", true), await say("again", true)];

      expect([early, ...outcomes]).toEqual(["raced", "saved", "saved", "raced"]);
      expect((await rows()).map(({ what }) => what)).toEqual(expect.arrayContaining(["delivered", "lost"]));
      expect((await rows()).filter(({ what }) => ["early", "again"].includes(what))).toEqual([]);
      expect(await store.due(NOON, 10)).not.toContainEqual({ kind: "check", ...check });
    });

    test("due follows each change of state and forgets what is over", async () => {
      const { store } = await make();
      const { making, active, ending, ended } = SAMPLE_GRANTS;
      const save = (expected: number | null, next: typeof making | typeof active | typeof ending | typeof ended) =>
        store.commit({ writes: [{ kind: "grant", expected, next }], tellings: [], rows: [] });
      const ref = { kind: "grant", id: making.id };

      await save(null, making);
      expect(await store.due(making.decidedAt, 10)).toEqual([ref]);
      await save(1, { ...active, timerArmed: true, warned: true } as unknown as typeof active);
      expect(await store.due(active.end - 1, 10)).toEqual([]);
      expect(await store.due(active.end, 10)).toEqual([ref]);
      await save(2, ending);
      expect(await store.due(NOON, 10)).toEqual([ref]);
      await save(3, ended);
      expect(await store.due(Number.MAX_SAFE_INTEGER, 10)).toEqual([]);
    });
  });
}

function creating(next: PendingRequest): Commit {
  return { writes: [{ kind: "request", expected: null, next }], tellings: [], rows: [] };
}

function denying(request: PendingRequest, i: number): Commit {
  const by = `decider-${i}`;
  const decision = { people: [by], at: NOON + i, policyHash: "p1", rules: [] };
  const next = transitionRequest(request, { type: "deny", decision, why: null }) as Request;
  return {
    writes: [{ kind: "request", expected: request.version, next }],
    tellings: [{ ...TELLING, key: by }],
    rows: [{ ...ROW, by }],
  };
}
