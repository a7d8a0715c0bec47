import { describe, expect, test } from "vitest";
import { createRandom } from "../../test/fakes/random.ts";
import { POLICY_INPUT } from "../../test/fakes/samples.ts";
import { matchesGlob } from "./glob.ts";
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

test("rules are found to overlap just as by comparing each with each", () => {
  const random = createRandom();
  const some = <T>(of: readonly T[]) => of.filter(() => random.below(3) === 0);
  const atLeastOne = <T>(of: readonly T[]) => [...some(of), random.pick(of)];
  const namespaces = ["pay", "payments", "web", "p*", "*b", "?ay", { label: "team", value: "pay" }];
  let overlaps = 0;

  for (let round = 0; round < 300; round++) {
    const rules = Array.from({ length: 6 }, (_, i) => ({
      ...{ ...ONE, name: `r${i}`, cluster: random.pick(["prod", "dev"]), namespaces: atLeastOne(namespaces) },
      ...{ who: atLeastOne(["mia", "ada", "acme", "payments-approvers", "sam"]) },
      ...{ profiles: atLeastOne(["logs", "restart"]), ...(random.below(4) === 0 ? { when: "true" } : {}) },
    }));
    const found = faultsOf(rules).map((line) => /^rules\.(\d+): rule "r(\d+)" covers/.exec(line)?.slice(1).map(Number));
    const expected = rules.flatMap((rule, i) => {
      const first = rules.slice(0, i).findIndex((other) => areSureToOverlap(other, rule));
      return first < 0 ? [] : [[i, first]];
    });
    overlaps += expected.length;
    expect(found, `seed ${random.seed}: ${JSON.stringify(rules)}`).toEqual(expected);
  }
  expect(overlaps).toBeGreaterThan(100);
});

interface Given {
  readonly who: readonly string[];
  readonly cluster: string;
  readonly profiles: readonly string[];
  readonly namespaces: readonly (string | { readonly label: string; readonly value: string })[];
  readonly when?: string;
}

function areSureToOverlap(one: Given, other: Given): boolean {
  if (one.when !== undefined || other.when !== undefined || one.cluster !== other.cluster) return false;
  if (!one.profiles.some((id) => other.profiles.includes(id))) return false;
  const behind = ({ who }: Given) => {
    const listed = Object.entries<{ people: string[] }>(POLICY_INPUT.groups).flatMap(([id, { people }]) =>
      who.includes(id) ? people : [],
    );
    const employed = Object.entries(POLICY_INPUT.people).flatMap(([id, person]) =>
      "company" in person && who.includes(person.company) ? [id] : [],
    );
    return [...who, ...listed, ...employed];
  };
  if (!behind(one).some((name) => behind(other).includes(name))) return false;
  const isName = (entry: unknown) => typeof entry === "string" && !/[*?]/.test(entry);
  return one.namespaces.some((here) =>
    other.namespaces.some(
      (there) =>
        JSON.stringify(here) === JSON.stringify(there) ||
        (isName(there) && typeof here === "string" && matchesGlob(here, String(there))) ||
        (isName(here) && typeof there === "string" && matchesGlob(there, String(here))),
    ),
  );
}
