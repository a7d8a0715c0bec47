import fc from "fast-check";
import { expect, test } from "vitest";
import { type AssumedWish, judgeAssumed, judgeAssumedGlass } from "../../src/policy/assumed.ts";
import { diffPolicies } from "../../src/policy/diff.ts";
import { covers } from "../../src/workflows/cover.ts";
import { isMember, isNamed } from "../../src/workflows/membership.ts";
import type { Policy } from "../../src/workflows/policy.ts";
import type { PolicyInForce } from "../../src/workflows/ports.ts";
import { anyPolicyInput, inForce, type PolicyInput, WORLD } from "../fakes/any-policy.ts";
import { NOON } from "../fakes/samples.ts";
import { heardOf, type Somewhere, sayBoth } from "./diff-reader.ts";

/** fast-check prints the seed and the smallest case with a failure. */
const RUNS = { numRuns: 600 };

const NAMES = ["p", "db", "pay", "pay-x", "pay-eu", "pay-db", "pay-x-db", "pay-xx", "web", "web-db", "eu", "q7"];
const entry = fc.oneof(
  fc.constantFrom<string | object>("pay-*", "*-db", "pay-?", "p*", "pay-x*", "pay-??", "*", "*eu", "pay-db", "web"),
  fc.constantFrom<string | object>(
    ...["pay", "web"].map((value) => ({ label: "team", value })),
    { label: "freeze", value: "true" },
    { label: "env", value: "prod" },
  ),
);
const entries = fc.array(entry, { minLength: 1, maxLength: 2 });
const denial = fc.record(
  {
    ...{ why: fc.constant("Frozen"), who: fc.constantFrom([...WORLD.people.slice(0, 3)], ["acme"], ["blue"]) },
    ...{ namespaces: entries, when: fc.constantFrom("yes", "no") },
  },
  { requiredKeys: ["why"] },
);

/** Takes a policy and who is of another organisation's Slack; returns the policy's people with such accounts. */
function peopleWith({ people }: PolicyInput, outside: readonly string[]): PolicyInput["people"] {
  const moved = Object.entries(people).map(([id, person]) =>
    outside.includes(id) ? [id, { ...person, slack: `T0ELSE/U0${id.toUpperCase()}` }] : [id, person],
  );
  return Object.fromEntries(moved);
}

/** The same kind of policy with globs and labels that meet, with denials in nearly all of them, and people of another organisation's Slack. */
const anyInput = fc
  .record({
    input: anyPolicyInput,
    places: fc.array(entries, { minLength: 9, maxLength: 9 }),
    denials: fc.array(denial, { maxLength: 2 }),
    outside: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, fc.subarray([...WORLD.people])),
    slackTeam: fc.constantFrom(undefined, "T0ELSE"),
  })
  .map(
    ({ input, places, denials, outside, slackTeam }): PolicyInput => ({
      ...input,
      companies: { ...input.companies, acme: { ...input.companies.acme, slackTeam } } as PolicyInput["companies"],
      people: peopleWith(input, outside),
      rules: input.rules.map((rule, i) => ({ ...rule, cluster: "prod", namespaces: places[i] ?? rule.namespaces })),
      denials: denials.map((one, i) => ({ name: `denial-${i}`, ...one })) as unknown as PolicyInput["denials"],
    }),
  );

/** Another version: one part of it changed. */
const anyPair = fc
  .record({ one: anyInput, other: anyInput, part: fc.nat({ max: 10 }), place: fc.nat({ max: 6 }), places: entries })
  .map(({ one, other, part, place, places }): readonly [PolicyInput, PolicyInput] => {
    const at = place % one.rules.length;
    const rules = (change: (rule: PolicyInput["rules"][number]) => PolicyInput["rules"]) =>
      one.rules.flatMap((rule, i) => (i === at ? change(rule) : [rule]));
    const changes: readonly Partial<PolicyInput>[] = [
      { rules: rules((rule) => [{ ...rule, namespaces: places }]) },
      { rules: rules(() => []) },
      { rules: rules((rule) => [{ ...rule, ...other.rules[0], name: rule.name }]) },
      { denials: other.denials },
      { denials: one.denials.slice(1) },
      { people: other.people },
      { groups: other.groups },
      { companies: other.companies },
      { breakGlass: other.breakGlass },
      { rules: one.rules.toReversed(), denials: one.denials.toReversed() },
      { risk: other.risk },
    ];
    return [one, { ...one, ...changes[part] }];
  });

const anyPlace = fc.record({
  namespace: fc.constantFrom(...NAMES),
  labels: fc.record(
    { team: fc.constantFrom("pay", "web"), freeze: fc.constant("true"), env: fc.constant("prod") },
    { requiredKeys: [] },
  ),
  slackGroups: fc.subarray([...WORLD.slackGroups]),
});
type Place = typeof anyPlace extends fc.Arbitrary<infer One> ? One : never;

