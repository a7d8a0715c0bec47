import { describe, expect, test } from "vitest";
import { NOON, SAMPLE_GRANTS, samplePolicy, sampleRequest } from "../../test/fakes/samples.ts";
import { BREAK_GLASS } from "../../test/fakes/strict-policy.ts";
import { followGrant } from "./consequences.ts";
import type { Grant, GrantEvent } from "./grant.ts";
import type { Request } from "./request.ts";
import { asker, brokeGlass, card, cards, copyChannels, oneMoreYes, review, verdict } from "./tellings.ts";

const request = sampleRequest({ version: 3 });
const grant = { ...SAMPLE_GRANTS.active, version: 5 };
const policy = samplePolicy(BREAK_GLASS);
const CARD = { kind: "card", request: "abcdefghij" };
const GLASS = sampleRequest({ version: 3, leave: "breakGlass", approvers: ["payments-approvers", "nobody"] });

describe("a request's card", () => {
  test("is drawn anew with each of its versions, and with each of its pass's", () => {
    expect(card(request)).toEqual({ key: "card-abcdefghij-r3", lane: "C0PAYMENTS", tell: CARD });
    expect(card(request, grant).key).toBe("card-abcdefghij-abcdefghija-v5");
  });

  test("stands once in each channel in which somebody decides, its own first", () => {
    const asked = {
      ...request,
      approvers: ["payments-approvers", "web-approvers", "on-call", "web-approvers", "gone"],
    };

    expect(copyChannels(asked, policy)).toEqual(["C0WEB", "C0ONCALL"]);
    expect(cards(asked, policy)).toEqual([
      card(asked),
      { key: "card-abcdefghij-C0WEB", lane: "C0WEB", tell: CARD },
      { key: "card-abcdefghij-C0ONCALL", lane: "C0ONCALL", tell: CARD },
    ]);
  });

  test("has no copy where nobody is asked, nor while no policy says where", () => {
    const approvers = ["payments-approvers", "web-approvers"];

    for (const leave of ["policy", "breakGlass"] as const)
      expect(copyChannels({ ...request, approvers, leave }, policy)).toEqual([]);
    expect(cards({ ...request, approvers }, null)).toEqual([card(request)]);
  });
});

test("its thread hears the verdict once, and each yes of several with the asker", () => {
  expect(verdict(request)).toEqual({
    ...{ key: "verdict-abcdefghij", lane: "C0PAYMENTS", tell: { kind: "verdict", request: "abcdefghij" } },
  });
  expect(oneMoreYes(request, "ada")).toEqual([
    {
      ...{ key: "yes-abcdefghij-r3", lane: "C0PAYMENTS" },
      tell: { kind: "yes", request: "abcdefghij", by: "ada" },
    },
    {
      ...{ key: "progress-abcdefghij-r3", lane: "person:mia" },
      tell: { kind: "asker", request: "abcdefghij", grant: null, moment: "progress" },
    },
  ]);
});

test("whoever asked hears of the request, and of its pass, each moment once", () => {
  const tell = { kind: "asker", request: "abcdefghij" };

  expect(asker(request, null, "denied")).toEqual({
    ...{ key: "denied-abcdefghij", lane: "person:mia", tell: { ...tell, grant: null, moment: "denied" } },
  });
  expect(asker(request, grant, "ready")).toEqual({
    ...{ key: "ready-abcdefghija", lane: "person:mia", tell: { ...tell, grant: "abcdefghija", moment: "ready" } },
  });
});

describe("that somebody broke the glass", () => {
  const told = (lane: string) => ({
    ...{ key: `brokeGlass-abcdefghij-${lane}`, lane, urgent: true },
    tell: { kind: "brokeGlass", request: "abcdefghij" },
  });

  test("is told before all else, once where skipped approvers are, reviewers, on-call, and where the card stands", () => {
    expect(brokeGlass(GLASS, policy)).toEqual(["C0PAYMENTS", "C0WEB", "C0ONCALL"].map(told));
    expect(brokeGlass({ ...GLASS, channel: "C0CARD" }, policy)).toEqual(
      ["C0PAYMENTS", "C0WEB", "C0ONCALL", "C0CARD"].map(told),
    );
  });

  test("is told where its card stands while no policy says more", () => {
    expect(brokeGlass(GLASS, null)).toEqual([told("C0PAYMENTS")]);
  });
});

