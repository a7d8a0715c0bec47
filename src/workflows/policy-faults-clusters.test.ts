import { expect, test } from "vitest";
import { POLICY_INPUT } from "../../test/fakes/samples.ts";
import { Policy } from "./policy.ts";
import { clusterFaults } from "./policy-faults-clusters.ts";

const profiles = ["logs"];
const RULE = { name: "one", who: ["jo"], cluster: "prod", namespaces: ["pay"], profiles, approvers: "ones" };
const glass = (cluster: string) => ({
  ...{ rules: [{ cluster, namespaces: ["pay"], profiles }], maxDuration: "1h", reviewers: "ones", reviewWithin: "24h" },
});

/** Takes what is otherwise in a small policy without faults; returns what is said of its clusters. */
function faultsOf(given: Record<string, unknown>): string[] {
  const policy = Policy.parse({
    ...{ version: 1, slack: POLICY_INPUT.slack, profiles: POLICY_INPUT.profiles, onCall: "ones", rules: [RULE] },
    people: { jo: { name: "Jo", slack: "T0HOME/U0JO" } },
    groups: { ones: { name: "ones", channel: "C0ONES", people: ["jo"] } },
    ...given,
  });
  return clusterFaults(policy).map(({ path, message }) => `${path.join(".")}: ${message}`);
}
const denial = (cluster?: string) => ({ name: `not-${cluster}`, why: "never", cluster });

test("a denial in a cluster that nothing lends in is told, with the nearest name", () => {
  expect(faultsOf({ denials: [denial("prod"), denial("prdo"), denial()] })).toEqual([
    'denials.1.cluster: no rule and no break-glass lends anything in a cluster "prdo": write prod, or remove this',
  ]);
});

test("so is each side of a separation", () => {
  const side = (cluster?: string) => ({ profiles, cluster });
  const pair = (name: string, first: object, second: object) => ({ name, why: "never", first, second });

  expect(
    faultsOf({ separation: [pair("one", side("prod"), side()), pair("two", side("prd"), side("elsewhere"))] }),
  ).toEqual([
    'separation.1.first.cluster: no rule and no break-glass lends anything in a cluster "prd": write prod, or remove this',
    'separation.1.second.cluster: no rule and no break-glass lends anything in a cluster "elsewhere": write one of prod, or remove this',
  ]);
});

test("break-glass in a cluster that no rule names is told, and denials there are not", () => {
  expect(faultsOf({ breakGlass: glass("prd"), denials: [denial("prd")] })).toEqual([
    'breakGlass.rules.0.cluster: no rule lends anything in a cluster "prd": write prod, or remove this',
  ]);
  expect(faultsOf({ breakGlass: glass("prod") })).toEqual([]);
});

test("without any rule it is said to write one", () => {
  expect(faultsOf({ rules: [], denials: [denial("prod")] })).toEqual([
    'denials.0.cluster: no rule and no break-glass lends anything in a cluster "prod": write a rule for it, or remove this',
  ]);
});
