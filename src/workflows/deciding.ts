/** Which rule decides about one cell, and what forbids it: docs/policy.md, "Which rule decides". */
import { byName } from "./by-name.ts";
import { covers, type Spot } from "./cover.ts";
import { localTime } from "./local-time.ts";
import { isNamed, unreadGroup } from "./membership.ts";
import type { Millis, PersonRecord } from "./person.ts";
import { own, type Policy } from "./policy.ts";
import type { Denial, Rule } from "./policy-schema.ts";
import type { ClusterFacts, PolicyInForce, Question, RoleRisk } from "./ports.ts";
import { type Refusal, refuse } from "./refusal.ts";

/** One person's cell, and all that a condition may ask about it. */
export interface Cell {
  readonly by: PersonRecord;
  readonly facts: ClusterFacts;
  readonly spot: Spot;
  readonly risk: RoleRisk;
  /** Null while it is not known for how long: then what allows is not kept by its condition, nor does it forbid. */
  readonly seconds: number | null;
  readonly now: Millis;
}

/** Takes the policy and a rule for a profile; returns the most seconds it lends: the shorter of its limit and the profile's. */
export function limitOf(policy: Policy, rule: Pick<Rule, "maxDuration">, profile: string): number {
  return Math.min(rule.maxDuration ?? Infinity, own(policy.profiles, profile)?.maxDuration ?? 0);
}

/** Takes the policy and a profile; returns what sorts its rules: the strictest first. */
export function byStrictness(policy: Policy, profile: string): (one: Rule, other: Rule) => number {
  return (one, other) =>
    other.quorum - one.quorum || limitOf(policy, one, profile) - limitOf(policy, other, profile) || byName(one, other);
}

/** Takes the policy, a person and a spot; returns the rules that cover it but for their conditions, the strictest first. */
function rulesFor(policy: Policy, by: PersonRecord, spot: Spot): readonly Rule[] {
  return policy.rules
    .filter((rule) => covers(rule, spot, false) && isNamed(policy, rule.who, by))
    .toSorted(byStrictness(policy, spot.profile));
}

/** Takes the policy in force and a cell; returns the rules that cover it, the strictest first. */
export function coveringRules(force: PolicyInForce, cell: Cell): readonly Rule[] {
  return rulesFor(force.policy, cell.by, cell.spot).filter((rule) => applies(force, cell, rule));
}

function applies(force: PolicyInForce, cell: Cell, { when }: Rule): boolean {
  return when === undefined || holds(force, cell, when) === true;
}

/** Takes the policy in force and a cell; returns the rule that decides about it, or why none does. */
export function decidingRule(force: PolicyInForce, cell: Cell): Rule | Refusal {
  const { spot } = cell;
  const detail = spot.namespace;
  const field = "namespaces";
  const rules = rulesFor(force.policy, cell.by, spot);
  const first = rules[0];
  if (first === undefined) return refuse("notOffered", { field, detail });
  const denied = whyDenied(force, cell);
  if (denied !== null) return denied;
  return (
    rules.find((rule) => applies(force, cell, rule)) ??
    refuse("conditionNotMet", { field, detail: first.whenWords ?? detail, rule: first.name })
  );
}

/**
 * Takes the policy in force and a cell; returns the denial that covers it (the first by name), as a refusal, or null. One
 * for a group that Slack would not show covers it too, and is told as that where no other does.
 */
export function whyDenied(force: PolicyInForce, cell: Cell): Refusal | null {
  const { policy } = force;
  const field = "namespaces";
  let unread: Refusal | null = null;
  for (const denial of policy.denials.toSorted(byName)) {
    const { who, why, name: rule } = denial;
    if (!forbidsPlace(force, cell, denial)) continue;
    if (who === undefined || isNamed(policy, who, cell.by)) return refuse("denied", { field, detail: why, rule });
    const group = unreadGroup(policy, who, cell.by);
    if (group !== null) unread ??= refuse("groupUnread", { field, detail: group, rule });
  }
  return unread;
}

function forbidsPlace(force: PolicyInForce, cell: Cell, { who: _, when, ...coverage }: Denial): boolean {
  if (!covers(coverage, cell.spot, true)) return false;
  return when === undefined || (cell.seconds !== null && holds(force, cell, when) !== false);
}

/** Not knowing yet for how long keeps nobody from hearing what else is wrong; nothing is allowed before it is known. */
function holds({ policy, conditions }: PolicyInForce, cell: Cell, expression: string): boolean | null {
  if (cell.seconds === null) return true;
  return conditions.holds(expression, questionOf(policy, cell, cell.seconds));
}

function questionOf(policy: Policy, { by, facts, spot, risk, now }: Cell, seconds: number): Question {
  const person = own(policy.people, by.person);
  const { cluster, namespace, profile, labels } = spot;
  return {
    asker: { id: by.person, company: person?.company ?? "", guest: by.guest, email: person?.email ?? "" },
    target: { cluster, namespace, profile, clusterLabels: facts.labels, labels: labels ?? {} },
    seconds,
    tier: risk.tier,
    now: { ...localTime(now, policy.risk.hours?.zone ?? "UTC"), epoch: Math.floor(now / 1000) },
  };
}
