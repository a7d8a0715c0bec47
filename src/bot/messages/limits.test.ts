import { describe, expect, test } from "vitest";
import {
  NOON,
  SAMPLE_GRANTS,
  SAMPLE_TARGET,
  samplePolicy,
  sampleRecord,
  sampleRequest,
} from "../../../test/fakes/samples.ts";
import { messageBlocks } from "../../../test/workbench/slack/limits/blocks.ts";
import { viewArgument } from "../../../test/workbench/slack/limits/views.ts";
import type { Grant } from "../../workflows/grant.ts";
import { offer } from "../../workflows/judge.ts";
import type { Request } from "../../workflows/request.ts";
import { type Message, message } from "../sentences.ts";
import { asked, denied, ended, endsSoon, failed, lapsed, ready } from "./asker.ts";
import { askAgain, notYoursToAsk, tooLateToExtend } from "./asking-anew.ts";
import { card } from "./card.ts";
import { denyForm } from "./deny-form.ts";
import { chooseGrantForm, confirmEndAllForm, confirmEndForm, endingManyNow, endingNow } from "./ending.ts";
import { endingProgress } from "./ending-progress.ts";
import { requestsMessage } from "./entry.ts";
import { overdue, paidDebt, rebuilt } from "./overdue.ts";
import { requestForm } from "./request-form.ts";
import { summary, verdict } from "./thread.ts";

/** As much as may be anywhere, of the worst kind. */
const WORST = `<!channel> *✅ Approved* <https://evil.example|Approve> \u202E${"\u200b".repeat(50)}${"wide漢😀 ".repeat(600)}`;
const LONG = "n".repeat(63);
const MANY = Array.from({ length: 150 }, (_, i) => `${"n".repeat(60)}${i}`);

const WORDS = "w".repeat(300);
const WORST_POLICY = samplePolicy({
  companies: { acme: { name: WORDS, sponsor: "sam", contractEnd: "2026-12-31" } },
  people: {
    mia: { name: `${WORST.slice(0, 299)}`, slack: "T0HOME/U0MIA", company: "acme" },
    sam: { name: WORDS, slack: "T0HOME/U0SAM" },
    ada: { name: WORDS, slack: "T0HOME/U0ADA" },
    ben: { name: WORDS, slack: "T0HOME/U0BEN" },
    olga: { name: WORDS, slack: "T0HOME/U0OLGA" },
  },
  profiles: {
    logs: { role: "daypass-profile-logs", words: WORDS, can: WORDS, cannot: WORDS, maxDuration: "4h" },
    restart: { role: "daypass-profile-restart", words: WORDS, can: WORDS, cannot: WORDS, maxDuration: "1h" },
  },
  rules: [
    { who: ["acme"], cluster: LONG, namespaces: MANY, profiles: ["logs", "restart"], approvers: "payments-approvers" },
    { who: ["acme"], cluster: "prod", namespaces: ["web"], profiles: ["logs"], approvers: "web-approvers" },
  ],
});

const TARGET = { ...SAMPLE_TARGET, cluster: LONG, namespaces: MANY };
const NOW = NOON + 130_000;
const decision = { by: "ada", at: NOON + 5_000, policyHash: "p1" };
const pending = sampleRequest({ targets: [TARGET], reason: WORST });
const { state: _, ...asking } = pending;

