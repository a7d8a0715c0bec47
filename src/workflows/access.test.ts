import { describe, expect, test } from "vitest";
import { createFakeDesk, type FakeDesk } from "../../test/fakes/fake-desk.ts";
import { askFor, clickOn, MIA, SAMPLE_ASK } from "../../test/fakes/sample-asking.ts";
import { NOON, SAMPLE_FACTS, SAMPLE_TARGET, sampleRecord, sampleRequest } from "../../test/fakes/samples.ts";
import { type Ask, ask, decide, withdraw } from "./access.ts";
import { emptyHistory } from "./history.ts";
import type { Commit } from "./ports.ts";
import { refuse } from "./refusal.ts";
import type { Target } from "./request.ts";

/** Takes a desk and targets; leaves mia's request for them waiting there. Returns it. */
async function waitFor(desk: FakeDesk, targets: readonly Target[]) {
  const request = sampleRequest({ targets });
  const history = { ...emptyHistory("mia"), version: 1, open: [request.id] };
  const writes = [
    { kind: "request", expected: null, next: request },
    { kind: "history", expected: null, next: history },
  ] as const;
  await desk.store.commit({ writes, tellings: [], rows: [] });
  return request;
}

describe("asking", () => {
  test("records a pending request that lapses in an hour, and asks to be woken then", async () => {
    const desk = createFakeDesk();

    const request = await askFor(desk);

    expect(request).toMatchObject({ state: "pending", version: 1, asker: "mia", approvers: ["payments-approvers"] });
    expect(request).toMatchObject({ askedAt: NOON, lapsesAt: NOON + 3_600_000, policyHash: "sha256:policy" });
    expect(await desk.store.request(request.id)).toEqual(request);
    expect(desk.waker.waiting()).toEqual([{ ref: { kind: "request", id: request.id }, at: request.lapsesAt }]);
    expect(desk.store.rows.map((row) => row.what)).toEqual(["asked"]);
  });

  test("P5 · the same submission delivered twice is one request", async () => {
    const desk = createFakeDesk();

    const requests = [await askFor(desk), await askFor(desk)];

    expect(requests[1]).toEqual(requests[0]);
    expect(desk.store.rows).toHaveLength(1);
  });

  test("P5 · delivered fifty times at once it is one request still", async () => {
    const desk = createFakeDesk();

    const requests = await Promise.all(Array.from({ length: 50 }, () => askFor(desk)));

    expect(new Set(requests.map(({ id }) => id)).size).toBe(1);
    expect(desk.store.rows).toHaveLength(1);
  });

  test("for what one has asked for already points at the open request", async () => {
    const desk = createFakeDesk();
    const first = await askFor(desk);

    const second = await ask(desk, { ...SAMPLE_ASK, seed: "view V2", namespaces: ["ledger", "payments"] });

    expect(second).toEqual([refuse("alreadyOpen", { field: "namespaces", detail: first.id })]);
  });

  test("for part of what one has asked for, or for one of several targets, points at it too", async () => {
    const desk = createFakeDesk();
    const targets = [
      { ...SAMPLE_TARGET, cluster: "dev" },
      { ...SAMPLE_TARGET, namespaces: ["ledger", "payments"] },
    ];
    const first = await waitFor(desk, targets);

    expect(await ask(desk, SAMPLE_ASK)).toEqual([refuse("alreadyOpen", { field: "namespaces", detail: first.id })]);
  });

  test("is refused where the cluster was not read for five minutes, and nothing is recorded", async () => {
    const desk = createFakeDesk();
    await desk.facts.publish({ ...SAMPLE_FACTS, readAt: NOON - 300_001 });

    expect(await ask(desk, SAMPLE_ASK)).toEqual([refuse("clusterUnknown", { field: "cluster", detail: "prod" })]);
    expect(desk.store.rows).toEqual([]);
    await desk.facts.publish({ ...SAMPLE_FACTS, readAt: NOON - 300_000 });
    expect(await ask(desk, SAMPLE_ASK)).toMatchObject({ state: "pending" });
  });

  test("is not kept from what one has asked for in another cluster", async () => {
    const desk = createFakeDesk();
    await waitFor(desk, [{ ...SAMPLE_TARGET, cluster: "dev" }]);

    expect(await ask(desk, SAMPLE_ASK)).toMatchObject({ state: "pending" });
  });

  test("with an account switched off hears that, and nothing of what else is wrong", async () => {
    const desk = createFakeDesk();
    desk.setCaution("Redis has no append-only file");

    expect(await ask(desk, { ...SAMPLE_ASK, by: { ...MIA, active: false } })).toEqual([refuse("inactive")]);
  });

  test.each<[string, Partial<Ask>]>([
    ["in another namespace", { namespaces: ["ledger"] }],
    ["with another profile", { profile: "restart", duration: "1h" }],
    ["by somebody else", { by: sampleRecord("max"), duration: "1h" }],
  ])("%s is a request of its own", async (_, changes) => {
    const desk = createFakeDesk();
    const first = await askFor(desk);

    const second = await askFor(desk, { ...changes, seed: "view V2" });

    expect(second.id).not.toBe(first.id);
  });

  test("again after an answer is a new request", async () => {
    const desk = createFakeDesk();
    const first = await askFor(desk);
    await withdraw(desk, { by: MIA, request: first.id });

    expect((await askFor(desk, { seed: "view V2" })).state).toBe("pending");
  });

  test("the same submission delivered again after an answer does not open it again", async () => {
    const desk = createFakeDesk();
    const first = await askFor(desk);
    await withdraw(desk, { by: MIA, request: first.id });

    expect(await ask(desk, SAMPLE_ASK)).toEqual([refuse("alreadyDecided")]);
  });

  test("with mistakes records nothing and names each", async () => {
    const desk = createFakeDesk();

    const faults = await ask(desk, { ...SAMPLE_ASK, duration: "soon", reason: "" });

    expect(faults).toMatchObject([{ field: "duration" }, { field: "reason" }]);
    expect(desk.store.rows).toEqual([]);
  });

  test.each<[string, (desk: FakeDesk) => unknown, Partial<Ask>, string]>([
    ["while the policy cannot be read", (desk) => desk.setPolicy(null), {}, "policyUnreadable"],
    ["with an account switched off", () => null, { by: { ...MIA, active: false } }, "inactive"],
    ["as a stranger", () => null, { by: sampleRecord("zoe") }, "nothingOnOffer"],
  ])("%s is refused and recorded nowhere", async (_, prepare, changes, refused) => {
    const desk = createFakeDesk();
    prepare(desk);

    expect(await ask(desk, { ...SAMPLE_ASK, ...changes })).toMatchObject([{ refused }]);
    expect(desk.store.rows).toEqual([]);
  });

  test("survives a lost wake: the record is saved, and a sweep finds it", async () => {
    const desk = createFakeDesk();
    const deaf = { ...desk, waker: { wake: () => Promise.reject(new Error("queue away")) } };

    const request = await ask(deaf, SAMPLE_ASK);

    expect(request).toMatchObject({ state: "pending" });
    expect(desk.events.failures).toMatchObject([{ what: "wake lost" }]);
    expect(await desk.store.due(NOON + 3_600_000, 9)).toHaveLength(1);
  });

  test("is tried again where somebody else writes at the same moment, and after twenty-five times is to be sent once more", async () => {
    const outcomes: unknown[] = [];
    for (const times of [24, 25]) {
      const desk = createFakeDesk();
      let left = times;
      const commit = async (one: Commit) => (left-- > 0 ? "raced" : desk.store.commit(one));
      outcomes.push(await ask({ ...desk, store: { ...desk.store, commit } }, SAMPLE_ASK));
    }

    expect(outcomes).toEqual([expect.objectContaining({ state: "pending" }), [refuse("raced")]]);
  });

  test("rejects while the store cannot be reached, since nothing was recorded", async () => {
    const desk = createFakeDesk();
    const away = { ...desk, store: { ...desk.store, commit: () => Promise.reject(new Error("redis away")) } };

    await expect(ask(away, SAMPLE_ASK)).rejects.toThrow("redis away");
  });
});

