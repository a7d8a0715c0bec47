import { describe, expect, test } from "vitest";
import { createFakeDesk, type FakeDesk } from "../../test/fakes/fake-desk.ts";
import { SAMPLE_ASK } from "../../test/fakes/sample-asking.ts";
import { NOON, POLICY_INPUT, SAMPLE_FACTS, samplePolicy, sampleRecord } from "../../test/fakes/samples.ts";
import { BREAK_GLASS } from "../../test/fakes/strict-policy.ts";
import { type Ask, ask } from "./access.ts";
import { refuse } from "./refusal.ts";
import type { ApprovedRequest } from "./request.ts";
import { review } from "./review.ts";

const OLGA = sampleRecord("olga");
const DAY = 86_400_000;
const AUTO = samplePolicy({
  rules: [{ ...POLICY_INPUT.rules[0], who: ["on-call"], autoApprove: true }],
});

async function lentAtOnce(desk: FakeDesk, changes: Partial<Ask> = {}): Promise<ApprovedRequest> {
  const request = await ask(desk, { ...SAMPLE_ASK, by: OLGA, duration: "1h", ...changes });
  if (!("state" in request) || request.state !== "approved") throw new Error(JSON.stringify(request));
  return request;
}

const breakGlass = (desk: FakeDesk, changes: Partial<Ask> = {}) => lentAtOnce(desk, { breakGlass: true, ...changes });

describe("what policy itself allows", () => {
  test("is asked for and approved in one step, by nobody, and says so", async () => {
    const desk = createFakeDesk();
    desk.setPolicy(AUTO);

    const request = await lentAtOnce(desk);

    expect(request).toMatchObject({ leave: "policy", yeses: [], review: null, end: NOON + 3_600_000 });
    expect(request.decision).toEqual({
      ...{ people: [], at: NOON, policyHash: "sha256:policy", rules: ["acme-payments"] },
    });
    expect(await desk.store.request(request.id)).toEqual(request);
    expect(await desk.store.grant(`${request.id}a`)).toMatchObject({
      ...{ state: "making", grantee: "olga", decidedBy: { kind: "policy", people: [] } },
    });
    expect(desk.store.rows.map(({ what, by }) => `${what} by ${by}`)).toEqual(["asked by olga", "approved by null"]);
    expect(desk.store.rows.at(-1)?.detail).toMatchObject({ dropped: [], leave: "policy" });
    expect(desk.waker.take()).toEqual([{ kind: "grant", id: `${request.id}a` }]);
  });

  test("P5 · delivered fifty times at once it is one request, one pass, one decision", async () => {
    const desk = createFakeDesk();
    desk.setPolicy(AUTO);

    const all = await Promise.all(Array.from({ length: 50 }, () => lentAtOnce(desk)));

    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
    expect((await desk.store.live()).grants).toHaveLength(1);
    expect(desk.store.rows.filter(({ what }) => what === "approved")).toHaveLength(1);
  });

  test("waits for people once the tier is not low", async () => {
    const desk = createFakeDesk();
    desk.setPolicy(AUTO);
    const risk = { tier: "medium", words: ["delete pods"] } as const;
    await desk.facts.publish({ ...SAMPLE_FACTS, roles: { "daypass-profile-logs": { hash: "sha256:logs", risk } } });

    const request = await ask(desk, { ...SAMPLE_ASK, by: OLGA });

    expect(request).toMatchObject({ state: "pending", leave: "approval", needs: { tier: "medium" } });
    expect(desk.store.rows[0]?.detail).toMatchObject({ tier: "medium", risk: ["delete pods"] });
  });
});

describe("breaking glass", () => {
  function glassDesk(): FakeDesk {
    const desk = createFakeDesk();
    desk.setPolicy(samplePolicy(BREAK_GLASS));
    return desk;
  }

  test("lends on-call at once what the policy keeps for emergencies, and owes a review by a date", async () => {
    const desk = glassDesk();

    const request = await breakGlass(desk);

    const owed = { dueAt: NOON + DAY, chasedAt: null, done: null };
    expect(request).toMatchObject({ leave: "breakGlass", review: owed, end: NOON + 3_600_000 });
    expect(request.decision).toMatchObject({ people: ["olga"], policyHash: "sha256:policy" });
    expect(await desk.store.grant(`${request.id}a`)).toMatchObject({
      decidedBy: { kind: "breakGlass", people: ["olga"] },
    });
    expect((await desk.store.history("olga"))?.reviews).toEqual([{ request: request.id, dueAt: NOON + DAY }]);
    expect(desk.waker.waiting()).toContainEqual({ ref: { kind: "request", id: request.id }, at: NOON + DAY });
  });

  test("tells all whose yes was skipped, the reviewers and on-call, before anything else", async () => {
    const desk = glassDesk();
    desk.setPolicy(samplePolicy({ ...BREAK_GLASS, rules: [{ ...POLICY_INPUT.rules[0], who: ["on-call", "acme"] }] }));

    await breakGlass(desk);

    const lanes = desk.store.tellings.flatMap(({ tell, lane }) => (tell.kind === "brokeGlass" ? lane : []));
    expect(lanes.toSorted()).toEqual(["C0ONCALL", "C0PAYMENTS", "C0WEB"]);
    expect(desk.store.tellings.slice(0, 3).every(({ urgent }) => urgent)).toBe(true);
  });

  test.each<[string, Partial<Ask>, string]>([
    ["longer than its own limit", { duration: "61m" }, "durationTooLong"],
    ["with a profile it does not name", { profile: "restart" }, "notOffered"],
    ["for somebody who is not on call", { by: sampleRecord("ada") }, "noBreakGlass"],
    ["for a guest", { by: { ...OLGA, guest: true } }, "guestOrExternal"],
    ["for an account switched off", { by: { ...OLGA, active: false } }, "inactive"],
    ["without a reason", { reason: "now" }, "reasonTooShort"],
  ])("is refused %s, and nothing is recorded", async (_, changes, refused) => {
    const desk = glassDesk();

    const answer = await ask(desk, { ...SAMPLE_ASK, by: OLGA, duration: "1h", breakGlass: true, ...changes });

    expect(answer).toMatchObject([{ refused }]);
    expect(desk.store.rows).toEqual([]);
  });

  test("again is refused while a review is overdue, and only as long", async () => {
    const desk = glassDesk();
    const first = await breakGlass(desk);
    desk.clock.advance(DAY - 1);
    await breakGlass(desk, { seed: "V2", reason: "The same fire, once more" });
    desk.clock.advance(1);
    const wish = { ...SAMPLE_ASK, by: OLGA, duration: "1h", breakGlass: true, seed: "V3" };

    expect(await ask(desk, wish)).toEqual([refuse("reviewOverdue", { detail: first.id })]);
    await review(desk, { by: sampleRecord("sam"), request: first.id, words: "restarted api and left" });

    expect(await ask(desk, wish)).toMatchObject({ state: "approved" });
  });

  test("does not wait for a request of one's own that waits for the same", async () => {
    const desk = glassDesk();
    desk.setPolicy(samplePolicy({ ...BREAK_GLASS, rules: [{ ...POLICY_INPUT.rules[0], who: ["on-call"] }] }));
    expect(await ask(desk, { ...SAMPLE_ASK, by: OLGA })).toMatchObject({ state: "pending" });

    expect(await breakGlass(desk, { seed: "V2" })).toMatchObject({ state: "approved" });
  });
});
