/** Golden cases: what a policy is meant to say, kept beside it and run whenever it is changed. */
import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Fault, FileFaults } from "../fault.ts";
import { parseExactDuration } from "../workflows/duration.ts";
import type { Member } from "../workflows/membership.ts";
import { own, type Policy } from "../workflows/policy.ts";
import type { PolicyInForce } from "../workflows/ports.ts";
import { decodeText, issueFaults, MOST_BYTES } from "../yaml-file.ts";
import { parseYamlText, type YamlText } from "../yaml-text.ts";
import { judgeAssumed, type Verdict } from "./assumed.ts";
import { type Case, CasesFile, type Needs } from "./cases-file.ts";
import { type Asking, type Facts, factFaults, passFaults, sayUnknown, slackGroupFaults } from "./facts-file.ts";
import { isCasesName, readBytes } from "./policy-files.ts";
import { sayExactly } from "./say-exactly.ts";
import { sayUnnamed } from "./spoken-of.ts";

/** What came of running cases: how many there were, how many passed, and what the others say otherwise, where it stands. */
export interface CasesRun {
  readonly count: number;
  readonly passed: number;
  readonly failed: readonly Fault[];
}

/** Takes the path of a policy; returns those of the files beside it, or in it, that hold cases. Throws FileFaults. */
export async function findCases(path: string): Promise<readonly string[]> {
  const folder = await readdir(path).then(
    () => path,
    () => dirname(path),
  );
  const names = await readdir(folder).catch(() => []);
  const found = names.filter(isCasesName).sort();
  if (found.length > 0) return found.map((name) => join(folder, name));
  throw new FileFaults([{ file: folder, line: 1, column: 1, message: "holds no *.cases.yaml: nothing was tested" }]);
}

/** Takes the policy in force and a file of cases; returns what came of them. Throws FileFaults. */
export async function runCases(force: PolicyInForce, file: string): Promise<CasesRun> {
  const text = parseYamlText(file, decodeText(file, await readBytes(file, MOST_BYTES)));
  const parsed = CasesFile.safeParse(text.value);
  const faults = parsed.success ? [] : parsed.error.issues.flatMap((issue) => issueFaults(issue, text));
  if (!parsed.success || text.faults.length > 0) throw new FileFaults([...text.faults, ...faults]);
  const { cases, version: _, ...facts } = parsed.data;
  const unknown = [
    ...factFaults(facts, force.policy, text, askingOf(cases, facts)),
    ...caseFaults(cases, facts, force.policy, text),
  ];
  if (unknown.length > 0) throw new FileFaults(unknown);
  const failures = cases.map((one, i): readonly Fault[] => {
    const moment = one.at ?? facts.at;
    if (moment !== undefined) return runCase(force, { one, i, at: moment, facts, text });
    return [text.fault(["cases", i], `${one.name}: write at, here or for all of them`)];
  });
  const passed = failures.filter((faults) => faults.length === 0).length;
  return { count: cases.length, passed, failed: failures.flat() };
}

/** What is held by everybody is, by those of whose cases none says otherwise. */
function askingOf(cases: readonly Case[], facts: Facts): Asking {
  const asked = cases.map((one) => ({ ...one.where, profile: one.what, member: memberOf(one, facts) }));
  const held = [...facts.held, ...cases.flatMap((one) => one.held ?? [])];
  const members = cases.filter((one) => one.held === undefined).map((one) => memberOf(one, facts));
  return { questions: { asked, held, areAll: true }, holders: { members, labels: facts.namespaceLabels } };
}

function memberOf({ who, slackGroups }: Case, facts: Facts): Member {
  return { person: who, slackGroups: slackGroups ?? facts.slackGroups };
}

