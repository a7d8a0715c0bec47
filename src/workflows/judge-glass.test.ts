import { describe, expect, test } from "vitest";
import {
  NOON,
  POLICY_INPUT,
  SAMPLE_FACTS,
  SAMPLE_GRANTS,
  SAMPLE_TARGET,
  sampleAround,
  sampleForce,
  sampleRecord,
  sampleRequest,
} from "../../test/fakes/samples.ts";
import { emptyHistory, oweReview } from "./history.ts";
import { whyNotLend } from "./judge.ts";
import { judgeGlass } from "./judge-glass.ts";
import type { Conditions } from "./ports.ts";
import { refuse } from "./refusal.ts";
import type { Around, Wish } from "./wish.ts";

const { people, groups, rules } = POLICY_INPUT;
const GLASS = {
  rules: [{ cluster: "prod", namespaces: ["pay*", "kube-system"], profiles: ["logs"] }],
  ...{ maxDuration: "1h", reviewers: "web-approvers", reviewWithin: "24h" },
};
const OLGA = sampleRecord("olga");
const WISH: Wish = {
  ...{ cluster: "prod", namespaces: ["payments"], profile: "logs", duration: "1h", ticket: null, startsAt: null },
  reason: "Payments are down, nobody answers",
};

interface Broken {
  readonly wish?: Partial<Wish>;
  readonly by?: typeof OLGA;
  readonly around?: Partial<Around>;
  readonly changes?: Record<string, unknown>;
  readonly conditions?: Conditions;
  readonly now?: number;
}

function breakGlass({ wish = {}, by = OLGA, around = {}, changes = {}, conditions, now = NOON }: Broken = {}) {
  const force = sampleForce({ breakGlass: GLASS, ...changes }, conditions);
  return judgeGlass(force, by, { ...WISH, ...wish }, sampleAround(around), now);
}

describe("break-glass lends at once", () => {
  test("to on-call, with nobody's yes, and tells all whose yes is skipped and the reviewers", () => {
    const forOlga = [{ ...rules[0], who: ["olga"] }, rules[1]];

    expect(breakGlass({ changes: { rules: forOlga } })).toEqual({
      ...{ target: SAMPLE_TARGET, durationSeconds: 3600, reason: WISH.reason, ticket: null, startsAt: null },
      needs: {
        ...{ quorum: 0, differentGroups: false, notSameCompany: false, stepUp: false, maxSeconds: 3600 },
        ...{ tier: "low", why: [], rules: ["breakGlass"] },
      },
      ...{ approvers: ["payments-approvers", "web-approvers"], channel: "C0PAYMENTS", auto: true },
    });
  });

  test("also what no rule would: then the reviewers alone are told", () => {
    expect(breakGlass()).toMatchObject({ approvers: ["web-approvers"], channel: "C0WEB", auto: true });
  });

  test("by any of its rules, for namespaces in one order", () => {
    const other = { cluster: "prod", namespaces: ["web"], profiles: ["restart", "logs"] };
    const changes = {
      breakGlass: {
        ...GLASS,
        reviewers: "on-call",
        rules: [{ ...other, profiles: ["restart"] }, ...GLASS.rules, other],
      },
    };
    const forOlga = { ...rules[0], who: ["olga"], approvers: ["web-approvers", "payments-approvers"] };

    expect(
      breakGlass({ wish: { namespaces: ["web", "payments"] }, changes: { ...changes, rules: [forOlga] } }),
    ).toMatchObject({
      target: { namespaces: ["payments", "web"] },
      approvers: ["on-call", "payments-approvers", "web-approvers"],
    });
  });

  test("not by a label that nobody knows", () => {
    const namespaces = [{ label: "team", value: "pay" }];
    const changes = { breakGlass: { ...GLASS, rules: [{ ...GLASS.rules[0], namespaces }] } };
    const factsOf = () => ({ ...SAMPLE_FACTS, namespaceLabels: {} });

    expect(breakGlass({ changes, around: { factsOf } })).toMatchObject([{ refused: "notOffered" }]);
  });

  test("to whom Slack says to be on call", () => {
    const changes = { groups: { ...groups, "on-call": { ...groups["on-call"], slackGroups: ["S0ONC"] } } };

    expect(breakGlass({ by: sampleRecord("ada", { slackGroups: ["S0ONC"] }), changes })).toMatchObject({ auto: true });
  });

  test("says how dangerous it is, and is bound by no tier", () => {
    const risk = {
      raise: [{ words: "It holds customers' money", namespaceLabel: { label: "tier", value: "gold" } }],
      tiers: { medium: { maxDuration: "5m", ticket: true, quorum: 3, stepUp: true } },
    };
    const factsOf = () => ({ ...SAMPLE_FACTS, namespaceLabels: { payments: { tier: "gold" } } });

    expect(breakGlass({ changes: { risk }, around: { factsOf } })).toMatchObject({
      needs: { tier: "medium", why: ["It holds customers' money"], quorum: 0, stepUp: false },
    });
  });

  test("for no longer than the profile allows either", () => {
    const long = { breakGlass: { ...GLASS, maxDuration: "9h" } };

    expect(breakGlass({ changes: long, wish: { duration: "4h" } })).toMatchObject({ needs: { maxSeconds: 4 * 3600 } });
    expect(breakGlass({ changes: long, wish: { duration: "4h1s" } })).toEqual([
      refuse("durationTooLong", { field: "duration", detail: "4 h" }),
    ]);
  });

  test("however many passes and requests there are", () => {
    const held = Array.from({ length: 11 }, () => SAMPLE_GRANTS.active);
    const open = Array.from({ length: 6 }, () => sampleRequest());

    expect(breakGlass({ around: { held, open } })).toMatchObject({ auto: true });
  });
});

