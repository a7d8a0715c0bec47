import { describe, expect, test } from "vitest";
import { POLICY_INPUT } from "../../test/fakes/samples.ts";
import { Policy } from "./policy.ts";
import { tierFaults } from "./policy-faults-tiers.ts";

/** Takes the tiers of a policy; returns what is said of them. */
function faultsOf(tiers: object): string[] {
  const policy = Policy.parse({ ...POLICY_INPUT, risk: { tiers } });
  return tierFaults(policy).map(({ path, message }) => `${path.join(".")}: ${message}`);
}

describe("a tier that asks for less than the one below it is told:", () => {
  test("for each demand of it, where it is not there at all", () => {
    expect(faultsOf({ medium: { quorum: 2, maxDuration: "30m", ticket: true, stepUp: true } })).toEqual([
      "risk.tiers.high.quorum: what is of high risk needs fewer yeses than medium, which needs 2: write 2 or more",
      "risk.tiers.high.maxDuration: what is of high risk lasts longer than at medium, where it is at most 30m: write 30m or less",
      "risk.tiers.high.ticket: what is of high risk needs no ticket, and medium does: write true",
      "risk.tiers.high.stepUp: what is of high risk needs no form, and medium does: write true",
    ]);
  });

  test("where it says so itself", () => {
    const medium = { quorum: 3, maxDuration: "1h30m", ticket: true, stepUp: true };
    const high = { quorum: 2, maxDuration: "1h30m1s", ticket: false, stepUp: false };

    expect(faultsOf({ medium, high }).map((fault) => fault.split(":")[0])).toEqual([
      "risk.tiers.high.quorum",
      "risk.tiers.high.maxDuration",
      "risk.tiers.high.ticket",
      "risk.tiers.high.stepUp",
    ]);
  });

  test("where it is two tiers below, with the one to which it is compared", () => {
    expect(faultsOf({ low: { quorum: 3 }, medium: { quorum: 2 }, high: { quorum: 2 } })).toEqual([
      "risk.tiers.medium.quorum: what is of medium risk needs fewer yeses than low, which needs 3: write 3 or more",
      "risk.tiers.high.quorum: what is of high risk needs fewer yeses than low, which needs 3: write 3 or more",
    ]);
    expect(faultsOf({ low: { quorum: 3 }, medium: { quorum: 3 } })).toEqual([
      "risk.tiers.high.quorum: what is of high risk needs fewer yeses than medium, which needs 3: write 3 or more",
    ]);
  });

  test("to the second, as it is to be written", () => {
    expect(faultsOf({ medium: { maxDuration: "1h30m5s" }, high: { maxDuration: "2h" } })).toEqual([
      "risk.tiers.high.maxDuration: what is of high risk lasts longer than at medium, where it is at most 1h30m5s: write 1h30m5s or less",
    ]);
  });
});

describe("nothing is told of tiers", () => {
  test.each<[string, object]>([
    ["that are not there", {}],
    ["of which the highest alone asks for anything", { high: { quorum: 2, maxDuration: "30m", ticket: true } }],
    [
      "that ask for the same",
      { medium: { quorum: 2, maxDuration: "1h", stepUp: true }, high: { quorum: 2, maxDuration: "60m", stepUp: true } },
    ],
    ["of which the lower one writes out what is asked for anyway", { low: { quorum: 1, ticket: false } }],
    [
      "each of which asks for more",
      { low: { maxDuration: "2h" }, medium: { maxDuration: "1h" }, high: { maxDuration: "5m" } },
    ],
  ])("%s", (_, tiers) => {
    expect(faultsOf(tiers)).toEqual([]);
  });
});
