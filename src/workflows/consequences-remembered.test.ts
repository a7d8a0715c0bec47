import { describe, expect, test } from "vitest";
import {
  NOON,
  SAMPLE_APPROVAL,
  SAMPLE_GRANTS,
  SAMPLE_NEEDS,
  SAMPLE_TARGET,
  sampleRequest,
} from "../../test/fakes/samples.ts";
import { followAsking, followAtOnce, followGrant, followRequest } from "./consequences.ts";
import { type GrantEvent, transitionGrant } from "./grant.ts";
import { isRefusal } from "./refusal.ts";
import { type Request, type RequestEvent, transitionRequest } from "./request.ts";

const NEEDS = { ...SAMPLE_NEEDS, quorum: 2, tier: "high", why: ["runs commands inside containers"] } as const;
const request = sampleRequest({ ticket: "INC-12", startsAt: NOON + 60_000, extends: "zyxwvutsrqa", needs: NEEDS });
const approve = { ...SAMPLE_APPROVAL, needs: NEEDS, dropped: ["ben"] };
const decision = { people: ["ada"], at: NOON + 5000, policyHash: "p2", rules: ["anew"] };
const review = { dueAt: NOON + 86_400_000, chasedAt: null, done: null };
const JUDGED = { rules: ["acme-payments"], tier: "high", risk: NEEDS.why, quorum: 2, yeses: [] };
const ROW = { request: "abcdefghij", grant: null };
const ASKED = {
  ...{ ...ROW, at: NOON, what: "asked", by: "mia" },
  detail: {
    ...{ targets: [SAMPLE_TARGET], durationSeconds: 7200, reason: "Restart loop in api since the deploy" },
    ...{ ticket: "INC-12", startsAt: NOON + 60_000, extends: "zyxwvutsrqa", approvers: ["payments-approvers"] },
    ...{ leave: "approval", policyHash: "p1", rules: ["acme-payments"], tier: "high", risk: NEEDS.why, quorum: 2 },
  },
};

function become(event: RequestEvent, from: Request = request): Request {
  const next = transitionRequest(from, event);
  if (isRefusal(next)) throw new Error(next.refused);
  return next;
}

describe("the ledger remembers of a request, word for word,", () => {
  const approved = become({ ...approve, review });
  const lent = {
    ...{ end: approve.end, grants: ["abcdefghija"], lent: approve.lent, leave: "approval", people: ["ada"] },
    ...{ policyHash: "p1", fingerprint: request.fingerprint, dropped: ["ben"] },
    ...{ ...JUDGED, yeses: [approve.yes] },
  };

  test("all that was asked for, and by which rules it was judged", () => {
    expect(followAsking(request, null).rows).toEqual([ASKED]);
  });

  test("both the asking and the approval of what nobody needs to decide", () => {
    const { rows, tellings } = followAtOnce(become(approve), approve, null);

    const row = { ...ROW, at: NOON, what: "approved", by: "ada", detail: lent };
    expect(rows).toEqual([ASKED, row]);
    expect(tellings.at(-1)).toMatchObject({ key: "asked-abcdefghij", tell: { kind: "asker", moment: "asked" } });
  });

  test.each<[string, Request, RequestEvent, object]>([
    [
      "a yes of several",
      request,
      { ...approve, type: "yes", fingerprint: "another" },
      {
        ...{ at: NOON, what: "yes", by: "ada" },
        detail: { policyHash: "p1", less: null, dropped: ["ben"], ...JUDGED, yeses: [approve.yes] },
      },
    ],
    [
      "an approval, with the review that it owes",
      request,
      { ...approve, review },
      { at: NOON, what: "approved", by: "ada", detail: { ...lent, reviewDueAt: review.dueAt } },
    ],
    [
      "a no, with the rules of its own moment",
      request,
      { type: "deny", decision, why: "not now" },
      {
        at: NOON + 5000,
        what: "denied",
        by: "ada",
        detail: { ...JUDGED, why: "not now", policyHash: "p2", rules: ["anew"] },
      },
    ],
    [
      "that it was taken back",
      request,
      { type: "withdraw", at: NOON + 1 },
      { at: NOON + 1, what: "withdrawn", by: "mia", detail: {} },
    ],
    [
      "that it lapsed",
      request,
      { type: "lapse", at: NOON + 2 },
      { at: NOON + 2, what: "lapsed", by: null, detail: {} },
    ],
    [
      "that its review was asked for",
      approved,
      { type: "chased", at: NOON + 3 },
      { at: NOON + 3, what: "reviewChased", by: null, detail: {} },
    ],
    [
      "what its reviewer found",
      approved,
      { type: "reviewed", done: { by: "sam", at: NOON + 4, words: "nothing but logs" } },
      { at: NOON + 4, what: "reviewed", by: "sam", detail: { words: "nothing but logs" } },
    ],
  ])("%s", (_, from, event, row) => {
    expect(followRequest(become(event, from), event, null).rows).toEqual([{ ...ROW, ...row }]);
  });
});

describe("the ledger remembers of a pass, word for word,", () => {
  const { making, active, ending } = SAMPLE_GRANTS;
  const paged = { at: NOON + 181_000, words: "prod does not answer" };
  const delivered = { ...active, deliveries: [{ n: 1, at: NOON }] };
  const follow = (grant: Parameters<typeof transitionGrant>[0], event: GrantEvent, asked: Request | null) => {
    const next = transitionGrant(grant, event);
    if (isRefusal(next)) throw new Error(next.refused);
    return followGrant(next, event, { request: asked, onCall: "C0ONCALL", now: NOON + 7 });
  };

  test.each<[string, Parameters<typeof transitionGrant>[0], GrantEvent, readonly object[]]>([
    ["nothing of trouble that passes", making, { type: "trouble", words: "does not answer", at: NOON }, []],
    ["nothing of its timer", active, { type: "timerArmed" }, []],
    ["nothing of a warning", active, { type: "warned" }, []],
    [
      "that it works, until when and by which rules of its role",
      making,
      { type: "proven", at: NOON },
      [{ what: "active", by: null, detail: { end: NOON + 7_200_000, roleHash: "sha256:logs" } }],
    ],
    [
      "each credential that was asked for, by its number",
      delivered,
      { type: "delivery", at: NOON },
      [{ what: "deliveryAsked", by: "mia", detail: { n: 2 } }],
    ],
    [
      "that its ending is overdue, and why",
      ending,
      { type: "paged", paged },
      [{ what: "overdue", by: null, detail: { words: paged.words } }],
    ],
    [
      "who ended it, why and since when",
      active,
      { type: "end", ending: { why: "revoked", by: "olga", words: "incident over", since: NOON + 5 } },
      [{ what: "ending", by: "olga", detail: { why: "revoked", words: "incident over", since: NOON + 5 } }],
    ],
    [
      "when its cluster refused it, and how late",
      ending,
      { type: "refused", at: NOON + 121_000 },
      [{ what: "ended", by: "olga", detail: { why: "revoked", refusedAt: NOON + 121_000, lagMs: 1000 } }],
    ],
  ])("%s", (_, grant, event, rows) => {
    const whole = rows.map((row) => ({ at: NOON + 7, request: "abcdefghij", grant: "abcdefghija", ...row }));

    expect(follow(grant, event, request).rows).toEqual(whole);
    expect(follow(grant, event, null).rows).toEqual(whole);
  });
});
