import { covers } from "../workflows/cover.ts";
import { externalPeople } from "../workflows/home-team.ts";
import { isNamed, isOver } from "../workflows/membership.ts";
import { groupsOf } from "../workflows/place.ts";
import { contractEnd, own, type Policy } from "../workflows/policy.ts";
import type { Rule } from "../workflows/policy-schema.ts";
import type { PolicyInForce } from "../workflows/ports.ts";
import { canBeDecided } from "../workflows/quorum.ts";
import { type AssumedWish, type Assumptions, decidingAssumed } from "./assumed.ts";

const MOST_RULES = 3;

/**
 * Takes the policy in force, a wish that no rule fulfils and what is assumed; returns that the asker's contract is over,
 * where it is, that too few could say yes by the rules that decide, or what the rules that come nearest say otherwise, a
 * line each.
 */
export function missesOf(force: PolicyInForce, wish: AssumedWish, assumed: Assumptions): readonly string[] {
  const { policy } = force;
  const end = contractEnd(policy, wish.who);
  if (end !== null && isOver(end, wish.at)) return [`    their contract is over: its last day was ${lastDay(end)}`];
  const deciding = decidingAssumed(force, wish, assumed);
  if (deciding.length > 0) return tooFew(policy, deciding, wish);
  const misses = policy.rules.map((rule) => ({ rule, missed: missedBy(policy, rule, wish, assumed) }));
  const fewest = Math.min(...misses.map(({ missed }) => missed.length));
  if (fewest > 2) return [];
  return misses
    .filter(({ missed }) => missed.length === fewest)
    .slice(0, MOST_RULES)
    .map(({ rule, missed }) => `    rule ${rule.name} is for ${missed.join(" and ")}`);
}

/** Of the rules that decide, those by which too few could say yes; where there is none, a tier asks for more yeses than any. */
function tooFew(policy: Policy, deciding: readonly Rule[], wish: AssumedWish): readonly string[] {
  const guilty = deciding.filter((rule) => !isDecidable(policy, rule, wish));
  return (guilty.length > 0 ? guilty : deciding)
    .slice(0, MOST_RULES)
    .map(
      (rule) =>
        `    rule ${rule.name} covers it: too few people could say yes to it${sayDemand(rule)}${sayOutside(policy, rule)}`,
    );
}

function isDecidable(policy: Policy, rule: Rule, { who: asker, at }: AssumedWish): boolean {
  const { quorum, differentGroups, notSameCompany } = rule;
  return canBeDecided(policy, { asker, approvers: groupsOf(rule), quorum, differentGroups, notSameCompany }, at);
}

/** What of a rule leaves out some who stand in its groups. */
function sayDemand({ differentGroups, notSameCompany }: Rule): string {
  return `${differentGroups ? "; each of another group" : ""}${notSameCompany ? "; nobody of the asker's company" : ""}`;
}

/** Who of a rule's groups says no yes, though they are listed there. */
function sayOutside(policy: Policy, rule: Rule): string {
  const external = externalPeople(policy);
  const listed = new Set(groupsOf(rule).flatMap((id) => own(policy.groups, id)?.people ?? []));
  const outside = [...listed].filter((id) => external.has(id)).sort();
  return outside.length === 0 ? "" : `; not ${outside.join(", ")}, from another organisation's Slack`;
}

function lastDay(end: number): string {
  return new Date(end - 1).toISOString().slice(0, 10);
}

function missedBy(policy: Policy, rule: Rule, wish: AssumedWish, assumed: Assumptions): readonly string[] {
  const { cluster, what: profile, namespaces } = wish;
  const labels = own(assumed.namespaceLabels, cluster) ?? {};
  const isCovered = namespaces.every((namespace) =>
    covers(
      { namespaces: rule.namespaces },
      { cluster, namespace, profile, labels: own(labels, namespace) ?? {} },
      false,
    ),
  );
  const entries = rule.namespaces.map((entry) =>
    typeof entry === "string" ? entry : `those labelled ${entry.label}=${entry.value}`,
  );
  return [
    isNamed(policy, rule.who, { person: wish.who, slackGroups: wish.slackGroups }) ? "" : rule.who.join(", "),
    rule.cluster === cluster ? "" : `cluster ${rule.cluster}`,
    rule.profiles.includes(profile) ? "" : `profile ${rule.profiles.join(", ")}`,
    isCovered ? "" : `namespaces ${entries.join(", ")}`,
  ].filter((words) => words !== "");
}
