import { describe, expect, test } from "vitest";
import { POLICY_INPUT } from "../../test/fakes/samples.ts";
import { overlapFaults } from "./policy-faults-overlap.ts";
import { PolicyShape } from "./policy-schema.ts";

const [RULE] = POLICY_INPUT.rules;
const ONE = { ...RULE, name: "one", namespaces: ["payments"], profiles: ["logs"] };

function faultsOf(rules: object[]): string[] {
  const shape = PolicyShape.parse({ ...POLICY_INPUT, rules });
  return overlapFaults(shape).map(({ path, message }) => `${path.join(".")}: ${message}`);
}

/** Takes what differs between two rules; returns what they share, or null. */
function shared(other: object, one: object = {}): string | null {
  const [fault] = faultsOf([
    { ...ONE, ...one },
    { ...ONE, name: "two", ...other },
  ]);
  return fault === undefined ? null : (/covers (.*) too/.exec(fault)?.[1] ?? fault);
}

describe("two rules that are sure to cover one cell", () => {
  test("are a fault, told at the second with what both cover", () => {
    expect(faultsOf([ONE, { ...ONE, name: "two" }])).toEqual([
      'rules.1: rule "one" covers acme, logs, prod/payments too: leave it to one of them, or give one a condition (when)',
    ]);
  });

  test("are told once for each rule, so that thousands of one cell are no millions of faults", () => {
    const all = Array.from({ length: 2_000 }, (_, i) => ({ ...ONE, name: `r${i}` }));

    expect(faultsOf(all)).toHaveLength(1_999);
    expect(faultsOf(all.slice(0, 3))[1]).toContain('rules.2: rule "r0" covers');
  });

  test("are looked for in no time that a process could not spare, however many namespaces rules name", () => {
    const names = (i: number) => Array.from({ length: 2_000 }, (_, k) => `n${i}x${k}`);
    const rules = Array.from({ length: 10 }, (_, i) => ({ ...ONE, name: `r${i}`, namespaces: names(i) }));
    const shape = PolicyShape.parse({ ...POLICY_INPUT, rules });
    const began = performance.now();

    expect(overlapFaults(shape)).toEqual([]);
    expect(performance.now() - began).toBeLessThan(1_000);
  });

  test.each<[string, object, object, string]>([
    ["the same person", { who: ["mia"] }, { who: ["mia"] }, "mia, logs, prod/payments"],
    ["a person and their company", { who: ["mia"] }, { who: ["acme"] }, "mia, logs, prod/payments"],
    ["a company and a person of it", { who: ["acme"] }, { who: ["mia"] }, "mia, logs, prod/payments"],
    ["a person and a group of theirs", { who: ["ada"] }, { who: ["payments-approvers"] }, "ada, logs, prod/payments"],
    ["one of several profiles", { profiles: ["restart", "logs"] }, {}, "acme, logs, prod/payments"],
    ["a name and its glob", { namespaces: ["pay*"] }, {}, "acme, logs, prod/payments"],
    ["a glob and its name", {}, { namespaces: ["pay*"] }, "acme, logs, prod/payments"],
    ["the same glob", { namespaces: ["pay*"] }, { namespaces: ["x", "pay*"] }, "acme, logs, prod/pay*"],
    [
      "the same label",
      { namespaces: [{ label: "team", value: "pay" }] },
      { namespaces: [{ label: "team", value: "pay" }] },
      "acme, logs, prod/team=pay",
    ],
  ])("by %s", (_, one, other, cell) => {
    expect(shared(other, one)).toBe(cell);
  });

  test.each<[string, object, object]>([
    ["one has a condition", { when: "true" }, {}],
    ["the other has a condition", {}, { when: "true" }],
    ["they are for different people", { who: ["ada"] }, { who: ["mia"] }],
    ["they are for a person and a company the person is not of", { who: ["ada"] }, { who: ["acme"] }],
    ["they are for a person and a group without them", { who: ["sam"] }, { who: ["payments-approvers"] }],
    ["they are of different clusters", {}, { cluster: "dev" }],
    ["they are of different profiles", {}, { profiles: ["restart"] }],
    ["they are of different namespaces", {}, { namespaces: ["web"] }],
    ["a glob does not match the other's name", {}, { namespaces: ["web*"] }],
    ["two globs may match one name, or none", { namespaces: ["pay*"] }, { namespaces: ["*ments"] }],
    ["one glob matches the other's text, which is no name", { namespaces: ["pay?"] }, { namespaces: ["p*"] }],
    ["a label may be on the other's namespace, or not", {}, { namespaces: [{ label: "team", value: "pay" }] }],
    ["a name may have the other's label, or not", { namespaces: [{ label: "team", value: "pay" }] }, {}],
    [
      "labels differ in their value",
      { namespaces: [{ label: "team", value: "pay" }] },
      { namespaces: [{ label: "team", value: "web" }] },
    ],
    [
      "labels differ in their key",
      { namespaces: [{ label: "team", value: "pay" }] },
      { namespaces: [{ label: "unit", value: "pay" }] },
    ],
  ])("are not they where %s", (_, one, other) => {
    expect(shared(other, one)).toBeNull();
  });
});
