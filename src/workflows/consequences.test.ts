import { describe, expect, test } from "vitest";
import {
  NOON,
  SAMPLE_APPROVAL,
  SAMPLE_GRANTS,
  SAMPLE_TARGET,
  samplePolicy,
  sampleRequest,
} from "../../test/fakes/samples.ts";
import { followAsking, followGrant, followRequest } from "./consequences.ts";
import { type Ending, type Grant, type GrantEvent, transitionGrant } from "./grant.ts";
import type { Commit } from "./ports.ts";
import { isRefusal } from "./refusal.ts";
import { type Request, type RequestEvent, transitionRequest } from "./request.ts";

const decision = { people: ["ada"], at: NOON + 5000, policyHash: "p2", rules: ["acme-payments"] };
const approve = { ...SAMPLE_APPROVAL, decision };
const JUDGED = { rules: ["acme-payments"], tier: "low", quorum: 1 };
const GLASS_POLICY = samplePolicy({
  breakGlass: {
    ...{ rules: [{ cluster: "prod", namespaces: ["*"], profiles: ["logs"] }], maxDuration: "30m" },
    ...{ reviewers: "web-approvers", reviewWithin: "24h" },
  },
});
const ending: Ending = { why: "revoked", by: "olga", words: "incident over", since: NOON + 60_000 };

/** Takes what follows; returns each telling in short: kind or moment, and lane. */
function told({ tellings }: Pick<Commit, "tellings">): string[] {
  return tellings.map(({ tell, lane }) => `${tell.kind === "asker" ? tell.moment : tell.kind} → ${lane}`);
}

function rowOf({ rows }: Pick<Commit, "rows">) {
  expect(rows.length).toBeLessThanOrEqual(1);
  return rows[0];
}

describe("asking", () => {
  test("puts a card before the approvers, tells the asker, and remembers what was asked and why", () => {
    const following = followAsking(sampleRequest(), samplePolicy());

    expect(told(following)).toEqual(["card → C0PAYMENTS", "asked → person:mia"]);
    expect(rowOf(following)).toMatchObject({
      ...{ what: "asked", by: "mia", request: "abcdefghij", grant: null, at: NOON },
      detail: { targets: [SAMPLE_TARGET], durationSeconds: 7200, reason: "Restart loop in api since the deploy" },
    });
  });
});

test("who decides from another channel reads a copy of the card there", () => {
  const approvers = ["on-call", "payments-approvers", "web-approvers"];
  const following = followAsking(sampleRequest({ approvers }), samplePolicy());

  expect(told(following)).toEqual([...["card → C0PAYMENTS", "card → C0ONCALL", "card → C0WEB"], "asked → person:mia"]);
  expect(new Set(following.tellings.map(({ key }) => key)).size).toBe(4);
});

