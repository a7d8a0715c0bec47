/** What a Slack user group says for a group of the policy: whoever may edit it in Slack says who approves. */
import { groupsOf } from "../workflows/place.ts";
import { own, type Policy } from "../workflows/policy.ts";
import { union, type Versions } from "./diff-subjects.ts";

/** Takes both versions; returns a line for each Slack user group that a group has in one of them alone, and what that gives. */
export function slackGroupChanges(both: Versions): readonly string[] {
  const { before, after } = both;
  const ids = union(both, ({ groups }) => Object.keys(groups));
  return ids.flatMap((id) => [...lines(id, after, before, "now"), ...lines(id, before, after, "no longer")]);
}

/** Of those that one version has and the other has not. */
function lines(id: string, policy: Policy, other: Policy, when: "now" | "no longer"): readonly string[] {
  const group = own(policy.groups, id);
  const there = new Set(own(other.groups, id)?.slackGroups);
  const only = [...new Set(group?.slackGroups)].filter((slack) => !there.has(slack)).sort();
  const gives = givenBy(policy, id).map((words) => `; it ${when} ${words}`);
  return only.map(
    (slack) =>
      `whoever is listed and in Slack user group ${slack} is ${when} of ${group?.name} (${id})${gives.join("")}`,
  );
}

/** What being in a group gives, beside what may be asked for: that is said for each place. */
function givenBy(policy: Policy, id: string): readonly string[] {
  const rules = policy.rules.filter((rule) => groupsOf(rule).includes(id)).map(({ name }) => name);
  return [
    rules.length === 0
      ? ""
      : `lets them say yes by ${rules.length === 1 ? "rule" : "rules"} ${rules.sort().join(", ")}`,
    policy.breakGlass?.reviewers === id ? "lets them review what was lent in an emergency" : "",
    policy.onCall === id ? "has them on call" : "",
  ].filter((words) => words !== "");
}
