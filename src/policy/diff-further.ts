/** What changes between two versions of a policy beside what may be had where. */

import { externalPeople } from "../workflows/home-team.ts";
import { isOnCall } from "../workflows/membership.ts";
import { contractEnd, own, type Policy } from "../workflows/policy.ts";
import { settingChanges } from "./diff-settings.ts";
import { slackGroupChanges } from "./diff-slack-groups.ts";
import { accountIn, alone, callingIn, onCallInSlack, type Subject, type Versions } from "./diff-subjects.ts";

/** Takes both versions; returns a line for each change, none where there is none. */
export function furtherChanges(both: Versions): readonly string[] {
  return [
    ...peopleChanges(both),
    ...accountChanges(both),
    ...linkChanges(both),
    ...groupChanges(both),
    ...slackGroupChanges(both),
    ...onCallChanges(both),
    ...profileChanges(both),
    ...settingChanges(both),
  ];
}

/** Another account is another human, and so may be another name; a contract caps all that is lent. */
function peopleChanges(both: Versions): readonly string[] {
  const { before, after } = both;
  const called = callingIn(both);
  const holders = new Map(Object.entries(before.people).map(([id, { slack }]) => [slack, id] as const));
  return Object.entries(after.people).flatMap(([id, person]) => {
    const earlier = own(before.people, id);
    if (earlier === undefined) return [];
    const name = called(id);
    const ends = [contractEnd(before, id), contractEnd(after, id)].map(sayDay);
    const holder = holders.get(person.slack);
    const until = holder === undefined ? "" : ` (until now ${called(holder)}'s)`;
    return [
      earlier.name === person.name ? "" : `${id} is called ${person.name} now (before: ${earlier.name})`,
      earlier.slack === person.slack ? "" : `${name} is another account: ${earlier.slack} → ${person.slack}${until}`,
      changed(`${name} has another e-mail`, earlier.email, person.email),
      changed(`${name} is another subject at the identity provider`, earlier.idp, person.idp),
      changed(`${name} is of another company`, earlier.company, person.company),
      ends[0] === ends[1] ? "" : `${name}'s contract ends: ${ends[0]} → ${ends[1]}`,
    ].filter((line) => line !== "");
  });
}

/** Groups that list somebody may give them what those of another organisation's Slack never have. */
function accountChanges(both: Versions): readonly string[] {
  const { before, after } = both;
  return alone(both, () => []).flatMap(({ by, name }) => {
    const [was, is] = [before, after].map((policy) => accountIn(policy, by).external);
    if (was === is || own(after.people, by.person) === undefined) return [];
    return is
      ? `${name} comes from another organisation's Slack now: says no yes, is not on call and reviews nothing`
      : `${name} no longer comes from another organisation's Slack: says yes, is on call and reviews where groups list them`;
  });
}

/** Whom the policy does not list, Slack's groups make nothing; whom it lists, they may make an approver or on-call. */
function linkChanges(both: Versions): readonly string[] {
  const { before, after } = both;
  const called = callingIn(both);
  const say = (policy: Policy, other: Policy, words: string) => {
    const deciding = [policy.onCall, ...policy.rules.flatMap(({ approvers }) => approvers)];
    const inSlack = [...new Set(deciding.flatMap((id) => own(policy.groups, id)?.slackGroups ?? []))].sort();
    if (inSlack.length === 0) return [];
    const external = externalPeople(policy);
    return Object.keys(policy.people).flatMap((id) =>
      own(other.people, id) === undefined && !external.has(id)
        ? [`${called(id)} ${words} if in ${inSlack.join(", ")}`]
        : [],
    );
  };
  return [
    ...say(after, before, "is listed now, and says yes or ends passes"),
    ...say(before, after, "is no longer listed, and no longer says yes or ends passes"),
  ];
}

function changed(what: string, before: string | undefined, after: string | undefined): string {
  return before === after ? "" : `${what}: ${before ?? "none"} → ${after ?? "none"}`;
}

/** The last day, inclusive. */
function sayDay(end: number | null): string {
  return end === null ? "never" : new Date(end - 1).toISOString().slice(0, 10);
}

/** Who says yes is as much a part of an access as who asks. */
function groupChanges(both: Versions): readonly string[] {
  const { before, after } = both;
  const called = callingIn(both);
  return Object.entries(after.groups).flatMap(([id, { name, people }]) => {
    const earlier = own(before.groups, id)?.people;
    if (earlier === undefined || [...earlier].sort().join() === [...people].sort().join()) return [];
    const say = (ids: readonly string[]) => ids.map(called).join(", ") || "nobody";
    return [`${name} are now ${say(people)} (before: ${say(earlier)})`];
  });
}

/** By the policy's own list, and by each Slack user group that stands for on-call. */
function onCallChanges(both: Versions): readonly string[] {
  const may = (policy: Policy, { by }: Subject) => isOnCall(policy, accountIn(policy, by));
  return alone(both, onCallInSlack).flatMap((subject) => {
    const [was, is] = [may(both.before, subject), may(both.after, subject)];
    if (was === is) return [];
    return is ? `${subject.name} may now end any pass` : `${subject.name} may no longer end any pass`;
  });
}

function profileChanges({ before, after }: Versions): readonly string[] {
  return Object.entries(after.profiles).flatMap(([id, { role, words }]) => {
    const earlier = own(before.profiles, id)?.role;
    return earlier === undefined || earlier === role ? [] : `${words} (${id}) is another role: ${earlier} → ${role}`;
  });
}