describe("an answer", () => {
  const follow = (event: RequestEvent, request: Request = sampleRequest()) => {
    const next = transitionRequest(request, event);
    if (isRefusal(next)) throw new Error(next.refused);
    return followRequest(next, event, GLASS_POLICY);
  };

  test.each<[RequestEvent, string[], object]>([
    [
      approve,
      ["card → C0PAYMENTS", "verdict → C0PAYMENTS", "approved → person:mia"],
      { what: "approved", by: "ada", at: NOON + 5000, detail: { end: NOON + 7_200_000, grants: ["abcdefghija"] } },
    ],
    [
      { ...approve, type: "yes", dropped: ["ben"], fingerprint: "another" },
      ["card → C0PAYMENTS", "yes → C0PAYMENTS", "progress → person:mia"],
      { what: "yes", by: "ada", at: NOON, detail: { policyHash: "p1", less: null, dropped: ["ben"], ...JUDGED } },
    ],
    [
      { type: "deny", decision, why: "not during the freeze" },
      ["card → C0PAYMENTS", "verdict → C0PAYMENTS", "denied → person:mia"],
      { what: "denied", by: "ada", detail: { why: "not during the freeze", policyHash: "p2", ...JUDGED } },
    ],
    [{ type: "withdraw", at: NOON + 1 }, ["card → C0PAYMENTS"], { what: "withdrawn", by: "mia", at: NOON + 1 }],
    [
      { type: "lapse", at: NOON + 2 },
      ["card → C0PAYMENTS", "lapsed → person:mia"],
      { what: "lapsed", by: null, at: NOON + 2 },
    ],
  ])("$type", (event, tellings, row) => {
    const following = follow(event);

    expect(told(following)).toEqual(tellings);
    expect(rowOf(following)).toMatchObject({ request: "abcdefghij", grant: null, ...row });
  });

  test("an approval remembers by whose leave: people, the policy's hash, its rules, the tier, each yes, what was left", () => {
    expect(rowOf(follow(approve))?.detail).toMatchObject({
      ...{ leave: "approval", people: ["ada"], policyHash: "p2", ...JUDGED },
      ...{ yeses: [approve.yes], lent: approve.lent },
    });
    const byPolicy = { ...approve, yes: null, decision: { ...decision, people: [] } };
    expect(rowOf(follow(byPolicy, sampleRequest({ leave: "policy" })))).toMatchObject({
      ...{ what: "approved", by: null },
      detail: { leave: "policy", people: [], yeses: [] },
    });
  });

  const review = { dueAt: NOON + 86_400_000, chasedAt: null, done: null };
  const glass = { ...approve, yes: null, decision: { ...decision, people: ["mia"] }, review };
  const glassRequest = sampleRequest({ leave: "breakGlass", approvers: ["payments-approvers", "web-approvers"] });

  test("an emergency is told before all else, once to each channel: skipped approvers, reviewers and on-call", () => {
    const following = follow(glass, glassRequest);

    expect(told(following)).toEqual([
      ...["brokeGlass → C0PAYMENTS", "brokeGlass → C0WEB", "brokeGlass → C0ONCALL"],
      ...["card → C0PAYMENTS", "verdict → C0PAYMENTS", "approved → person:mia"],
    ]);
    expect(following.tellings.filter(({ urgent }) => urgent)).toHaveLength(3);
    expect(rowOf(following)).toMatchObject({ what: "brokeGlass", by: "mia", detail: { reviewDueAt: review.dueAt } });
  });

  test("a review that is owed is asked for, each time anew, and all who wait for it see that it is done", () => {
    const owing = transitionRequest(glassRequest, glass) as Request;
    const chased = { type: "chased", at: NOON + 86_400_000 } as const;
    const once = transitionRequest(owing, chased) as Request;
    const done = { by: "sam", at: NOON + 90_000_000, words: "nothing but a restart" };

    const all = [follow(chased, owing), follow(chased, once), follow({ type: "reviewed", done }, once)];

    expect(all.map(told)).toEqual([
      ["review → C0WEB", "review → person:mia"],
      ["review → C0WEB", "review → person:mia"],
      ["card → C0PAYMENTS", "review → C0WEB", "review → person:mia"],
    ]);
    expect(new Set(all.slice(0, 2).flatMap(({ tellings }) => tellings.map(({ key }) => key))).size).toBe(4);
    expect(all.map((one) => rowOf(one)?.what)).toEqual(["reviewChased", "reviewChased", "reviewed"]);
    expect(rowOf(all[2] ?? { rows: [] })).toMatchObject({ by: "sam", detail: { words: done.words } });
  });

  test("where the policy cannot be read, an emergency's review is asked for where its card stands", () => {
    const owing = transitionRequest(glassRequest, glass) as Request;

    expect(told(followRequest(owing, { type: "chased", at: NOON }, null))).toEqual([
      "review → C0PAYMENTS",
      "review → person:mia",
    ]);
  });

  test("P3 · an approval tells nobody that access is there: the cluster has not said so", () => {
    expect(told(follow(approve)).join()).not.toMatch(/ready/);
  });
});

const paged = { at: NOON + 181_000, words: "prod does not answer" };

