import { covers } from "../workflows/cover.ts";
import { externalPeople } from "../workflows/home-team.ts";
import { isNamed, isOver } from "../workflows/membership.ts";
import { groupsOf } from "../workflows/place.ts";
import { contractEnd, own, type Policy } from "../workflows/policy.ts";
import type { Rule } from "../workflows/policy-schema.ts";
import { canBeDecided } from "../workflows/quorum.ts";
import type { AssumedWish, Assumptions } from "./assumed.ts";

const MOST_RULES = 3;

/**
 * Takes a policy, a wish that no rule fulfils and what is assumed; returns that the asker's contract is over, where it is,
 * or what the rules that come nearest say otherwise, a line each.
 */
export function missesOf(policy: Policy, wish: AssumedWish, assumed: Assumptions): readonly string[] {
  const end = contractEnd(policy, wish.who);
  if (end !== null && isOver(end, wish.at)) return [`    their contract is over: its last day was ${lastDay(end)}`];
  const misses = policy.rules.map((rule) => ({ rule, missed: missedBy(policy, rule, wish, assumed) }));
  const fewest = Math.min(...misses.map(({ missed }) => missed.length));
  if (fewest > 2) return [];
  const nearest = misses.filter(({ missed }) => missed.length === fewest);
  // One that covers it, and that enough could decide, is not why: a stricter one decides. Where there is no other, a tier
  // asks for more yeses than any of these.
  const guilty = nearest.filter(({ rule, missed }) => missed.length > 0 || !isDecidable(policy, rule, wish));
  return (guilty.length > 0 ? guilty : nearest)
    .slice(0, MOST_RULES)
    .map(({ rule, missed }) =>
      missed.length > 0
        ? `    rule ${rule.name} is for ${missed.join(" and ")}`
        : `    rule ${rule.name} covers it: too few people could say yes to it${sayDemand(rule)}${sayOutside(policy, rule)}`,
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
