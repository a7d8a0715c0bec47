/** What changes between two versions of a policy beside what may be had where. */

import { isMember } from "../workflows/membership.ts";
import { contractEnd, own, type Policy } from "../workflows/policy.ts";
import { alone, onCallInSlack, type Subject, type Versions } from "./diff-subjects.ts";
import { sayExactly } from "./say-exactly.ts";

/** Takes both versions; returns a line for each change, none where there is none. */
export function furtherChanges(both: Versions): readonly string[] {
  return [
    ...peopleChanges(both),
    ...linkChanges(both),
    ...groupChanges(both),
    ...onCallChanges(both),
    ...profileChanges(both),
    ...settingChanges("", settingsOf(both.before), settingsOf(both.after)),
  ];
}

/** Another account is another human, and a contract caps all that is lent. */
function peopleChanges({ before, after }: Versions): readonly string[] {
  return Object.entries(after.people).flatMap(([id, person]) => {
    const earlier = own(before.people, id);
    if (earlier === undefined) return [];
    const ends = [contractEnd(before, id), contractEnd(after, id)].map(sayDay);
    return [
      earlier.slack === person.slack ? "" : `${person.name} is another account: ${earlier.slack} → ${person.slack}`,
      changed(`${person.name} has another e-mail`, earlier.email, person.email),
      changed(`${person.name} is another subject at the identity provider`, earlier.idp, person.idp),
      changed(`${person.name} is of another company`, earlier.company, person.company),
      ends[0] === ends[1] ? "" : `${person.name}'s contract ends: ${ends[0]} → ${ends[1]}`,
    ].filter((line) => line !== "");
  });
}

/** Whom the policy does not list, Slack's groups make nothing; whom it lists, they may make an approver or on-call. */
function linkChanges({ before, after }: Versions): readonly string[] {
  const say = (policy: Policy, other: Policy, words: string) => {
    const deciding = [policy.onCall, ...policy.rules.flatMap(({ approvers }) => approvers)];
    const inSlack = [...new Set(deciding.flatMap((id) => own(policy.groups, id)?.slackGroups ?? []))].sort();
    if (inSlack.length === 0) return [];
    return Object.entries(policy.people).flatMap(([id, { name }]) =>
      own(other.people, id) === undefined ? [`${name} ${words} if in ${inSlack.join(", ")}`] : [],
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
function groupChanges({ before, after }: Versions): readonly string[] {
  return Object.entries(after.groups).flatMap(([id, { name, people }]) => {
    const earlier = own(before.groups, id)?.people;
    if (earlier === undefined || [...earlier].sort().join() === [...people].sort().join()) return [];
    const say = (policy: Policy, ids: readonly string[]) =>
      ids.map((person) => own(policy.people, person)?.name ?? person).join(", ") || "nobody";
    return [`${name} are now ${say(after, people)} (before: ${say(before, earlier)})`];
  });
}

/** By the policy's own list, and by each Slack user group that stands for on-call. */
function onCallChanges(both: Versions): readonly string[] {
  const may = (policy: Policy, { by }: Subject) => isMember(policy, policy.onCall, by);
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

/** Settings by path, each list that has no order as its entries. */
function settingsOf(policy: Policy): Readonly<Record<string, unknown>> {
  const { limits, tickets, risk, separation, breakGlass, companies, slack, groups } = policy;
  return {
    ...{ limits, tickets, separation: byText(separation) },
    risk: { hours: hoursOf(policy), raise: byText(risk.raise) },
    breakGlass:
      breakGlass === undefined
        ? {}
        : { reviewers: breakGlass.reviewers, reviewWithin: sayExactly(breakGlass.reviewWithin) },
    companies: mapValues(companies, ({ maxPasses, slackTeam }) => ({ maxPasses, slackTeam })),
    groups: mapValues(groups, ({ channel, slackGroups }) => ({ channel, slackGroups: byText(slackGroups) })),
    slack: { requestsChannel: slack.requestsChannel },
  };
}

/** As they are written. */
function hoursOf({ risk: { hours } }: Policy): unknown {
  if (hours === undefined) return undefined;
  const [from, to] = [hours.from, hours.to].map(
    (minutes) => `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`,
  );
  return { ...hours, from, to };
}

/** What an entry of a list is, once the list is a map of its entries. */
const THERE = "there";

/** One that stands there twice counts twice: of what raises a tier, each entry does. */
function byText(entries: readonly unknown[]): Readonly<Record<string, unknown>> {
  const times = new Map<string, number>();
  const names = entries.map((entry) => {
    const text = JSON.stringify(entry);
    const before = times.get(text) ?? 0;
    times.set(text, before + 1);
    return text + " once more".repeat(before);
  });
  return Object.fromEntries(names.map((name) => [name, THERE]));
}

function mapValues<T>(all: Readonly<Record<string, T>>, to: (one: T) => unknown): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(all).map(([key, one]) => [key, to(one)]));
}

function settingChanges(path: string, before: unknown, after: unknown): readonly string[] {
  if (before === THERE || after === THERE) {
    const [, list = "", entry = ""] = /^(.*?)\.([{["].*)$/s.exec(path) ?? [];
    return before === after ? [] : [`${list} ${after === THERE ? "has now" : "no longer has"} ${entry}`];
  }
  if (!isTree(before) && !isTree(after)) {
    return before === after ? [] : [`${path}: ${say(before)} → ${say(after)}`];
  }
  const [one, other] = [isTree(before) ? before : {}, isTree(after) ? after : {}];
  return [...new Set([...Object.keys(one), ...Object.keys(other)])]
    .sort()
    .flatMap((key) => settingChanges(path === "" ? key : `${path}.${key}`, own(one, key), own(other, key)));
}

function say(value: unknown): string {
  return value === undefined ? "not set" : String(value);
}

function isTree(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
