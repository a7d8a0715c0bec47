/** Which rule decides about one cell, and what forbids it: docs/policy.md, "Which rule decides". */
import { byName } from "./by-name.ts";
import { coversNamespace, isAbout, type Spot } from "./cover.ts";
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

/**
 * What the policy says of one person in a cluster with a profile, wherever there. It is the same for each namespace, and
 * found once for all of them: a policy may have a thousand rules and denials, and a request a hundred namespaces.
 */
export interface Sayings {
  /** The rules that name the person, the strictest first. */
  readonly rules: readonly Rule[];
  /** The denials for them, in order of their names; `unread` is the group that Slack would not show, if only by that. */
  readonly denials: readonly Barrier[];
}

interface Barrier {
  readonly denial: Denial;
  readonly unread: string | null;
}

/** Takes the policy, a person, a cluster and a profile; returns what the policy says of them. */
export function sayingsOf(policy: Policy, by: PersonRecord, place: Pick<Spot, "cluster" | "profile">): Sayings {
  const denials = policy.denials.filter((denial) => isAbout(denial, place)).toSorted(byName);
  return {
    rules: policy.rules
      .filter((rule) => isAbout(rule, place) && isNamed(policy, rule.who, by))
      .toSorted(byStrictness(policy, place.profile)),
    denials: denials.flatMap((denial): readonly Barrier[] => {
      const { who } = denial;
      if (who === undefined || isNamed(policy, who, by)) return [{ denial, unread: null }];
      const unread = unreadGroup(policy, who, by);
      return unread === null ? [] : [{ denial, unread }];
    }),
  };
}

/** Takes the policy in force, a cell and what is said of its place; returns the rules that cover it, the strictest first. */
export function coveringRules(force: PolicyInForce, cell: Cell, { rules }: Sayings): readonly Rule[] {
  const holds = conditionsOf(force, cell);
  return rules.filter((rule) => coversNamespace(rule, cell.spot, false) && applies(holds, rule));
}

type Holds = (expression: string) => boolean | null;

function applies(holds: Holds, { when }: Rule): boolean {
  return when === undefined || holds(when) === true;
}

/** Takes the policy in force, a cell and what is said of its place; returns the rule that decides about it, or why none does. */
export function decidingRule(force: PolicyInForce, cell: Cell, sayings: Sayings): Rule | Refusal {
  const detail = cell.spot.namespace;
  const field = "namespaces";
  const rules = sayings.rules.filter((rule) => coversNamespace(rule, cell.spot, false));
  const first = rules[0];
  if (first === undefined) return refuse("notOffered", { field, detail });
  const denied = whyDenied(force, cell, sayings);
  if (denied !== null) return denied;
  const holds = conditionsOf(force, cell);
  return (
    rules.find((rule) => applies(holds, rule)) ??
    refuse("conditionNotMet", { field, detail: first.whenWords ?? detail, rule: first.name })
  );
}

/**
 * Takes the policy in force, a cell and what is said of its place; returns the denial that covers it (the first by name),
 * as a refusal, or null. One for a group that Slack would not show covers it too, and is told as that where no other does.
 */
export function whyDenied(force: PolicyInForce, cell: Cell, { denials }: Sayings): Refusal | null {
  const field = "namespaces";
  const holds = conditionsOf(force, cell);
  let first: Refusal | null = null;
  for (const { denial, unread } of denials) {
    if (!forbidsNamespace(holds, cell, denial)) continue;
    const { why, name: rule } = denial;
    if (unread === null) return refuse("denied", { field, detail: why, rule });
    first ??= refuse("groupUnread", { field, detail: unread, rule });
  }
  return first;
}

function forbidsNamespace(holds: Holds, cell: Cell, { when, ...coverage }: Denial): boolean {
  if (!coversNamespace(coverage, cell.spot, true)) return false;
  return when === undefined || (cell.seconds !== null && holds(when) !== false);
}

/**
 * Not knowing yet for how long keeps nobody from hearing what else is wrong; nothing is allowed before it is known. Asked
 * once, however many rules have the same condition.
 */
function conditionsOf({ policy, conditions }: PolicyInForce, cell: Cell): Holds {
  const { seconds } = cell;
  if (seconds === null) return () => true;
  const known = new Map<string, boolean | null>();
  let question: Question | null = null;
  return (expression) => {
    const before = known.get(expression);
    if (before !== undefined) return before;
    question ??= questionOf(policy, cell, seconds);
    const answer = conditions.holds(expression, question);
    known.set(expression, answer);
    return answer;
  };
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