/** What people would notice of an answer: neither names of rules nor why not. */
function answers(force: PolicyInForce, place: Place): string {
  const { namespace, labels, slackGroups } = place;
  const assumed = { clusterLabels: {}, namespaceLabels: { prod: { [namespace]: { ...labels } } }, risk: {} };
  return JSON.stringify(
    WORLD.people.flatMap((who) =>
      WORLD.profiles.map((what) => {
        const asker = { guest: false, slackGroups, held: [], outcomes: [] };
        const wish: AssumedWish = {
          who,
          what,
          cluster: "prod",
          namespaces: [namespace],
          for: "10s",
          at: NOON,
          ...asker,
        };
        const glass = judgeAssumedGlass(force, wish, assumed);
        return [who, what, asking(force, wish, assumed), glass?.may === true ? glass.maxSeconds : null];
      }),
    ),
  );
}

function asking(force: PolicyInForce, wish: AssumedWish, assumed: Parameters<typeof judgeAssumed>[2]): unknown {
  const verdict = judgeAssumed(force, wish, assumed);
  if (!verdict.may) return null;
  const { needs, approvers, auto } = verdict.allowed;
  const { rules: _, why: __, differentGroups, notSameCompany, ...others } = needs;
  const people = auto ? [] : [approvers, differentGroups, notSameCompany, verdict.deciders];
  return [auto ? { ...others, quorum: 0, stepUp: false } : others, auto, people, verdict.ticket];
}

function isSilent(one: Policy, other: Policy): boolean {
  const { changes, further, unseen } = diffPolicies(one, other);
  return changes.length + further.length + unseen.length === 0;
}

test("diff says that nothing changes only where everybody hears the same answers in every place", () => {
  let silent = 0;

  fc.assert(
    fc.property(anyPair, fc.array(anyPlace, { minLength: 8, maxLength: 8 }), (pair, places) => {
      const [one, other] = pair.map(inForce) as [PolicyInForce, PolicyInForce];
      if (!isSilent(one.policy, other.policy)) return;
      silent += 1;

      for (const place of places) expect(answers(other, place)).toEqual(answers(one, place));
    }),
    RUNS,
  );

  // Pairs of which it always says something would prove nothing.
  expect(silent).toBeGreaterThan(RUNS.numRuns / 10);
});

test("diff says nothing of the same in another order", () => {
  fc.assert(
    fc.property(anyInput, (input) => {
      const turned = { ...input, rules: input.rules.toReversed(), denials: input.denials.toReversed() };

      expect(isSilent(inForce(input).policy, inForce(turned).policy)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

/** A version in which nothing is left but what speaks of somebody somewhere, and says so by their id and one name. */
function cutTo(policy: Policy, { who, slackGroups, namespace, labels }: Somewhere): Policy {
  const here = { who: [who], namespaces: ["here"] };
  const isHere = (entry: Pick<Policy["denials"][number], "who" | "cluster" | "namespaces" | "profiles">) =>
    isNamed(policy, entry.who ?? [who], { person: who, slackGroups }) &&
    WORLD.profiles.some((profile) =>
      covers({ namespaces: entry.namespaces }, { ...SPOT, namespace, labels, profile }, false),
    );
  const isOnCall = isMember(policy, policy.onCall, { person: who, slackGroups });
  const { breakGlass } = policy;
  const glass = breakGlass?.rules.filter((rule) => isHere(rule)).map((rule) => ({ ...rule, namespaces: ["here"] }));
  return {
    ...policy,
    onCall: "watch",
    groups: {
      ...policy.groups,
      watch: { name: "watch", channel: "C0W", people: isOnCall ? [who] : [], slackGroups: [] },
    },
    rules: policy.rules.filter(isHere).map((rule) => ({ ...rule, ...here })),
    denials: policy.denials.filter(isHere).map((denial) => ({ ...denial, ...here })),
    breakGlass: breakGlass === undefined ? undefined : { ...breakGlass, rules: glass ?? [] },
  };
}

const SPOT = { cluster: "prod" };

test("each case hears of its own change and of no other, whichever lines take it in", () => {
  let changed = 0;
  const somewhere = fc.record({ who: fc.constantFrom(...WORLD.people), place: anyPlace });

  fc.assert(
    fc.property(anyPair, fc.array(somewhere, { minLength: 6, maxLength: 6 }), (pair, cases) => {
      const [one, other] = pair.map((input) => inForce(input).policy) as [Policy, Policy];
      const all = diffPolicies(one, other);

      for (const { who, place } of cases) {
        const here = { who, ...place };
        const { changes } = diffPolicies(cutTo(one, here), cutTo(other, here));
        const own = changes.filter(({ people }) => people.includes(who)).map(sayBoth);
        expect(heardOf(all, here)).toEqual([...new Set(own)].sort());
        changed += own.length > 0 ? 1 : 0;
      }
    }),
    RUNS,
  );

  // Cases in which nothing changes would prove less.
  expect(changed).toBeGreaterThan(RUNS.numRuns / 10);
});
