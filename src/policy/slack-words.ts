/** What Slack alone can tell: who is in a user group. Where that would change an answer, the answer says so. */
import { covers, type Spot } from "../workflows/cover.ts";
import { externalPeople, teamOf } from "../workflows/home-team.ts";
import { isNamed, type Member } from "../workflows/membership.ts";
import { own, type Policy } from "../workflows/policy.ts";
import type { AssumedWish, Assumptions } from "./assumed.ts";

/** Takes a policy, a wish and what is assumed; returns what would be otherwise if Slack said more, a line for each. */
export function slackWords(policy: Policy, wish: AssumedWish, assumed: Assumptions): readonly string[] {
  const { cluster, namespaces, what: profile, who: person, slackGroups } = wish;
  const labels = own(assumed.namespaceLabels, cluster) ?? {};
  const spots = namespaces.map(
    (namespace): Spot => ({ cluster, namespace, profile, labels: own(labels, namespace) ?? {} }),
  );
  const member = { person, slackGroups };
  const here = [
    ...policy.rules.map((rule) => ({ entry: rule, what: `rule ${rule.name}` })),
    ...policy.denials.map((denial) => ({ entry: denial, what: `denial ${denial.name}` })),
  ].filter(({ entry: { who: _, ...coverage } }) => spots.some((spot) => covers(coverage, spot, false)));
  const external = externalPeople(policy).has(person);
  const would = [
    ...here.map(({ entry, what }) => [`${what} names them`, missing(policy, entry.who ?? [], member)] as const),
    ...(external || wish.guest ? [] : [["they are on call", missing(policy, [policy.onCall], member)] as const]),
  ];
  const unless = would.flatMap(([then, groups]) =>
    groups.length === 0 ? [] : [`  slack   unless Slack says that they are in ${groups.join(" or ")}: then ${then}`],
  );
  return external ? [sayExternal(teamOf(own(policy.people, person) ?? { slack: "" })), ...unless] : unless;
}

function sayExternal(team: string): string {
  return `  slack   taken to come from another organisation's Slack (${team}): says no yes, is not on call and reviews nothing`;
}

/** Returns the Slack user groups by which a list would name somebody whom it does not name. */
function missing(policy: Policy, who: readonly string[], member: Member): readonly string[] {
  if (who.length === 0 || isNamed(policy, who, member)) return [];
  return [...new Set(who.flatMap((name) => own(policy.groups, name)?.slackGroups ?? []))].sort();
}
