/** How dangerous an access is, and why, in words an approver understands. */
import { hasLabel, type Spot } from "./cover.ts";
import type { History } from "./history.ts";
import { localTime } from "./local-time.ts";
import type { Millis } from "./person.ts";
import { own, type Policy } from "./policy.ts";
import { type Raise, TIERS, type Tier } from "./policy-schema.ts";
import type { ClusterFacts, RoleRisk } from "./ports.ts";

/** All that the tier of one cell hangs on. */
export interface Stakes {
  readonly facts: ClusterFacts;
  readonly spot: Spot;
  /** The ClusterRole behind the profile. */
  readonly role: string;
  readonly history: History | null;
  readonly begins: Millis;
}

/** Takes the policy and what is at stake; returns the tier, and each reason for it. */
export function riskOf(policy: Policy, stakes: Stakes): RoleRisk {
  const unread: RoleRisk = { tier: "high", words: ["What its role allows was not read"] };
  const risk = own(stakes.facts.roles, stakes.role)?.risk ?? unread;
  const raised = policy.risk.raise.filter((raise) => applies(policy, raise, stakes));
  const tier = TIERS[TIERS.indexOf(risk.tier) + raised.length] ?? "high";
  return { tier, words: [...risk.words, ...raised.map(({ words }) => words)] };
}

/** Takes tiers; returns the highest, `low` where there is none. */
export function highest(tiers: readonly Tier[]): Tier {
  return TIERS.findLast((tier) => tiers.includes(tier)) ?? "low";
}

function applies(policy: Policy, raise: Raise, { facts, spot, history, begins }: Stakes): boolean {
  if (raise.clusterLabel !== undefined) return hasLabel(facts.labels, raise.clusterLabel);
  if (raise.namespaceLabel !== undefined) return spot.labels === null || hasLabel(spot.labels, raise.namespaceLabel);
  if (raise.outsideHours === true) return isOutsideHours(policy, begins);
  if (raise.firstPass === true) return !hasGivenBack(history);
  return history?.outcomes.includes("revoked") ?? false;
}

function hasGivenBack(history: History | null): boolean {
  return history?.outcomes.some((outcome) => outcome === "ended" || outcome === "handedBack") ?? false;
}

/** Without hours there is no time that counts as inside. */
function isOutsideHours(policy: Policy, at: Millis): boolean {
  const { hours } = policy.risk;
  if (hours === undefined) return true;
  const { hour, minute, weekday } = localTime(at, hours.zone);
  const minutes = hour * 60 + minute;
  return !hours.days.includes(weekday) || minutes < hours.from || minutes >= hours.to;
}
