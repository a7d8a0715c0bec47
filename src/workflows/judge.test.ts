import { describe, expect, test } from "vitest";
import { judgeSample as judge, SAMPLE_WISH as WISH } from "../../test/fakes/sample-wish.ts";
import {
  NOON,
  POLICY_INPUT,
  SAMPLE_FACTS,
  SAMPLE_NEEDS,
  SAMPLE_TARGET,
  sampleAround,
  sampleForce,
  sampleRecord,
} from "../../test/fakes/samples.ts";
import { judgeWish, whySkewed } from "./judge.ts";
import { refuse } from "./refusal.ts";
import type { Wish } from "./wish.ts";

const [PAYMENTS_RULE] = POLICY_INPUT.rules;
const HOUR = 3_600_000;

describe("a wish", () => {
  test("that the policy allows names the target, the role's hash, what it needs, who decides and where", () => {
    expect(judge({})).toEqual({
      ...{ target: SAMPLE_TARGET, durationSeconds: 7200, reason: WISH.reason, ticket: null, startsAt: null },
      ...{ needs: SAMPLE_NEEDS, approvers: ["payments-approvers"], channel: "C0PAYMENTS", auto: false },
    });
  });

  test("for several namespaces names each once, in one order", () => {
    expect(judge({ namespaces: ["payments", "ledger", "payments"] })).toMatchObject({
      target: { namespaces: ["ledger", "payments"] },
    });
  });

  test("keeps its ticket and its start", () => {
    expect(judge({ ticket: " INC-4881 ", startsAt: NOON + HOUR })).toMatchObject({
      ticket: "INC-4881",
      startsAt: NOON + HOUR,
    });
  });

  test.each<[string, Partial<Wish>, object[]]>([
    ["of a cluster nobody offers", { cluster: "dev" }, [{ refused: "notOffered", field: "cluster", detail: "dev" }]],
    [
      "of a profile nobody offers",
      { profile: "admin" },
      [{ refused: "notOffered", field: "profile", detail: "admin" }],
    ],
    [
      "of a profile called like what every object has",
      { profile: "constructor" },
      [{ refused: "notOffered", field: "profile", detail: "constructor" }],
    ],
    [
      "of a namespace nobody offers",
      { namespaces: ["kube-system"] },
      [{ refused: "notOffered", field: "namespaces", detail: "kube-system" }],
    ],
    [
      "of a namespace offered for another profile only",
      { profile: "restart", namespaces: ["web"], duration: "30m" },
      [{ refused: "notOffered", field: "namespaces", detail: "web" }],
    ],
    ["of no namespace", { namespaces: [] }, [{ refused: "notOffered", field: "namespaces", detail: "" }]],
    [
      "of namespaces with different approvers",
      { namespaces: ["payments", "web"], duration: "10m" },
      [{ refused: "differentApprovers", field: "namespaces", detail: "payments, web" }],
    ],
    [
      "for a time that cannot be read",
      { duration: "a while" },
      [{ refused: "durationUnreadable", field: "duration", detail: "a while" }],
    ],
    ["for no time", { duration: "0m" }, [{ refused: "durationTooShort", field: "duration", detail: "10 s" }]],
    [
      "for longer than the profile allows",
      { duration: "4h1s" },
      [{ refused: "durationTooLong", field: "duration", detail: "4 h" }],
    ],
    [
      "for longer than the rule allows",
      { namespaces: ["web"], duration: "31m" },
      [{ refused: "durationTooLong", field: "duration", detail: "30 min" }],
    ],
    ["without reason", { reason: "" }, [{ refused: "reasonTooShort", field: "reason", detail: "10" }]],
    ["that begins in the past", { startsAt: NOON - 1 }, [{ refused: "startTooSoon", field: "start" }]],
    [
      "with several mistakes is told all of them, each at its field",
      { namespaces: ["kube-system", "web", "nowhere"], duration: "9h", reason: "fix", ticket: "x".repeat(101) },
      [
        { refused: "notOffered", field: "namespaces", detail: "kube-system" },
        { refused: "notOffered", field: "namespaces", detail: "nowhere" },
        { refused: "durationTooLong", field: "duration", detail: "4 h" },
        { refused: "reasonTooShort", field: "reason", detail: "10" },
        { refused: "ticketShape", field: "ticket" },
      ],
    ],
  ])("%s", (_, changes, refusals) => {
    expect(judge(changes)).toEqual(refusals);
  });

  test("exactly at a limit is allowed", () => {
    expect(judge({ duration: "4h", reason: "x".repeat(500) })).toMatchObject({ durationSeconds: 4 * 3600 });
    expect(judge({ namespaces: ["web"], duration: "30m" })).toMatchObject({ durationSeconds: 1800 });
    expect(judge({ duration: "10s", reason: "x".repeat(10) })).toMatchObject({ durationSeconds: 10 });
  });

  test("of somebody on whom no rule bears is refused as a whole, without a list of what there is", () => {
    expect(judge({}, { person: "zoe" })).toEqual([refuse("nothingOnOffer")]);
    expect(judge({}, { person: "ada" })).toEqual([refuse("nothingOnOffer")]);
    expect(judge({}, { person: "acme" })).toEqual([refuse("nothingOnOffer")]);
  });

  test("of a switched-off account is refused", () => {
    const by = sampleRecord("mia", { active: false });

    expect(judgeWish(sampleForce(), by, WISH, sampleAround(), NOON)).toEqual([refuse("inactive")]);
  });

  test("that the contract cuts short is allowed: its end is what the contract decides", () => {
    const over = Date.UTC(2026, 5, 2);
    const max = (now: number, duration = "2h", startsAt: number | null = null) =>
      judge({ duration, startsAt }, { person: "max", now });

    expect(max(over - HOUR)).toMatchObject({ durationSeconds: 7200 });
    expect(max(over - 10_000, "10s")).toMatchObject({ durationSeconds: 10 });
    expect(max(over - 9_999, "10s")).toEqual([refuse("nothingLeft")]);
    expect(max(over, "1h")).toEqual([refuse("nothingOnOffer")]);
    expect(max(over - HOUR, "2h", over)).toMatchObject([{ refused: "startTooLate", field: "start" }]);
  });

  test("of a cluster of which nothing is known yet cannot be recorded", () => {
    const refusal = [{ refused: "clusterUnknown", field: "cluster", detail: "prod" }];

    expect(judge({}, { facts: null })).toEqual(refusal);
    expect(judge({}, { facts: { ...SAMPLE_FACTS, roles: {} } })).toEqual(refusal);
  });

  test("of a namespace that the cluster does not have, or has not opened, names it", () => {
    expect(judge({}, { facts: { ...SAMPLE_FACTS, namespaces: ["ledger"] } })).toEqual([
      { refused: "unknownNamespace", field: "namespaces", detail: "payments" },
    ]);
  });

  test("P12 · of a namespace whose labels nobody may read names it, and no other", () => {
    const namespaces = ["payments", "web"];
    const facts = { ...SAMPLE_FACTS, namespaces: [], unread: ["payments"] };
    const force = sampleForce({ rules: [{ ...PAYMENTS_RULE, namespaces }] });

    expect(judge({ namespaces }, { force, facts })).toEqual([
      refuse("namespaceUnread", { field: "namespaces", detail: "payments on prod" }),
      refuse("unknownNamespace", { field: "namespaces", detail: "web" }),
    ]);
  });

  test("is of no namespace for nobody, not even where nobody needs to say yes", () => {
    const rules = [{ ...PAYMENTS_RULE, who: ["olga"], autoApprove: true }];

    expect(judge({ namespaces: [] }, { force: sampleForce({ rules }), person: "olga" })).toEqual([
      refuse("notOffered", { field: "namespaces", detail: "" }),
    ]);
  });

  test("of a closed namespace is told that alone, whatever forbids it besides", () => {
    const force = sampleForce({ denials: [{ name: "no", why: "No" }] });

    expect(judge({}, { force, facts: { ...SAMPLE_FACTS, namespaces: ["ledger"] } })).toEqual([
      refuse("unknownNamespace", { field: "namespaces", detail: "payments" }),
    ]);
  });

  test("that its tier leaves nobody to decide is not on offer", () => {
    const force = sampleForce({ risk: { tiers: { low: { quorum: 3 } } } });

    expect(judge({ namespaces: ["payments", "ledger"] }, { force })).toEqual([
      refuse("notOffered", { field: "namespaces", detail: "ledger, payments" }),
    ]);
  });

  test("of a profile that the cluster's rules do not lend is not on offer, though others' do", () => {
    const rules = [
      { ...PAYMENTS_RULE, profiles: ["logs"] },
      { ...PAYMENTS_RULE, name: "dev", cluster: "dev" },
    ];

    expect(judge({ profile: "restart" }, { force: sampleForce({ rules }) })).toEqual([
      refuse("notOffered", { field: "profile", detail: "restart" }),
    ]);
  });

  test("is as dangerous as the hour at which it would begin", () => {
    const hours = { days: ["mon"], from: "08:00", to: "12:30", zone: "UTC" };
    const force = sampleForce({ risk: { hours, raise: [{ words: "It is late", outsideHours: true }] } });

    expect(judge({}, { force })).toMatchObject({ needs: { tier: "low", why: [] } });
    expect(judge({ startsAt: NOON + HOUR }, { force })).toMatchObject({
      needs: { tier: "medium", why: ["It is late"] },
    });
    expect(judge({ startsAt: NOON - HOUR }, { force })).toEqual([refuse("startTooSoon", { field: "start" })]);
  });

  test("is as dangerous as the hour that was asked for, even where that is too far off", () => {
    const hours = { days: ["mon"], from: "08:00", to: "12:30", zone: "UTC" };
    const risk = {
      hours,
      raise: [{ words: "It is late", outsideHours: true }],
      tiers: { medium: { maxDuration: "1h" } },
    };
    const late = refuse("startTooLate", { field: "start", detail: "14 days" });

    expect(judge({ startsAt: NOON + 21 * 24 * HOUR + HOUR, duration: "2h" }, { force: sampleForce({ risk }) })).toEqual(
      [refuse("durationTooLong", { field: "duration", detail: "1 h" }), late],
    );
    expect(judge({ startsAt: NOON + 21 * 24 * HOUR, duration: "2h" }, { force: sampleForce({ risk }) })).toEqual([
      late,
    ]);
  });

  test("is approved by itself for on-call where the rule says so and the tier is low", () => {
    const rules = [{ ...PAYMENTS_RULE, who: ["acme", "olga"], autoApprove: true }];
    const high = { raise: [{ words: "It is prod", clusterLabel: { label: "env", value: "prod" } }] };
    const facts = { ...SAMPLE_FACTS, labels: { env: "prod" } };
    const force = sampleForce({ rules });

    expect(judge({}, { force, person: "olga" })).toMatchObject({ auto: true });
    expect(judge({}, { force, person: "mia" })).toMatchObject({ auto: false });
    expect(judge({}, { force: sampleForce({ rules, risk: high }), person: "olga", facts })).toMatchObject({
      auto: false,
    });
    for (const changes of [{ guest: true }, { external: true }]) {
      const by = sampleRecord("olga", changes);
      expect(judgeWish(force, by, WISH, sampleAround(), NOON)).toMatchObject({ auto: false });
    }
  });
});

test("nothing is granted by a clock that is more than five seconds from ours", () => {
  const skewed = (skewMs: number) => whySkewed({ cluster: "prod", skewMs });

  expect([whySkewed(null), skewed(0), skewed(5000), skewed(-5000)]).toEqual([null, null, null, null]);
  expect(skewed(5001)).toBe("the clock of prod is 5 s ahead of ours: mend whichever is wrong");
  expect(skewed(-61_000)).toBe("the clock of prod is 61 s behind ours: mend whichever is wrong");
});
