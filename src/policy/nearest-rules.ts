import { covers } from "../workflows/cover.ts";
import { isNamed } from "../workflows/membership.ts";
import type { Policy } from "../workflows/policy.ts";
import type { Rule } from "../workflows/policy-schema.ts";
import type { AssumedWish } from "./assumed.ts";

const MOST_RULES = 3;

/** Takes a policy and a wish that no rule fulfils; returns what the rules that come nearest say otherwise, a line each. */
export function missesOf(policy: Policy, wish: AssumedWish): readonly string[] {
  const misses = policy.rules.map((rule) => ({ rule, missed: missedBy(policy, rule, wish) }));
  const fewest = Math.min(...misses.map(({ missed }) => missed.length));
  if (fewest > 2) return [];
  return misses
    .filter(({ missed }) => missed.length === fewest)
    .slice(0, MOST_RULES)
    .map(({ rule, missed }) =>
      missed.length > 0
        ? `    rule ${rule.name} is for ${missed.join(" and ")}`
        : `    rule ${rule.name} covers it: too few people could say yes to it`,
    );
}

function missedBy(policy: Policy, rule: Rule, wish: AssumedWish): readonly string[] {
  const { cluster, what: profile, namespaces } = wish;
  const isCovered = namespaces.every((namespace) =>
    covers({ namespaces: rule.namespaces }, { cluster, namespace, profile, labels: {} }, false),
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