describe("taking a request back", () => {
  test("the asker takes a pending request back", async () => {
    const desk = createFakeDesk();
    const request = await askFor(desk);

    expect(await withdraw(desk, { by: MIA, request: request.id })).toMatchObject({ state: "withdrawn", at: NOON });
  });

  test("nobody else takes it back", async () => {
    const desk = createFakeDesk();
    const request = await askFor(desk);

    expect(await withdraw(desk, { by: sampleRecord("ada"), request: request.id })).toEqual(refuse("notYours"));
    expect(await withdraw(desk, { by: MIA, request: "zzzzzzzzzz" })).toEqual(refuse("notFound"));
  });

  test("one from before accounts were kept is its id's, as long as that is no other account's", async () => {
    const desk = createFakeDesk();
    const { id } = await waitFor(desk, [SAMPLE_TARGET]);

    for (const by of [sampleRecord("ada"), { ...MIA, isFormer: true as const }]) {
      expect(await withdraw(desk, { by, request: id })).toEqual(refuse("notYours"));
    }
    expect(await withdraw(desk, { by: MIA, request: id })).toMatchObject({ state: "withdrawn" });
  });

  test("what was answered is not taken back", async () => {
    const desk = createFakeDesk();
    const request = await askFor(desk);
    await decide(desk, clickOn(request));

    expect(await withdraw(desk, { by: MIA, request: request.id })).toEqual(refuse("alreadyDecided"));
  });
});
