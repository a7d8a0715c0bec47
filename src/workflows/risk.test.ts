import { describe, expect, test } from "vitest";
import { NOON, POLICY_INPUT, SAMPLE_FACTS, samplePolicy } from "../../test/fakes/samples.ts";
import { emptyHistory, type History, type Outcome } from "./history.ts";
import { PolicyShape } from "./policy-schema.ts";
import type { RoleRisk } from "./ports.ts";
import { highest, riskOf, type Stakes } from "./risk.ts";

const ROLE = "daypass-profile-logs";
const FACTS = {
  ...SAMPLE_FACTS,
  labels: { env: "prod" },
  namespaceLabels: { payments: { team: "pay" } },
};
const STAKES: Stakes = {
  ...{ facts: FACTS, role: ROLE, history: null, begins: NOON },
  spot: { cluster: "prod", namespace: "payments", labels: { team: "pay" }, profile: "logs" },
};

function tierOf(
  raise: readonly object[],
  changes: Partial<Stakes> = {},
  hours: object | undefined = undefined,
): RoleRisk {
  return riskOf(samplePolicy({ risk: { raise, hours } }), { ...STAKES, ...changes });
}

function withOutcomes(...outcomes: Outcome[]): { readonly history: History } {
  return { history: { ...emptyHistory("mia"), outcomes } };
}

describe("the tier begins with the role", () => {
  test.each(["low", "medium", "high"] as const)("%s", (tier) => {
    const risk = { tier, words: ["Because"] };
    const facts = { ...FACTS, roles: { [ROLE]: { hash: "h", risk } } };

    expect(tierOf([], { facts })).toEqual(risk);
  });

  test("which stays high where nobody read it, whatever raises it", () => {
    const first = [{ words: "Their first", firstPass: true }];

    expect(tierOf(first, { role: "daypass-profile-other" })).toMatchObject({ tier: "high", words: { length: 2 } });
  });

  test("which is high where nobody read it", () => {
    expect(tierOf([], { role: "daypass-profile-other" })).toEqual({
      tier: "high",
      words: ["What its role allows was not read"],
    });
  });
});

describe("each entry that applies lifts it by one:", () => {
  const one = (cause: object) => [{ words: "Raised", ...cause }];
  const raised: RoleRisk = { tier: "medium", words: ["Raised"] };
  const calm: RoleRisk = { tier: "low", words: [] };

  test("a cluster's label", () => {
    expect(tierOf(one({ clusterLabel: { label: "env", value: "prod" } }))).toEqual(raised);
    expect(tierOf(one({ clusterLabel: { label: "env", value: "dev" } }))).toEqual(calm);
  });

  test("a namespace's label, also where it is not known", () => {
    const gold = { namespaceLabel: { label: "team", value: "pay" } };

    expect(tierOf(one(gold))).toEqual(raised);
    expect(tierOf(one({ namespaceLabel: { label: "team", value: "web" } }))).toEqual(calm);
    expect(tierOf(one(gold), { spot: { ...STAKES.spot, labels: {} } })).toEqual(calm);
    expect(tierOf(one(gold), { spot: { ...STAKES.spot, labels: null } })).toEqual(raised);
  });

  test("a beginning outside of hours: from counts as inside, to does not", () => {
    const hours = { days: ["mon"], from: "12:00", to: "13:30", zone: "UTC" };
    const at = (minutes: number) =>
      tierOf(one({ outsideHours: true }), { begins: NOON + minutes * 60_000 }, hours).tier;

    expect([-1, 0, 89, 90].map(at)).toEqual(["medium", "low", "low", "medium"]);
    expect(at(24 * 60)).toBe("medium");
  });

  test("any beginning, where there are no hours", () => {
    const shape = PolicyShape.parse({ ...POLICY_INPUT, risk: { raise: one({ outsideHours: true }) } });

    expect(riskOf(shape, STAKES)).toEqual(raised);
  });

  test("a first pass: nobody knows yet how they give back", () => {
    const first = one({ firstPass: true });

    expect(tierOf(first)).toEqual(raised);
    expect(tierOf(first, withOutcomes())).toEqual(raised);
    expect(tierOf(first, withOutcomes("revoked", "failed"))).toEqual(raised);
    expect(tierOf(first, withOutcomes("failed", "ended"))).toEqual(calm);
    expect(tierOf(first, withOutcomes("handedBack"))).toEqual(calm);
  });

  test("a revocation not long ago", () => {
    const after = one({ afterRevocation: true });

    expect(tierOf(after)).toEqual(calm);
    expect(tierOf(after, withOutcomes("ended", "handedBack", "failed"))).toEqual(calm);
    expect(tierOf(after, withOutcomes("revoked", "ended"))).toEqual(raised);
  });

  test("two by two, three by no more than there is", () => {
    const prod = { clusterLabel: { label: "env", value: "prod" } };
    const entries = [
      { words: "It is prod", ...prod },
      { words: "It is their first", firstPass: true },
      { words: "It is really prod", ...prod },
    ];

    expect(tierOf(entries.slice(0, 2))).toEqual({ tier: "high", words: ["It is prod", "It is their first"] });
    expect(tierOf(entries)).toMatchObject({ tier: "high", words: { length: 3 } });
  });
});

test("of several tiers the highest counts", () => {
  expect(highest([])).toBe("low");
  expect(highest(["low", "low"])).toBe("low");
  expect(highest(["low", "medium"])).toBe("medium");
  expect(highest(["high", "medium"])).toBe("high");
});