test("a review is asked for of reviewers, or of on-call where the policy names none any more, and shown to who lent it to themself, anew with each version", () => {
  const told = (lane: string) => [
    { key: "review-abcdefghij-r3", lane, tell: { kind: "review", request: "abcdefghij" } },
    {
      ...{ key: "review-abcdefghij-r3-asker", lane: "person:mia" },
      tell: { kind: "asker", request: "abcdefghij", grant: null, moment: "review" },
    },
  ];

  expect(review(GLASS, policy)).toEqual(told("C0WEB"));
  expect(review(GLASS, samplePolicy())).toEqual(told("C0ONCALL"));
  expect(review(GLASS, null)).toEqual(told("C0PAYMENTS"));
});

describe("P7 · an ending that is overdue", () => {
  const paged = { at: NOON + 181_000, words: "prod does not answer" };
  const ending: Grant = { ...SAMPLE_GRANTS.ending, paged };
  const ended: Grant = { ...SAMPLE_GRANTS.ended, paged };
  const OWED: GrantEvent = { type: "paged", paged };
  const PAID: GrantEvent = { type: "refused", at: NOON + 190_000 };
  const overdue = (
    one: Grant,
    event: GrantEvent,
    { onCall = "C0ONCALL" as string | null, asked = request as Request | null } = {},
  ) =>
    followGrant(one, event, { request: asked, onCall, now: NOON }).tellings.filter(
      ({ tell }) => tell.kind === "overdue",
    );
  const told = (moment: string, lane: string) => ({
    ...{ key: `overdue-abcdefghija-${moment}`, lane, urgent: true },
    tell: { kind: "overdue", grant: "abcdefghija" },
  });

  test.each([
    ["owed", ending, OWED],
    ["paid", ended, PAID],
  ] as const)("is told on-call before all else, when it is %s", (moment, one, event) => {
    expect(overdue(one, event)).toEqual([told(moment, "C0ONCALL")]);
  });

  test.each([
    ["owed", ending, OWED],
    ["paid", ended, PAID],
  ] as const)("is told where its card stands while no policy names on-call, when it is %s", (moment, one, event) => {
    expect(overdue(one, event, { onCall: null })).toEqual([told(moment, "C0PAYMENTS")]);
    expect(overdue(one, event, { onCall: null, asked: null })).toEqual([]);
    expect(overdue(one, event, { asked: null })).toEqual([told(moment, "C0ONCALL")]);
  });

  test("that was never told is not told as paid", () => {
    expect(overdue(SAMPLE_GRANTS.ended, PAID)).toEqual([]);
  });

  test("has its summary where its card stands, once", () => {
    const { tellings } = followGrant(ended, PAID, { request, onCall: "C0ONCALL", now: NOON });

    expect(tellings.find(({ tell }) => tell.kind === "summary")).toEqual({
      ...{ key: "summary-abcdefghija", lane: "C0PAYMENTS", tell: { kind: "summary", grant: "abcdefghija" } },
    });
  });
});

describe("whose request is lost", () => {
  const { active, ending } = SAMPLE_GRANTS;
  const end: GrantEvent = { type: "end", ending: { why: "expired", by: null, words: null, since: NOON } };

  test.each<[string, Grant, GrantEvent]>([
    ["that it works", active, { type: "proven", at: NOON }],
    ["that it ends soon", active, { type: "warned" }],
    ["that it is in trouble", active, { type: "trouble", words: "does not answer", at: NOON }],
    ["that it ends", ending, end],
  ])("nobody is told %s: there are no words for it", (_, one, happened) => {
    expect(followGrant(one, happened, { request: null, onCall: "C0ONCALL", now: NOON }).tellings).toEqual([]);
  });
});