/** What nobody knows may not be had either: such a case would pass whatever the policy says. */
function caseFaults(cases: readonly Case[], facts: Facts, policy: Policy, text: YamlText): readonly Fault[] {
  const names = new Set<string>();
  return cases.flatMap((one, i) => {
    const { name, who, what, held = [], slackGroups = [] } = one;
    const unknown = [
      ["who", sayUnknown(policy, "person", who)],
      ["what", sayUnknown(policy, "profile", what)],
      ...placesIn(one, facts, policy).map((message) => ["where", message] as const),
      ["name", names.has(name) ? "is the name of another case: give each its own" : null],
    ] as const;
    names.add(name);
    return [
      ...unknown.flatMap(([setting, message]) =>
        message === null ? [] : [text.fault(["cases", i, setting], `${name}: ${setting}: ${message}`)],
      ),
      ...slackGroupFaults(slackGroups, policy, text, ["cases", i, "slackGroups"]),
      ...passFaults(held, policy, text, {
        ...{ path: ["cases", i, "held"], members: [memberOf(one, facts)], labels: facts.namespaceLabels },
      }),
    ];
  });
}

/** Returns what is wrong with a place: a cluster that nothing speaks of, or else each namespace that nothing names. */
function placesIn(one: Case, facts: Facts, policy: Policy): readonly string[] {
  const { cluster, namespaces } = one.where;
  const unknown = sayUnknown(policy, "cluster", cluster);
  if (unknown !== null) return [unknown];
  const known = own(facts.namespaceLabels, cluster) ?? {};
  const member = memberOf(one, facts);
  return namespaces.flatMap((namespace) => {
    const labels = own(known, namespace) ?? {};
    return sayUnnamed(policy, { member, profile: one.what, cluster, namespace, labels }) ?? [];
  });
}

interface Run {
  readonly one: Case;
  readonly i: number;
  readonly at: number;
  readonly facts: Facts;
  readonly text: YamlText;
}

function runCase(force: PolicyInForce, { one, i, at, facts, text }: Run): readonly Fault[] {
  const { who, what, guest } = one;
  const { slackGroups = facts.slackGroups, held = facts.held, outcomes = facts.outcomes } = one;
  const asker = { guest, slackGroups, held, outcomes };
  const verdict = judgeAssumed(force, { who, what, ...one.where, for: one.for, at, ...asker }, facts);
  const fail = (setting: string, is: string, wanted: string) =>
    text.fault(["cases", i, ...setting.split(".")], `${one.name}: ${setting} is ${is}, not ${wanted}`);
  if (verdict.may !== one.may) {
    const why = verdict.may ? "" : ` (${verdict.refusals.map(({ refused }) => refused).join(", ")})`;
    return [fail("may", `${verdict.may}${why}`, String(one.may))];
  }
  if (verdict.may) return needsOf(verdict, one).map(([setting, is, wanted]) => fail(`needs.${setting}`, is, wanted));
  const codes = verdict.refusals.map(({ refused }) => refused as string);
  const rules = verdict.refusals.flatMap(({ rule }) => rule ?? []);
  return [
    ...(one.refused === undefined || codes.includes(one.refused)
      ? []
      : [fail("refused", codes.join(", "), one.refused)]),
    ...(one.rule === undefined || rules.includes(one.rule) ? [] : [fail("rule", rules.join(", ") || "none", one.rule)]),
  ];
}

/** Returns each need that is not as wanted: its setting, what it is, and what was wanted. */
function needsOf(verdict: Extract<Verdict, { may: true }>, one: Case): readonly (readonly [string, string, string])[] {
  const { needs, approvers, auto } = verdict.allowed;
  const is: Record<keyof Needs, unknown> = {
    ...{ quorum: needs.quorum, tier: needs.tier, stepUp: needs.stepUp, ticket: verdict.ticket, nobody: auto },
    ...{ approvers, rules: needs.rules, deciders: verdict.deciders.toSorted() },
    atMost: sayExactly(verdict.mostSeconds),
  };
  const { atMost, ...others } = one.needs ?? {};
  const longest = atMost === undefined ? {} : { atMost: sayExactly(parseExactDuration(atMost) ?? 0) };
  return Object.entries({ ...others, ...longest }).flatMap(([setting, wanted]) => {
    const said = say(is[setting as keyof typeof is]);
    const sought = say(Array.isArray(wanted) ? [...wanted].sort() : wanted);
    return wanted === undefined || said === sought ? [] : [[setting, said, sought] as const];
  });
}

function say(value: unknown): string {
  return Array.isArray(value) ? `[${value.join(", ")}]` : String(value);
}