describe("break-glass is refused", () => {
  const faults: [string, Broken, object][] = [
    ["without such a policy", { changes: { breakGlass: undefined } }, refuse("noBreakGlass")],
    ["to somebody who is not on call", { by: sampleRecord("ada") }, refuse("noBreakGlass")],
    ["to a switched-off account", { by: sampleRecord("olga", { active: false }) }, refuse("inactive")],
    ["to a guest", { by: sampleRecord("olga", { guest: true }) }, refuse("guestOrExternal")],
    ["to another organisation's account", { by: sampleRecord("olga", { external: true }) }, refuse("guestOrExternal")],
    ["to an expired account", { by: sampleRecord("olga", { expiresAt: NOON }) }, refuse("noBreakGlass")],
    [
      "to somebody whose contract is over",
      { changes: { people: { ...people, olga: { ...people.olga, contractEnd: "2026-05-31" } } } },
      refuse("noBreakGlass"),
    ],
    ["in another cluster", { wish: { cluster: "dev" } }, refuse("notOffered", { field: "cluster", detail: "dev" })],
    [
      "with another profile",
      { wish: { profile: "restart" } },
      refuse("notOffered", { field: "profile", detail: "restart" }),
    ],
    ["of no namespace", { wish: { namespaces: [] } }, refuse("notOffered", { field: "namespaces", detail: "" })],
    [
      "in another namespace",
      { wish: { namespaces: ["payments", "web"] } },
      refuse("notOffered", { field: "namespaces", detail: "web" }),
    ],
    [
      "in a namespace that is not open",
      { wish: { namespaces: ["kube-system"] } },
      refuse("unknownNamespace", { field: "namespaces", detail: "kube-system" }),
    ],
    [
      "in a namespace whose labels nobody may read",
      { around: { factsOf: () => ({ ...SAMPLE_FACTS, namespaces: [], unread: ["payments"] }) } },
      refuse("namespaceUnread", { field: "namespaces", detail: "payments on prod" }),
    ],
    ["too long", { wish: { duration: "1h1s" } }, refuse("durationTooLong", { field: "duration", detail: "1 h" })],
    [
      "for later",
      { wish: { startsAt: NOON + 1 } },
      refuse("startTooLate", { field: "start", detail: "it begins at once" }),
    ],
    ["without a reason", { wish: { reason: "help" } }, refuse("reasonTooShort", { field: "reason", detail: "10" })],
    [
      "with a ticket that cannot be one",
      { wish: { ticket: "x" }, changes: { tickets: { pattern: "INC", example: "INC" } } },
      refuse("ticketShape", { field: "ticket", detail: "INC" }),
    ],
    [
      "while nothing is known of the cluster",
      { around: { factsOf: () => null } },
      refuse("clusterUnknown", { field: "cluster", detail: "prod" }),
    ],
    [
      "while the role was not read",
      { around: { factsOf: () => ({ ...SAMPLE_FACTS, roles: {} }) } },
      refuse("clusterUnknown", { field: "cluster", detail: "prod" }),
    ],
    [
      "where a denial covers it",
      { changes: { denials: [{ name: "never", why: "Not for people", who: ["on-call"] }] } },
      refuse("denied", { field: "namespaces", detail: "Not for people", rule: "never" }),
    ],
    [
      "where a denial's condition cannot be evaluated",
      { changes: { denials: [{ name: "never", why: "Not for people", when: "?" }] } },
      refuse("denied", { field: "namespaces", detail: "Not for people", rule: "never" }),
    ],
    [
      "where what they hold must be apart",
      {
        changes: {
          separation: [
            { name: "apart", why: "Not both", first: { profiles: ["logs"] }, second: { profiles: ["restart"] } },
          ],
        },
        around: { held: [{ ...SAMPLE_GRANTS.making, profile: "restart" }] },
      },
      refuse("separated", { field: "profile", detail: "Not both", rule: "apart" }),
    ],
  ];
  test.each(faults)("%s", (_, broken, refusal) => {
    expect(breakGlass(broken)).toEqual([refusal]);
  });

  test("where one of its namespaces must be apart from another", () => {
    const sides = { first: { profiles: ["logs"], namespaces: ["payments"] }, second: { profiles: ["logs"] } };
    const changes = { separation: [{ name: "apart", why: "Not both", ...sides }] };
    const breaks = { ...GLASS, rules: [{ ...GLASS.rules[0], namespaces: ["*"] }] };
    const apart = [["payments"], ["ledger", "payments"]] as const;

    expect(
      breakGlass({ wish: { namespaces: ["payments", "ledger"] }, changes: { ...changes, breakGlass: breaks } }),
    ).toEqual([refuse("separatedTogether", { field: "namespaces", detail: "Not both", rule: "apart", sides: apart })]);
  });

  test("once for several namespaces that are forbidden alike", () => {
    const changes = { denials: [{ name: "never", why: "Not for people" }] };
    const breaks = { ...GLASS, rules: [{ ...GLASS.rules[0], namespaces: ["*"] }] };

    expect(
      breakGlass({ wish: { namespaces: ["web", "ledger"] }, changes: { ...changes, breakGlass: breaks } }),
    ).toEqual([refuse("denied", { field: "namespaces", detail: "Not for people", rule: "never" })]);
  });

  test("from the moment a review is overdue, until it is given", () => {
    const owed = oweReview(emptyHistory("olga"), { request: "abcdefghij", dueAt: NOON });

    expect(breakGlass({ around: { history: owed }, now: NOON - 1 })).toMatchObject({ auto: true });
    expect(breakGlass({ around: { history: owed }, now: NOON })).toEqual([
      refuse("reviewOverdue", { detail: "abcdefghij" }),
    ]);
  });

  test("when nothing of the contract is left", () => {
    const changes = { people: { ...people, olga: { ...people.olga, contractEnd: "2026-06-01" } } };
    const over = Date.UTC(2026, 5, 2);

    expect(breakGlass({ changes, now: over - 10_000 })).toMatchObject({ auto: true });
    expect(breakGlass({ changes, now: over - 9_999 })).toEqual([refuse("nothingLeft")]);
  });
});

