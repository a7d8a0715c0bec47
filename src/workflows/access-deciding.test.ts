import { describe, expect, test } from "vitest";
import { createFakeDesk, type FakeDesk } from "../../test/fakes/fake-desk.ts";
import { askFor, clickOn, MIA } from "../../test/fakes/sample-asking.ts";
import { NOON, POLICY_INPUT, SAMPLE_FACTS, samplePolicy, sampleRecord } from "../../test/fakes/samples.ts";
import { decide, type Verdict, withdraw } from "./access.ts";
import type { Commit, Store } from "./ports.ts";
import { refuse } from "./refusal.ts";
import type { PendingRequest } from "./request.ts";

const [PAYMENTS_RULE] = POLICY_INPUT.rules;

/** A store that loses the first `times` compare-and-sets. */
function racing(store: Store, times: number): Store {
  let left = times;
  return { ...store, commit: async (commit: Commit) => (left-- > 0 ? "raced" : store.commit(commit)) };
}

describe("approving", () => {
  test("fixes the end, once: whole seconds after the click, and makes one grant a target", async () => {
    const desk = createFakeDesk();
    const request = await askFor(desk);
    desk.clock.advance(60_700);

    const approved = await decide(desk, clickOn(request));

    const end = NOON + 60_000 + 7_200_000;
    expect(approved).toMatchObject({ state: "approved", end, grants: [`${request.id}a`] });
    expect(await desk.store.grant(`${request.id}a`)).toMatchObject({
      ...{ state: "making", version: 1, request: request.id, grantee: "mia", end, decidedAt: NOON + 60_700 },
      ...{ decidedBy: { kind: "approval", people: ["ada"] }, trouble: null, role: "daypass-profile-logs" },
    });
    expect(desk.waker.take()).toContainEqual({ kind: "grant", id: `${request.id}a` });
  });

  test("never lends past the end of the contract, however late the yes", async () => {
    const desk = createFakeDesk();
    const contractEnd = Date.UTC(2026, 5, 2);
    desk.clock.set(contractEnd - 7_200_000);
    const max = sampleRecord("max");
    const request = await askFor(desk, { by: max });
    desk.clock.advance(1_800_000);

    expect(await decide(desk, clickOn(request, { asker: max }))).toMatchObject({ state: "approved", end: contractEnd });
  });

  test("P5 · fifty clicks at once are one decision, one grant, one row, one verdict", async () => {
    const desk = createFakeDesk();
    const request = await askFor(desk);
    const clicks = Array.from({ length: 50 }, (_, i) =>
      clickOn(request, { by: sampleRecord(i % 2 === 0 ? "ada" : "ben"), verdict: i % 3 === 0 ? "deny" : "approve" }),
    );

    const answers = await Promise.all(clicks.map((one) => decide(desk, one)));

    expect(answers.filter((answer) => "state" in answer)).toHaveLength(1);
    expect(answers.filter((answer) => "refused" in answer && answer.refused === "alreadyDecided")).toHaveLength(49);
    expect(desk.store.rows.filter(({ what }) => what === "approved" || what === "denied")).toHaveLength(1);
    expect(desk.store.tellings.filter(({ tell }) => tell.kind === "verdict")).toHaveLength(1);
  });

  test("a lost compare-and-set is tried again", async () => {
    const desk = createFakeDesk();
    const request = await askFor(desk);

    expect(await decide({ ...desk, store: racing(desk.store, 3) }, clickOn(request))).toMatchObject({
      state: "approved",
    });
  });

  test("a store that loses every one is told as it is, not as success", async () => {
    const desk = createFakeDesk();
    const request = await askFor(desk);

    expect(await decide({ ...desk, store: racing(desk.store, 99) }, clickOn(request))).toEqual(refuse("raced"));
  });
});