const DENIED = { ...asking, state: "denied", decision, why: WORST } as const;
const LAPSED = { ...asking, state: "lapsed", at: NOON + 3_600_000 } as const;
/** As long as a cluster's words can be. */
const PAGED = { at: NOON + 60_000, words: WORST };
const APPROVED = { ...asking, state: "approved", decision, end: NOON + 7_200_000, grants: ["abcdefghija"] } as const;
const REQUESTS: readonly Request[] = [
  pending,
  APPROVED,
  DENIED,
  LAPSED,
  { ...asking, state: "withdrawn", at: NOON + 9_000 },
];
const ENDED = { ...SAMPLE_GRANTS.ended, ...TARGET };
const LATE = { ...SAMPLE_GRANTS.ending, ...TARGET, paged: PAGED } as const;
const GRANTS: readonly Grant[] = [
  { ...SAMPLE_GRANTS.making, ...TARGET },
  { ...SAMPLE_GRANTS.making, ...TARGET, trouble: WORST },
  { ...SAMPLE_GRANTS.active, ...TARGET },
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
  const facts = { names, asker, former: null, now: NOW };
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
    ...GRANTS.map((grant) => ready(names, grant, NOW)),
    ...GRANTS.map((grant) => endsSoon(names, grant, NOW)),
    ...GRANTS.map((grant) => message([tooLateToExtend(names, grant, NOW)], askAgain(grant.request))),
    ...[null, ...GRANTS].map((former) => card({ ...facts, request: extending, grants: [], former })),
    ...[overdue(names, LATE, NOW), overdue(names, ENDED, NOW), paidDebt(names, ENDED), rebuilt(1), rebuilt(200)],
    endingProgress({ names, grants: [ENDED, ...many], last: true, now: NOW }),
    endingProgress({ names, grants: [ENDED], last: false, now: NOW }),
    message([notYoursToAsk(names, "mia")]),
    ...[denied(names, DENIED), lapsed(names, LAPSED), failed(names, ENDED), ended(names, ENDED, NOW)],
    ...[verdict(names, APPROVED), verdict(names, DENIED), verdict(names, { ...DENIED, why: null })],
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
      cluster: LONG,
      namespaces: MANY,
      profile: "logs",
      duration: "other",
      otherDuration: WORST,
      reason: WORST,
    };
    const none = { cluster: null, namespaces: [], profile: null, duration: null, otherDuration: null, reason: null };
    const form = {
      names,
      offer: offer(WORST_POLICY, "mia", NOON),
      present: new Map([[LONG, MANY]]),
      contractEnd: NOON + 9e8,
      former: null,
      now: NOW,
    };
    const grants = Array.from({ length: 120 }, (__, i) => ({ ...GRANTS[2], id: `abcdefgh${i}` })) as Grant[];
    const [active] = grants;
    if (active === undefined) throw new Error("there is a grant");
    const views = [
      requestForm({ ...form, filled }),
      requestForm({ ...form, filled: none }),
      requestForm({ ...form, filled, former: active }),
      requestForm({ ...form, present: new Map(), filled: { ...none, cluster: "prod" } }),
      denyForm(names, pending, { request: pending.id, fingerprint: pending.fingerprint }),
      chooseGrantForm(names, grants, NOW),
      confirmEndForm(names, active, false, NOW),
      endingNow(names, active),
      confirmEndAllForm(names, grants, { person: LONG }, false, NOW),
      confirmEndAllForm(names, [active], "all", true, NOW),
      endingManyNow(grants.length),
    ];

    for (const view of views)
      expect(viewArgument.safeParse(view).error?.issues, JSON.stringify(view.title)).toBeUndefined();
  });
});

test("a card that is decided has no buttons, and a pending one carries an id and a fingerprint alone", () => {
  const shown = REQUESTS.map((request) =>
    card({ names: WORST_POLICY, request, grants: [], former: null, asker: null, now: NOW }).blocks.filter(
      ({ type }) => type === "actions",
    ),
  );

  expect(shown.map((rows) => rows.length)).toEqual([1, 0, 0, 0, 0]);
  const values = [...JSON.stringify(shown).matchAll(/"value":"([^"]+)"/g)].map(([, value]) => value);
  expect(values).toEqual(["abcdefghij.f00dfacef00dface", "abcdefghij.f00dfacef00dface"]);
});

test("P3 · ended is said of an ended grant alone, active of an active one", () => {
  const said = GRANTS.map(
    (grant) =>
      ready(null, grant, NOW).text +
      endsSoon(null, grant, NOW).text +
      asked({ names: null, request: APPROVED, grants: [grant], now: NOW }).text +
      card({ names: null, request: APPROVED, grants: [grant], former: null, asker: null, now: NOW }).text,
  );
  const states = GRANTS.map((grant) => grant.state);

  expect(said.map((text) => /\bEnded\b|left behind\./.test(text.replace(/After that:.*/, "")))).toEqual(
    states.map((state) => state === "ended"),
  );
  expect(said.map((text) => /Active until|Ready:/.test(text))).toEqual(states.map((state) => state === "active"));
});
