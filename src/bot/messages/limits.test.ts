import { describe, expect, test } from "vitest";
import {
  NOON,
  SAMPLE_GRANTS,
  SAMPLE_NEEDS,
  SAMPLE_TARGET,
  sampleForce,
  sampleRecord,
  sampleRequest,
} from "../../../test/fakes/samples.ts";
import { messageBlocks } from "../../../test/workbench/slack/limits/blocks.ts";
import { viewArgument } from "../../../test/workbench/slack/limits/views.ts";
import { glassOffer } from "../../workflows/glass-offer.ts";
import type { Grant } from "../../workflows/grant.ts";
import { offer } from "../../workflows/offer.ts";
import type { ClusterFacts } from "../../workflows/ports.ts";
import type { Refusal } from "../../workflows/refusal.ts";
import type { ApprovedRequest, Needs, Request } from "../../workflows/request.ts";
import type { Allowed } from "../../workflows/wish.ts";
import { EMPTY } from "../filled-form.ts";
import { type Message, message } from "../sentences.ts";
import { lessForm, riskierForm, stepUpForm } from "./approve-forms.ts";
import { asked, denied, lapsed } from "./asker.ts";
import { ended, endsSoon, failed, ready, startsLater } from "./asker-pass.ts";
import { askAgain, notYoursToAsk, tooLateToExtend } from "./asking-anew.ts";
import { card } from "./card.ts";
import { denyForm } from "./deny-form.ts";
import { chooseGrantForm, confirmEndAllForm, confirmEndForm, endingManyNow, endingNow } from "./ending.ts";
import { endingProgress } from "./ending-progress.ts";
import { requestsMessage } from "./entry.ts";
import { overdue, paidDebt, rebuilt } from "./overdue.ts";
import { policyFault } from "./policy-fault.ts";
import { requestForm } from "./request-form.ts";
import { brokeGlass, reviewChase, reviewForm, reviewGiven, reviewNews } from "./review.ts";
import { oneMoreYes, summary, verdict } from "./thread.ts";

/** As much as may be anywhere, of the worst kind. */
const WORST = `<!channel> *✅ Approved* <https://evil.example|Approve> \u202E${"\u200b".repeat(50)}${"wide漢😀 ".repeat(600)}`;
const LONG = "n".repeat(63);
const MANY = Array.from({ length: 150 }, (_, i) => `${"n".repeat(60)}${i}`);

const WORDS = "w".repeat(300);
const APPROVERS = ["ada", "ben", "cleo", "dan", "eli"];
const GROUPS = APPROVERS.map((_, i) => `group-${i}`);
const FORCE = sampleForce({
  companies: { acme: { name: WORDS, sponsor: "sam", contractEnd: "2026-12-31" } },
  people: {
    mia: { name: `${WORST.slice(0, 299).replaceAll(/[^\x20-\x7e]/g, "x")}`, slack: "T0HOME/U0MIA", company: "acme" },
    sam: { name: WORDS, slack: "T0HOME/U0SAM" },
    olga: { name: WORDS, slack: "T0HOME/U0OLGA" },
    ...Object.fromEntries(APPROVERS.map((id) => [id, { name: WORDS, slack: `T0HOME/U0${id.toUpperCase()}` }])),
  },
  groups: {
    ...Object.fromEntries(GROUPS.map((id, i) => [id, { name: WORDS, channel: `C0GROUP${i}`, people: APPROVERS }])),
    "on-call": { name: WORDS, channel: "C0ONCALL", people: ["olga"] },
  },
  profiles: {
    logs: { role: "daypass-profile-logs", words: WORDS, can: WORDS, cannot: WORDS, maxDuration: "4h" },
    restart: { role: "daypass-profile-restart", words: WORDS, can: WORDS, cannot: WORDS, maxDuration: "1h" },
  },
  rules: [
    {
      ...{ name: LONG, who: ["acme"], cluster: LONG, namespaces: ["*"], profiles: ["logs", "restart"] },
      ...{ approvers: GROUPS, quorum: 5, ticket: true, when: "seconds < 9", whenWords: WORDS },
    },
    { name: "web", who: ["acme"], cluster: "prod", namespaces: ["web"], profiles: ["logs"], approvers: "group-0" },
  ],
  tickets: { pattern: "T", example: WORDS },
  breakGlass: {
    rules: [{ cluster: LONG, namespaces: ["*"], profiles: ["logs", "restart"] }],
    ...{ maxDuration: "30m", reviewers: "group-0", reviewWithin: "24h" },
  },
});
const WORST_POLICY = FORCE.policy;
const FACTS: ClusterFacts = {
  ...{ cluster: LONG, readAt: NOON, labels: {}, namespaces: MANY, namespaceLabels: {}, skewMs: 0 },
  roles: { "daypass-profile-logs": { hash: "sha256:logs", risk: { tier: "high", words: [WORDS] } } },
};
const factsOf = (cluster: string) => (cluster === LONG ? FACTS : null);