describe("a grant", () => {
  const follow = (grant: Grant, event: GrantEvent, request: ReturnType<typeof sampleRequest> | null) => {
    const next = transitionGrant(grant, event);
    if (isRefusal(next)) throw new Error(next.refused);
    return followGrant(next, event, { request, onCall: "C0ONCALL", now: NOON + 61_000 });
  };
  const { making, active, ending: ends } = SAMPLE_GRANTS;
  const refused = { type: "refused", at: NOON + 121_000 } as const;
  const neverActive = { ...ends, activeAt: null };

  test.each<[string, Grant, GrantEvent, string[]]>([
    [
      "in trouble changes the card",
      making,
      { type: "trouble", words: "does not answer", at: NOON },
      ["card → C0PAYMENTS"],
    ],
    [
      "that is proven changes the card and tells the asker",
      making,
      { type: "proven", at: NOON },
      ["card → C0PAYMENTS", "ready → person:mia"],
    ],
    ["with its timer armed tells nobody", active, { type: "timerArmed" }, []],
    ["that ends soon: its grantee hears it", active, { type: "warned" }, ["endsSoon → person:mia"]],
    [
      "that is overdue: on-call hears it first",
      ends,
      { type: "paged", paged },
      ["overdue → C0ONCALL", "card → C0PAYMENTS"],
    ],
    [
      "that has ended after all: on-call hears that too",
      { ...ends, paged },
      refused,
      ["overdue → C0ONCALL", "card → C0PAYMENTS", "summary → C0PAYMENTS", "ended → person:mia"],
    ],
    ["that is delivered tells nobody", active, { type: "delivery", at: NOON }, []],
    ["that begins to end changes the card", active, { type: "end", ending }, ["card → C0PAYMENTS"]],
    [
      "that has ended gets its summary, and the asker hears it",
      ends,
      refused,
      ["card → C0PAYMENTS", "summary → C0PAYMENTS", "ended → person:mia"],
    ],
    [
      "that never was active has no summary: the asker hears that it failed",
      neverActive,
      refused,
      ["card → C0PAYMENTS", "failed → person:mia"],
    ],
  ])("%s", (_, grant, event, tellings) => {
    expect(told(follow(grant, event, sampleRequest()))).toEqual(tellings);
  });

  test.each<[string, Grant, GrantEvent, object | undefined]>([
    ["its proof", making, { type: "proven", at: NOON }, { what: "active", by: null }],
    ["a credential asked for", active, { type: "delivery", at: NOON }, { what: "deliveryAsked", by: "mia" }],
    [
      "who began its ending and why",
      active,
      { type: "end", ending },
      { what: "ending", by: "olga", detail: { why: "revoked", words: "incident over", since: NOON + 60_000 } },
    ],
    [
      "how long after its end it was refused",
      ends,
      refused,
      { what: "ended", by: "olga", detail: { why: "revoked", refusedAt: NOON + 121_000, lagMs: 1000 } },
    ],
  ])("is remembered with %s", (_, grant, event, row) => {
    expect(rowOf(follow(grant, event, sampleRequest()))).toMatchObject({ grant: "abcdefghija", ...row });
  });

  test("P7 · whose request is lost ends all the same, remembered and told to nobody", () => {
    const following = follow(ends, refused, null);

    expect(following.tellings).toEqual([]);
    expect(rowOf(following)).toMatchObject({ what: "ended" });
  });
});

test("no two changes of one request or grant share a telling's key, so none swallows another", () => {
  const request = sampleRequest();
  const approved = transitionRequest(request, approve);
  if (isRefusal(approved)) throw new Error(approved.refused);
  const around = { request, onCall: "C0ONCALL", now: NOON };
  const late = { ...SAMPLE_GRANTS.ended, paged };
  const keys = [
    ...followAsking(request, null).tellings,
    ...followRequest(approved, approve, GLASS_POLICY).tellings,
    ...followGrant(SAMPLE_GRANTS.active, { type: "proven", at: NOON }, around).tellings,
    ...followGrant(SAMPLE_GRANTS.ending, { type: "end", ending }, around).tellings,
    ...followGrant({ ...SAMPLE_GRANTS.ending, version: 9, paged }, { type: "paged", paged }, around).tellings,
    ...followGrant(late, { type: "refused", at: NOON }, around).tellings,
  ].map(({ key }) => key);

  expect(new Set(keys).size).toBe(keys.length);
});