test("whose condition does not hold, their yes was not skipped", () => {
  const conditional = [{ ...rules[0], who: ["olga"], when: "true", whenWords: "always" }];
  const answering = (answer: boolean): Conditions => ({ holds: () => answer, matchesTicket: () => false });

  expect(breakGlass({ changes: { rules: conditional }, conditions: answering(true) })).toMatchObject({
    approvers: ["payments-approvers", "web-approvers"],
  });
  expect(breakGlass({ changes: { rules: conditional }, conditions: answering(false) })).toMatchObject({
    approvers: ["web-approvers"],
  });
});

describe("P6 · right before it is made, break-glass is judged once more", () => {
  const again = (changes: Record<string, unknown> = {}, durationSeconds = 3600, around: Partial<Around> = {}) => {
    const request = sampleRequest({ asker: "olga", leave: "breakGlass", durationSeconds });
    const force = sampleForce({ breakGlass: GLASS, ...changes });
    return whyNotLend(force, OLGA, request, SAMPLE_TARGET, sampleAround(around), NOON);
  };

  test("and nobody is needed", () => {
    expect(again()).toMatchObject({ quorum: 0, rules: ["breakGlass"], maxSeconds: 3600 });
  });

  test("but it is refused for what is no longer so", () => {
    const frozen = { denials: [{ name: "frozen", why: "Frozen" }] };
    const owed = oweReview(emptyHistory("olga"), { request: "other", dueAt: NOON });

    expect(again({ onCall: "web-approvers" })).toEqual(refuse("noBreakGlass"));
    expect(again(frozen)).toMatchObject({ refused: "denied" });
    expect(again({}, 3601)).toEqual(refuse("askerNotAllowedAnyMore"));
    expect(again({}, 3600, { history: owed })).toMatchObject({ refused: "reviewOverdue" });
    expect(again({ breakGlass: { ...GLASS, rules: [{ ...GLASS.rules[0], namespaces: ["web"] }] } })).toMatchObject({
      refused: "notOffered",
    });
  });

  test("and so is its ticket, by the pattern of now", () => {
    const tickets = { pattern: "INC-[0-9]+", example: "INC-4881" };
    const conditions: Conditions = { holds: () => null, matchesTicket: (ticket) => ticket === "INC-1" };
    const force = sampleForce({ breakGlass: GLASS, tickets }, conditions);
    const withTicket = (ticket: string | null) => {
      const request = sampleRequest({ asker: "olga", leave: "breakGlass", durationSeconds: 3600, ticket });
      return whyNotLend(force, OLGA, request, SAMPLE_TARGET, sampleAround(), NOON);
    };

    expect(withTicket("OPS-1")).toMatchObject({ refused: "ticketShape" });
    expect(withTicket("INC-1")).toMatchObject({ quorum: 0 });
    expect(withTicket(null)).toMatchObject({ quorum: 0 });
  });
});