const NEEDS: Needs = {
  ...SAMPLE_NEEDS,
  ...{ quorum: 5, differentGroups: true, notSameCompany: true, stepUp: true, tier: "high" },
  ...{ why: Array.from({ length: 12 }, (_, i) => `${i} ${WORDS}`), rules: [LONG, "web"] },
};
const LESS = { durationSeconds: 3_600, namespaces: MANY.slice(0, 16), startsAt: NOON + 3_600_000 };
/** One of them has to be given once more. */
const YESES = APPROVERS.map((by, i) => ({ by, at: NOON, policyHash: "p1", less: LESS, stepped: i !== 1 }));

const TARGET = { ...SAMPLE_TARGET, cluster: LONG, namespaces: MANY };
const NOW = NOON + 130_000;
const decision = { people: APPROVERS, at: NOON + 5_000, policyHash: "p1", rules: [LONG] };
const pending = sampleRequest({
  ...{ targets: [TARGET], reason: WORST, ticket: WORST.slice(0, 100), startsAt: NOON + 60_000 },
  ...{ approvers: GROUPS, needs: NEEDS },
});
const partly = { ...pending, yeses: YESES.slice(0, 4) };
const { state: _, ...asking } = pending;

const DENIED = { ...asking, state: "denied", decision, why: WORST } as const;
const LAPSED = { ...asking, state: "lapsed", at: NOON + 3_600_000 } as const;
/** As long as a cluster's words can be. */
const PAGED = { at: NOON + 60_000, words: WORST };
const APPROVED: ApprovedRequest = {
  ...{ ...asking, state: "approved", yeses: YESES, decision, lent: LESS, end: NOON + 7_200_000 },
  ...{ grants: ["abcdefghija"], review: null },
};
const owed = { dueAt: NOON + 86_400_000, chasedAt: null, done: null };
const GLASS: ApprovedRequest = { ...APPROVED, leave: "breakGlass", asker: "olga", review: owed };
const GLASSES: readonly ApprovedRequest[] = [
  GLASS,
  { ...GLASS, review: { ...owed, dueAt: NOON - 86_400_000, chasedAt: NOON - 60_000 } },
  { ...GLASS, review: { ...owed, done: { by: "ada", at: NOON, words: WORST.slice(0, 500) } } },
];
const REQUESTS: readonly Request[] = [
  pending,
  partly,
  APPROVED,
  { ...APPROVED, leave: "policy", decision: { ...decision, people: [] } },
  ...GLASSES,
  DENIED,
  LAPSED,
  { ...asking, state: "withdrawn", at: NOON + 9_000 },
  { ...asking, state: "withdrawn", at: NOON + 9_000, anew: "b".repeat(10) },
];
const RECORD = { outcomes: ["ended", "revoked"], holds: 12 } as const;
const ENDED = { ...SAMPLE_GRANTS.ended, ...TARGET };
const LATE = { ...SAMPLE_GRANTS.ending, ...TARGET, paged: PAGED } as const;
const ACTIVE = { ...SAMPLE_GRANTS.active, ...TARGET };
const GRANTS: readonly Grant[] = [
  { ...SAMPLE_GRANTS.making, ...TARGET },
  { ...SAMPLE_GRANTS.making, ...TARGET, trouble: WORST },
  { ...SAMPLE_GRANTS.making, ...TARGET, startsAt: NOON + 3_600_000 },
  ACTIVE,
  { ...SAMPLE_GRANTS.ending, ...TARGET, ending: { why: "revoked", by: "olga", words: WORST, since: NOON } },
  { ...SAMPLE_GRANTS.ending, ...TARGET, activeAt: null },
  {
    ...SAMPLE_GRANTS.ending,
    ...TARGET,
    paged: PAGED,
    ending: { why: "changedByHand", by: null, words: WORST, since: NOON - 9e6 },
  },
  { ...ENDED, ending: { why: "clusterRefused", by: null, words: WORST, since: NOON } },
  { ...ENDED, activeAt: null },
];

