import { describe, expect, test } from "vitest";
import { createFakeDesk } from "../../test/fakes/fake-desk.ts";
import { askFor, MIA } from "../../test/fakes/sample-asking.ts";
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
import { emptyHistory, rememberHeld } from "./history.ts";
import { judgeLending, judgeWaiting, needsToDecide } from "./judge-lending.ts";
import { allOf } from "./less.ts";
import type { RoleRisk } from "./ports.ts";
import { refuse } from "./refusal.ts";
import type { Less } from "./request.ts";

const RULE = {
  ...{ who: ["acme"], cluster: "prod", namespaces: ["payments", "ledger"], approvers: "payments-approvers" },
  ...{ quorum: 1, differentGroups: false, notSameCompany: false },
};
const LOGS = { ...RULE, name: "z-logs", profiles: ["logs"] };
const RESTART = { ...RULE, name: "a-restart", profiles: ["restart"] };
const LENT = { durationSeconds: 600, namespaces: ["payments"], startsAt: null };
const RESTARTING = {
  ...{ ...SAMPLE_TARGET, profile: "restart" },
  ...{ role: "daypass-profile-restart", roleHash: "sha256:restart" },
};

/** Of a request for logs and for restarts, by one rule each. */
function lendBoth(one: object, other: object, { risks = ["low", "low"] as RoleRisk["tier"][], lent = LENT } = {}) {
  const groups = { ...POLICY_INPUT.groups };
  const force = sampleForce({
    groups,
    rules: [
      { ...LOGS, ...one },
      { ...RESTART, ...other },
    ],
  });
  const [logs = "low", restart = "low"] = risks;
  const roles = {
    "daypass-profile-logs": { hash: "sha256:logs", risk: { tier: logs, words: ["reads logs", "is prod"] } },
    "daypass-profile-restart": { hash: "sha256:restart", risk: { tier: restart, words: ["is prod", "restarts"] } },
  };
  const around = sampleAround({ factsOf: () => ({ ...SAMPLE_FACTS, roles }) });
  const request = sampleRequest({ targets: [SAMPLE_TARGET, RESTARTING], durationSeconds: 600 });
  return judgeLending(force, { asker: sampleRecord("mia"), request, lent, around, now: NOON });
}

describe("what several targets need together", () => {
  test("is what each of them needs, told once", () => {
    expect(lendBoth({}, {})).toEqual({
      ...{ quorum: 1, differentGroups: false, notSameCompany: false, stepUp: false, maxSeconds: 3600, tier: "low" },
      ...{ why: ["reads logs", "is prod", "restarts"], rules: ["a-restart", "z-logs"] },
    });
  });

  test.each<[string, object, object]>([
    ["the larger quorum", { quorum: 2 }, { quorum: 2 }],
    ["that nobody is of the asker's company", { notSameCompany: true }, { notSameCompany: true }],
    ["the shorter limit", { maxDuration: "20m" }, { maxSeconds: 1200 }],
  ])("is %s, whichever asks for it", (_, rule, needs) => {
    expect(lendBoth(rule, {})).toMatchObject(needs);
    expect(lendBoth({}, rule)).toMatchObject(needs);
  });

  test("is yeses of different groups, whichever asks for it", () => {
    expect(lendBoth({ differentGroups: true }, {})).toMatchObject({ differentGroups: true });
    expect(lendBoth({}, { differentGroups: true })).toMatchObject({ differentGroups: true });
    expect(lendBoth({}, {})).toMatchObject({ differentGroups: false });
  });

  test("is the higher tier, and the form that it asks for", () => {
    expect(lendBoth({}, {}, { risks: ["medium", "low"] })).toMatchObject({ tier: "medium" });
    expect(lendBoth({}, {}, { risks: ["low", "high"] })).toMatchObject({ tier: "high" });
  });
});

test("P6 · a form shows what is needed now, though the asker holds what bars the last yes", async () => {
  const desk = createFakeDesk();
  const request = await askFor(desk);
  const held = { ...SAMPLE_GRANTS.active, id: "held", request: "another" };
  const history = (await desk.store.history("mia")) ?? emptyHistory("mia");
  const writes = [
    { kind: "grant", expected: null, next: held },
    { kind: "history", expected: history.version, next: rememberHeld(history, [held.id]) },
  ] as const;
  await desk.store.commit({ writes, tellings: [], rows: [] });
  const side = { profiles: ["logs"] };
  const force = sampleForce({
    ...{ separation: [{ name: "apart", why: "Not both", first: side, second: side }], limits: { passesPerPerson: 1 } },
    risk: { tiers: { low: { quorum: 2, stepUp: true } } },
  });

  const { demands, found } = await judgeWaiting(desk, force, { asker: MIA, request, lent: allOf(request), now: NOON });

  expect(demands).toMatchObject({ quorum: 2, stepUp: true });
  expect(found.around.held).toEqual([held]);
});

test("P6 · a form shows what is needed for what it would lend: by the yeses before it, and by what is chosen in it", async () => {
  const desk = createFakeDesk();
  const request = await askFor(desk);
  const hours = { days: ["mon", "tue", "wed", "thu", "fri"], from: "08:00", to: "12:30", zone: "UTC" } as const;
  const raise = [{ outsideHours: true, words: "outside of hours" }] as const;
  const force = sampleForce({ risk: { hours, raise, tiers: { medium: { stepUp: true } } } });
  const later = { ...allOf(request), startsAt: NOON + 3_600_000 };
  const waiting = { ...request, yeses: [{ by: "ben", at: NOON, policyHash: "p", less: later }] };
  const needed = (of: typeof request, less: Less | null) =>
    needsToDecide(desk, force, { asker: MIA, request: of, less, now: NOON });

  expect(await needed(request, null)).toMatchObject({ tier: "low", stepUp: false });
  expect(await needed(request, later)).toMatchObject({ tier: "medium", stepUp: true });
  expect(await needed(waiting, null)).toMatchObject({ tier: "medium", stepUp: true });
});

test("one target that may not be lent keeps the others back", () => {
  expect(lendBoth({}, { who: ["ada"] })).toEqual(refuse("askerNotAllowedAnyMore"));
  expect(lendBoth({ who: ["ada"] }, {})).toEqual(refuse("askerNotAllowedAnyMore"));
});

test("where nothing is left, that is why", () => {
  expect(lendBoth({}, {}, { lent: { ...LENT, namespaces: [] } })).toEqual(refuse("nothingLeft"));
});

test("the form that says the risk once more is asked for where one of several tiers asks for it", () => {
  const tiers = { medium: { stepUp: true } };
  const rules = [LOGS, RESTART];
  const force = sampleForce({ rules, risk: { tiers } });
  const request = sampleRequest({ targets: [SAMPLE_TARGET, RESTARTING], durationSeconds: 600 });
  const lendWith = (logs: RoleRisk["tier"], restart: RoleRisk["tier"]) => {
    const roles = {
      "daypass-profile-logs": { hash: "sha256:logs", risk: { tier: logs, words: [] } },
      "daypass-profile-restart": { hash: "sha256:restart", risk: { tier: restart, words: [] } },
    };
    const around = sampleAround({ factsOf: () => ({ ...SAMPLE_FACTS, roles }) });
    return judgeLending(force, { asker: sampleRecord("mia"), request, lent: LENT, around, now: NOON });
  };

  expect(lendWith("medium", "low")).toMatchObject({ stepUp: true });
  expect(lendWith("low", "medium")).toMatchObject({ stepUp: true });
  expect(lendWith("low", "low")).toMatchObject({ stepUp: false });
});
