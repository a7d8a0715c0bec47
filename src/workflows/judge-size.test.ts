import { expect, test } from "vitest";
import { SAMPLE_WISH } from "../../test/fakes/sample-wish.ts";
import {
  NOON,
  POLICY_INPUT,
  SAMPLE_FACTS,
  sampleAround,
  samplePolicy,
  sampleRecord,
  sampleYes,
} from "../../test/fakes/samples.ts";
import { judgeWish } from "./judge.ts";
import { isQuorum } from "./judge-people.ts";
import { offer } from "./offer.ts";
import type { Policy } from "./policy.ts";
import type { Conditions, PolicyInForce } from "./ports.ts";

/** Alarms ring on the thread that judges, so what a judgement looks at must not grow with the product of what there is. */

const [RULE] = POLICY_INPUT.rules;
const PEOPLE = Array.from({ length: 1_000 }, (_, i) => `p${i}`);

/** Takes lists; returns the same, and how many of their entries were read since. */
function counting<Entry>(lists: readonly Entry[][]): { readonly lists: Entry[][]; readonly read: () => number } {
  let count = 0;
  const watched = lists.map(
    (list) =>
      new Proxy(list, {
        get(target, key) {
          if (typeof key === "string" && /^\d+$/.test(key)) count++;
          return Reflect.get(target, key);
        },
      }),
  );
  return { lists: watched, read: () => count };
}

interface Size {
  readonly groups: number;
  readonly rules: number;
  readonly changes?: object;
  readonly conditions?: Conditions;
}

const SILENT: Conditions = { holds: () => null, matchesTicket: () => false };

/** Takes how many groups of a thousand decide by how many rules; returns such a policy, and how many members were read. */
function large({ groups, rules, changes = {}, conditions = SILENT }: Size) {
  const ids = Array.from({ length: groups }, (_, i) => `g${i}`);
  const policy = samplePolicy({
    people: {
      ...POLICY_INPUT.people,
      ...Object.fromEntries(PEOPLE.map((id) => [id, { name: "P", slack: `T0HOME/U0${id.toUpperCase()}` }])),
    },
    groups: {
      ...POLICY_INPUT.groups,
      ...Object.fromEntries(ids.map((id) => [id, { name: "G", channel: "C0G", people: PEOPLE }])),
    },
    rules: Array.from({ length: rules }, (_, i) => ({
      ...{ ...RULE, name: `r${i}`, profiles: ["logs"], namespaces: ["payments"], approvers: ids },
      ...{ when: `c${i}`, whenWords: "always", ...changes },
    })),
  });
  const { lists, read } = counting(ids.map((id) => policy.groups[id]?.people ?? []));
  const watched = Object.fromEntries(ids.map((id, i) => [id, { ...policy.groups[id], people: lists[i] }]));
  const force: PolicyInForce = {
    policy: { ...policy, groups: { ...policy.groups, ...watched } } as Policy,
    ...{ hash: "p1", conditions },
  };
  return { force, read };
}

const mia = sampleRecord("mia");
const holding: Conditions = { holds: () => true, matchesTicket: () => false };

test.each([
  ["one quorum", {}],
  ["a quorum of different groups", { quorum: 5, differentGroups: true }],
  ["a quorum of other companies", { quorum: 5, notSameCompany: true }],
])("P7 · whether a request could be decided is seen from a few of each group: %s", (_, changes) => {
  const { force, read } = large({ groups: 100, rules: 1, changes, conditions: holding });

  const judged = judgeWish(force, mia, SAMPLE_WISH, sampleAround(), NOON);

  expect(judged).toMatchObject({ needs: { rules: ["r0"] } });
  expect(read()).toBeLessThanOrEqual(100 * 10);
});

test("P7 · what is on offer is found by looking into each group once, however many rules it decides", () => {
  const few = large({ groups: 10, rules: 1 });
  const many = large({ groups: 10, rules: 100 });

  expect(offer(few.force, mia, () => SAMPLE_FACTS, NOON)).toHaveLength(1);
  expect(offer(many.force, mia, () => SAMPLE_FACTS, NOON)).toHaveLength(100);

  expect(many.read()).toBe(few.read());
});

test("P7 · also where nobody of them may say yes, and each has to be looked at", () => {
  const { force, read } = large({ groups: 10, rules: 100, changes: { quorum: 5 } });
  const people = Object.fromEntries(
    Object.entries(force.policy.people).map(([id, person]) => [
      id,
      id === "mia" ? person : { ...person, contractEnd: 0 },
    ]),
  );

  expect(offer({ ...force, policy: { ...force.policy, people } }, mia, () => SAMPLE_FACTS, NOON)).toEqual([]);

  expect(read()).toBeLessThanOrEqual(10 * PEOPLE.length);
});

test("P7 · who is in a group is found by looking through it once, however often it is asked", () => {
  const { force, read } = large({ groups: 10, rules: 1 });
  const request = { asker: "mia", approvers: Object.keys(force.policy.groups).filter((id) => /^g\d+$/.test(id)) };
  const needs = { quorum: 5, differentGroups: true, notSameCompany: false, stepUp: false };
  const yeses = PEOPLE.slice(-5).map((id) => sampleYes(sampleRecord(id)));

  const answers = Array.from({ length: 20 }, () => isQuorum(force, { ...request, barred: [] }, needs, yeses, NOON));

  expect(answers).not.toContain(false);
  expect(read()).toBe(10 * PEOPLE.length);
});

test("P7 · rules are held against a person once, whatever number of namespaces they ask for", () => {
  const namespaces = Array.from({ length: 100 }, (_, i) => `n${i}`);
  const readBy = (asked: readonly string[]) => {
    const { force } = large({ groups: 1, rules: 100, changes: { namespaces: ["n*"] }, conditions: holding });
    const { lists, read } = counting(force.policy.rules.map(({ who }) => who));
    const rules = force.policy.rules.map((rule, i) => ({ ...rule, who: lists[i] ?? [] }));
    const facts = { ...SAMPLE_FACTS, namespaces, namespaceLabels: {} };
    const wish = { ...SAMPLE_WISH, namespaces: asked };
    const watched = { ...force, policy: { ...force.policy, rules } };
    expect(judgeWish(watched, mia, wish, sampleAround({ factsOf: () => facts }), NOON)).toHaveProperty("target");
    return read();
  };

  expect(readBy(namespaces)).toBe(readBy(["n0"]));
});