function messagesOf(names: typeof WORST_POLICY | null): readonly Message[] {
  const asker = sampleRecord("mia", { guest: true, external: true, active: false });
  const facts = { names, asker, former: null, record: RECORD, now: NOW };
  const ofPass = (grant: Grant) => ({ names, grant, request: APPROVED, now: NOW });
  const extending = { ...pending, extends: "abcdefghija" };
  const many = Array.from({ length: 30 }, () => ({
    ...LATE,
    ending: { ...LATE.ending, since: NOON - 9e6, words: WORST },
  }));
  return [
    ...REQUESTS.map((request) => card({ ...facts, request, grants: [] })),
    ...GRANTS.map((grant) => card({ ...facts, request: APPROVED, grants: [grant] })),
    card({ ...facts, request: APPROVED, grants: GRANTS }),
    ...REQUESTS.map((request) => asked({ names, request, grants: [], now: NOW })),
    ...GRANTS.map((grant) => asked({ names, request: APPROVED, grants: [grant], now: NOW })),
    ...GRANTS.map((grant) => ready(ofPass(grant))),
    ...GRANTS.map((grant) => endsSoon(ofPass(grant))),
    ...GRANTS.map((grant) => startsLater({ ...ofPass(grant), now: NOON })),
    ...GLASSES.map((request) => ready({ ...ofPass(ACTIVE), request })),
    ...GLASSES.flatMap((request) =>
      [brokeGlass, reviewChase, reviewNews, reviewGiven].map((say) =>
        say({ names, request, grants: GRANTS, now: NOW }),
      ),
    ),
    ...YESES.flatMap(({ by }) => oneMoreYes(names, partly, by, NOW) ?? []),
    ...[[`policy.yaml:14:3: ${WORST}`], Array.from({ length: 40 }, (_, i) => `p.yaml:${i}:3: ${WORDS}`), []].map(
      policyFault,
    ),
    ...GRANTS.map((grant) => message([tooLateToExtend(names, grant, NOW)], askAgain(grant.request))),
    ...[null, ...GRANTS].map((former) => card({ ...facts, request: extending, grants: [], former })),
    ...[overdue(names, LATE, NOW), overdue(names, ENDED, NOW), paidDebt(names, ENDED), rebuilt(1), rebuilt(200)],
    endingProgress({ names, grants: [ENDED, ...many], last: true, now: NOW }),
    endingProgress({ names, grants: [ENDED], last: false, now: NOW }),
    message([notYoursToAsk(names, "mia")]),
    ...[denied(names, DENIED), lapsed(names, LAPSED), failed(names, ENDED), ended(names, ENDED, NOW)],
    ...[verdict(names, APPROVED, NOW), verdict(names, GLASS, NOW), verdict(names, DENIED, NOW)],
    verdict(names, { ...DENIED, why: null }, NOW),
    summary({ ...facts, request: APPROVED, grant: ENDED }),
    requestsMessage(),
  ];
}

