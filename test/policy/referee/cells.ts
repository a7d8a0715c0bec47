/** One person, cluster, namespace and profile: how dangerous it is, what covers it, and what denies it. */
import type { PersonRecord } from "../../../src/workflows/person.ts";
import { type Denial, type Raise, type Rule, TIERS, type Tier } from "../../../src/workflows/policy-schema.ts";
import type { ClusterFacts, Question } from "../../../src/workflows/ports.ts";
import type { RefusalCode } from "../../../src/workflows/refusal.ts";
import { wallTime } from "./calendar.ts";
import { companyOf, isListed, isMeant, mayBeMeant } from "./people.ts";
import { hasPair, isAmong, labelsIn } from "./places.ts";
import type { Law } from "./terms.ts";

/** A cell with all that is known of it and of the moment. */
export interface Cell {
  readonly by: PersonRecord;
  readonly cluster: string;
  readonly namespace: string;
  readonly profile: string;
  readonly facts: ClusterFacts | null;
  readonly outcomes: readonly string[];
  readonly seconds: number;
  readonly now: number;
  /** When it would begin. */
  readonly begins: number;
}

/** "The tier of a cell": what the role allows, lifted by one for each entry that applies, up to high. */
export function tierOf({ policy }: Law, cell: Cell): Tier {
  const role = policy.profiles[cell.profile]?.role ?? "";
  const known = Object.entries(cell.facts?.roles ?? {}).find(([id]) => id === role)?.[1];
  const raises = policy.risk.raise.filter((raise) => applies(raise, cell, policy.risk.hours));
  const begin = known === undefined ? 2 : TIERS.indexOf(known.risk.tier);
  return TIERS[Math.min(2, begin + raises.length)] ?? "high";
}

type Hours = Law["policy"]["risk"]["hours"];

function applies(raise: Raise, { facts, namespace, outcomes, begins }: Cell, hours: Hours): boolean {
  if (raise.clusterLabel !== undefined) return hasPair(facts?.labels ?? null, raise.clusterLabel, true);
  if (raise.namespaceLabel !== undefined) return hasPair(labelsIn(facts, namespace), raise.namespaceLabel, true);
  if (raise.firstPass === true) return !outcomes.includes("handedBack") && !outcomes.includes("ended");
  if (raise.afterRevocation === true) return outcomes.includes("revoked");
  if (hours === undefined) return false;
  const { weekday, hour, minute } = wallTime(begins, hours.zone);
  const isInside = hours.from <= hour * 60 + minute && hour * 60 + minute < hours.to;
  return !(isInside && hours.days.includes(weekday));
}

/** What a condition sees. */
function questionOf(law: Law, cell: Cell): Question {
  const { policy } = law;
  const { by, cluster, namespace, profile, facts, now } = cell;
  const person = policy.people[by.person];
  return {
    asker: {
      ...{ id: by.person, company: companyOf(policy, by.person) },
      ...{ guest: by.guest, email: person?.email ?? "" },
    },
    target: {
      ...{ cluster, namespace, profile, clusterLabels: facts?.labels ?? {} },
      labels: labelsIn(facts, namespace) ?? {},
    },
    seconds: cell.seconds,
    tier: tierOf(law, cell),
    now: { ...wallTime(now, policy.risk.hours?.zone ?? "UTC"), epoch: Math.floor(now / 1000) },
  };
}

/** Rules that cover a cell, their conditions left aside. */
export function rulesAround({ policy }: Law, cell: Cell): readonly Rule[] {
  if (!isListed(policy, cell.by.person)) return [];
  return policy.rules.filter(
    (rule) =>
      isMeant(policy, rule.who, cell.by) &&
      rule.cluster === cell.cluster &&
      rule.profiles.includes(cell.profile) &&
      isAmong(rule.namespaces, cell, false),
  );
}

/** Rules that cover a cell. */
export function rulesCovering(law: Law, cell: Cell): readonly Rule[] {
  return rulesAround(law, cell).filter(
    ({ when }) => when === undefined || law.holds(when, questionOf(law, cell)) === true,
  );
}

/** "The strictest decides": the rule for a cell, null where none covers it. */
export function ruleFor(law: Law, cell: Cell): Rule | null {
  const covering = rulesCovering(law, cell);
  const beats = (one: Rule, other: Rule) => {
    if (one.quorum !== other.quorum) return one.quorum > other.quorum;
    const [limit, otherLimit] = [limitOf(law, one, cell.profile), limitOf(law, other, cell.profile)];
    return limit === otherLimit ? one.name < other.name : limit < otherLimit;
  };
  return covering.find((rule) => covering.every((other) => other === rule || beats(rule, other))) ?? null;
}

/** Takes a rule and a profile; returns the shorter limit of both, in seconds. */
export function limitOf({ policy }: Law, rule: Pick<Rule, "maxDuration">, profile: string): number {
  return Math.min(rule.maxDuration ?? Infinity, policy.profiles[profile]?.maxDuration ?? 0);
}

/** What denials say of a cell: they cover it, or would if somebody is in a group that Slack will not show. */
export function againstByDenials(law: Law, cell: Cell): readonly RefusalCode[] {
  const denials = denialsAround(law, cell);
  const isDenied = denials.some(({ who }) => who === undefined || isMeant(law.policy, who, cell.by));
  const isUnread = denials.some(({ who }) => who !== undefined && mayBeMeant(law.policy, who, cell.by));
  return [...(isDenied ? (["denied"] as const) : []), ...(isUnread ? (["groupUnread"] as const) : [])];
}

/** Denials that cover a cell but for whom they name: what cannot be told holds for them. */
function denialsAround(law: Law, cell: Cell): readonly Denial[] {
  return law.policy.denials.filter(
    ({ cluster, namespaces, profiles, when }) =>
      (cluster === undefined || cluster === cell.cluster) &&
      (namespaces === undefined || isAmong(namespaces, cell, true)) &&
      (profiles === undefined || profiles.includes(cell.profile)) &&
      (when === undefined || law.holds(when, questionOf(law, cell)) !== false),
  );
}