describe("P6 · a click decides nothing", () => {
  type Change = (desk: FakeDesk, request: PendingRequest) => unknown;
  test.each<[string, Change, Partial<Verdict>, string]>([
    ["by the one who asked", () => null, { by: MIA }, "ownRequest"],
    ["by somebody the policy does not name", () => null, { by: sampleRecord("sam") }, "notApprover"],
    ["not even a no, by them", () => null, { by: sampleRecord("sam"), verdict: "deny" }, "notApprover"],
    [
      "by a colleague of who asked, whom the policy bars since",
      (desk) => {
        const ada = { ...POLICY_INPUT.people.ada, company: "acme" };
        const rules = [{ ...PAYMENTS_RULE, notSameCompany: true }];
        desk.setPolicy(samplePolicy({ people: { ...POLICY_INPUT.people, ada }, rules }));
      },
      {},
      "sameCompany",
    ],
    ["by a guest", () => null, { by: sampleRecord("ada", { guest: true }) }, "guestOrExternal"],
    ["by an account switched off", () => null, { by: sampleRecord("ada", { active: false }) }, "inactive"],
    ["on a card that showed something else", () => null, { fingerprint: "0000000000000000" }, "changedSinceShown"],
    ["on a request that does not exist", () => null, { request: "zzzzzzzzzz" }, "notFound"],
    ["while the policy cannot be read", (desk) => desk.setPolicy(null), {}, "policyUnreadable"],
    [
      "when the policy no longer offers it",
      (desk) => desk.setPolicy(samplePolicy({ rules: [{ ...PAYMENTS_RULE, namespaces: ["ledger"] }] })),
      {},
      "askerNotAllowedAnyMore",
    ],
    [
      "when the asker's account was switched off",
      () => null,
      { asker: { ...MIA, active: false } },
      "askerNotAllowedAnyMore",
    ],
    [
      "P9 · when the role's rules have changed since",
      (desk) =>
        desk.facts.publish({
          ...SAMPLE_FACTS,
          roles: { "daypass-profile-logs": { hash: "sha256:more than logs", risk: { tier: "low", words: [] } } },
        }),
      {},
      "roleChanged",
    ],
    [
      "when the role is gone from the cluster",
      (desk) => desk.facts.publish({ ...SAMPLE_FACTS, roles: {} }),
      {},
      "roleChanged",
    ],
    [
      "while the cluster's clock is not ours",
      (desk) => desk.facts.publish({ ...SAMPLE_FACTS, skewMs: 5001 }),
      {},
      "endingsOnly",
    ],
    [
      "while the cluster was not read for five minutes",
      (desk) => desk.facts.publish({ ...SAMPLE_FACTS, readAt: SAMPLE_FACTS.readAt - 300_001 }),
      {},
      "clusterUnknown",
    ],
    [
      "while the worker may not read the labels of its namespace",
      (desk) => desk.facts.publish({ ...SAMPLE_FACTS, namespaces: [], unread: ["payments"] }),
      {},
      "namespaceUnread",
    ],
    [
      "once the asker has withdrawn",
      (desk, request) => withdraw(desk, { by: MIA, request: request.id }),
      {},
      "alreadyDecided",
    ],
    ["once they have approved it", (desk, request) => decide(desk, clickOn(request)), {}, "alreadyDecided"],
    ["once it has lapsed", (desk) => desk.clock.advance(3_600_000), {}, "alreadyDecided"],
  ])("%s", async (_, prepare, changes, refused) => {
    const desk = createFakeDesk();
    const request = await askFor(desk);
    await prepare(desk, request);

    const before = await desk.store.live();

    expect(await decide(desk, clickOn(request, changes))).toMatchObject({ refused });
    expect((await desk.store.live()).grants).toEqual(before.grants);
  });
});

describe("other answers", () => {
  test("a no is recorded with its reason and makes no grant", async () => {
    const desk = createFakeDesk();
    const request = await askFor(desk);

    const denied = await decide(desk, clickOn(request, { verdict: "deny", why: "not during the freeze" }));

    expect(denied).toMatchObject({
      state: "denied",
      why: "not during the freeze",
      decision: { people: ["ada"], at: NOON },
    });
    expect((await desk.store.live()).grants).toEqual([]);
  });

  test("a no stands even if the asker's account was switched off and the role has changed", async () => {
    const desk = createFakeDesk();
    const request = await askFor(desk);
    await desk.facts.publish({ ...SAMPLE_FACTS, roles: {} });

    const denied = await decide(desk, clickOn(request, { verdict: "deny", asker: { ...MIA, active: false } }));

    expect(denied).toMatchObject({ state: "denied" });
  });

  test("a click after the lapse says so and writes the lapse down, if nothing else has", async () => {
    const desk = createFakeDesk();
    const request = await askFor(desk);
    desk.clock.advance(3_600_000);

    await decide(desk, clickOn(request));

    expect(await desk.store.request(request.id)).toMatchObject({ state: "lapsed" });
  });

  test.each(["approve", "deny"] as const)(
    "who may not decide hears that, whatever became of it, and writes nothing down: %s",
    async (verdict) => {
      const desk = createFakeDesk();
      const request = await askFor(desk);
      const [mine, late] = [
        clickOn(request, { by: MIA, verdict }),
        clickOn(request, { by: sampleRecord("max"), verdict }),
      ];
      desk.clock.advance(3_600_000);

      expect(await decide(desk, mine)).toEqual(refuse("ownRequest"));
      expect(await decide(desk, late)).toMatchObject({ refused: "notApprover" });
      expect(await desk.store.request(request.id)).toEqual(request);
      await decide(desk, clickOn(request));
      expect(await decide(desk, mine)).toEqual(refuse("ownRequest"));
    },
  );
});