describe.each([
  ["the worst that a policy and people can write", WORST_POLICY],
  ["no policy to name anything by", null],
])("with %s", (_, names) => {
  test("each message keeps Slack's limits, stands alone as text, and labels its buttons", () => {
    for (const { text, blocks } of messagesOf(names)) {
      expect(messageBlocks.safeParse(blocks).error?.issues, text).toBeUndefined();
      expect(text.length).toBeGreaterThan(20);
      expect(text.length).toBeLessThan(40_000);
      expect(text).not.toMatch(/<!(channel|here|everyone)|<https?:|\u202e|\u200b/);
      const buttons = blocks.flatMap((block) => (block.type === "actions" ? block.elements : []));
      for (const button of buttons) expect(button).toHaveProperty("accessibility_label");
      expect(JSON.stringify(blocks)).not.toContain('"type":"mrkdwn"');
    }
  });

  test("each form keeps Slack's limits", () => {
    const filled = {
      ...{ cluster: LONG, namespaces: MANY, profile: "logs", duration: "other", otherDuration: WORST, reason: WORST },
      ...{ ticket: WORST.slice(0, 200), startsAt: NOW + 60_000, glass: false },
    };
    const allowed: Allowed = {
      ...{ target: TARGET, durationSeconds: 60, reason: WORST, ticket: null, startsAt: null, needs: NEEDS },
      ...{ approvers: GROUPS, channel: "C0GROUP0", auto: false },
    };
    const refused: readonly Refusal[] = [
      { refused: "denied", detail: WORDS, rule: LONG },
      { refused: "separated", detail: WORDS, rule: LONG },
      { refused: "ticketNeeded", field: "ticket" },
      { refused: "durationTooLong", detail: "2 h" },
    ];
    const form = {
      names,
      offer: offer(FORCE, sampleRecord("mia"), factsOf, NOON),
      glass: glassOffer(FORCE, sampleRecord("olga"), factsOf, NOON),
      preview: null,
      contractEnd: NOON + 9e8,
      former: null,
      now: NOW,
    };
    const shown = { request: pending.id, fingerprint: "f".repeat(64) };
    const yes = { names, request: partly, shown, needs: NEEDS, less: null, now: NOW };
    const every = { durationSeconds: 7_200, namespaces: MANY, startsAt: NOON + 3_600_000 };
    const grants = Array.from({ length: 120 }, (__, i) => ({ ...GRANTS[2], id: `abcdefgh${i}` })) as Grant[];
    const [active] = grants;
    if (active === undefined) throw new Error("there is a grant");
    const views = [
      requestForm({ ...form, filled }),
      requestForm({ ...form, filled: EMPTY }),
      requestForm({ ...form, filled, former: active }),
      requestForm({ ...form, filled: { ...EMPTY, cluster: "prod" } }),
      requestForm({ ...form, filled, preview: allowed }),
      requestForm({ ...form, filled, preview: { ...allowed, auto: true } }),
      requestForm({ ...form, filled, preview: refused }),
      requestForm({ ...form, filled: { ...filled, glass: true }, preview: allowed }),
      requestForm({ ...form, offer: [], filled: EMPTY }),
      stepUpForm(yes),
      riskierForm({ ...yes, less: every }),
      riskierForm({ ...yes, request: pending, less: every }),
      lessForm(yes),
      lessForm({ ...yes, request: { ...pending, durationSeconds: 45 } }),
      ...GLASSES.map((request) => reviewForm({ names, request, grants: [], now: NOW })),
      denyForm(names, pending, { request: pending.id, fingerprint: pending.fingerprint }),
      chooseGrantForm(names, grants, NOW),
      confirmEndForm(names, active, false, NOW),
      endingNow(names, active),
      confirmEndAllForm(names, { grants, people: 2, scope: { user: LONG }, own: false }, NOW),
      confirmEndAllForm(names, { grants: [active], people: 1, scope: "all", own: true }, NOW),
      endingManyNow(grants.length),
    ];

    for (const view of views)
      expect(viewArgument.safeParse(view).error?.issues, JSON.stringify(view.title)).toBeUndefined();
  });
});

test("a card that is decided has no buttons, and a pending one carries an id and a fingerprint alone", () => {
  const shown = REQUESTS.map((request) =>
    card({ names: WORST_POLICY, request, grants: [], former: null, asker: null, record: null, now: NOW }).blocks.filter(
      ({ type }) => type === "actions",
    ),
  );

  expect(shown.map((rows) => rows.length)).toEqual([1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0]);
  const values = [...JSON.stringify(shown).matchAll(/"value":"([^"]+)"/g)].map(([, value]) => value);
  expect(new Set(values)).toEqual(new Set(["abcdefghij.f00dfacef00dface", "abcdefghij"]));
});

test("P3 · ended is said of an ended grant alone, active of an active one", () => {
  const said = GRANTS.map(
    (grant) =>
      ready({ names: null, grant, request: null, now: NOW }).text +
      endsSoon({ names: null, grant, request: null, now: NOW }).text +
      asked({ names: null, request: APPROVED, grants: [grant], now: NOW }).text +
      card({ names: null, request: APPROVED, grants: [grant], former: null, asker: null, record: null, now: NOW }).text,
  );
  const states = GRANTS.map((grant) => grant.state);

  expect(said.map((text) => /\bEnded\b|left behind\./.test(text.replace(/After that:.*/, "")))).toEqual(
    states.map((state) => state === "ended"),
  );
  expect(said.map((text) => /Active until|Ready:/.test(text))).toEqual(states.map((state) => state === "active"));
});
