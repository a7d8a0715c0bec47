/** Who belongs where: by the policy's own lists, and by what Slack says of an account. */
import { isOfAccount, type Millis, type PersonId, type PersonRecord } from "./person.ts";
import { own, type Policy } from "./policy.ts";

/** As much of a person's record as tells where they belong. */
export type Member = Pick<PersonRecord, "person" | "slackGroups" | "unreadGroups" | "askedGroups">;

/**
 * Takes the policy, a group's id and a person; returns whether they are known to be in it: listed, or by their account's
 * Slack user groups. Somebody whom the policy does not list is in no group.
 */
export function isMember(policy: Policy, group: string, { person, slackGroups }: Member): boolean {
  const found = own(policy.groups, group);
  if (found === undefined || !Object.hasOwn(policy.people, person)) return false;
  return listing(found.people).has(person) || found.slackGroups.some((id) => slackGroups.includes(id));
}

/**
 * Sets of lists that were asked before. A group may list thousands, and each ask looks into the same few groups for each
 * rule. A memo of what hangs on the list alone: lists of a policy or record do not change, and a new one has new ones.
 */
const LISTINGS = new WeakMap<readonly string[], ReadonlySet<string>>();

function listing(people: readonly string[]): ReadonlySet<string> {
  const listed = LISTINGS.get(people) ?? new Set(people);
  LISTINGS.set(people, listed);
  return listed;
}

/**
 * Takes the policy, a list of people, companies and groups by id, and a person; returns whether it is known to name them.
 * Enough for what allows; what forbids asks `unreadGroup` too.
 */
export function isNamed(policy: Policy, who: readonly string[], member: Member): boolean {
  const person = own(policy.people, member.person);
  if (person === undefined) return false;
  return who.some((name) => name === member.person || name === person.company || isMember(policy, name, member));
}

/**
 * Takes the same; returns the Slack user group by which the list may name them, where Slack would not show that one or was
 * not asked about it when they were read; null where there is none.
 */
export function unreadGroup(policy: Policy, who: readonly string[], member: Member): string | null {
  if (!Object.hasOwn(policy.people, member.person)) return null;
  const isAsked = askedOf(member);
  const isUnread = (id: string) => !isAsked(id) || member.unreadGroups?.includes(id) === true;
  const named = who.map((name) => own(policy.groups, name)?.slackGroups.find(isUnread));
  return named.find((id) => id !== undefined) ?? null;
}

/**
 * Takes the policy and a person's record; returns a Slack user group of the policy about which Slack was not asked when they
 * were read, or null. That was by another policy, and says nothing of who they are to this one.
 */
export function unaskedGroup(policy: Policy, member: Member): string | null {
  const isAsked = askedOf(member);
  return slackGroupsIn(policy).find((id) => !isAsked(id)) ?? null;
}

/** Takes the policy; returns the ids of all Slack user groups that it names, each once, in order. */
export function slackGroupsIn(policy: Policy): readonly string[] {
  const known = NAMED_IN.get(policy);
  if (known !== undefined) return known;
  const named = [...new Set(Object.values(policy.groups).flatMap(({ slackGroups }) => slackGroups))].sort();
  NAMED_IN.set(policy, named);
  return named;
}

/** A memo of what hangs on the policy alone: each person who is read is asked about all of them. */
const NAMED_IN = new WeakMap<Policy, readonly string[]>();

function askedOf({ askedGroups }: Member): (group: string) => boolean {
  const asked = askedGroups === undefined ? null : listing(askedGroups);
  return (group) => asked?.has(group) === true;
}

/**
 * Takes the policy and a record; returns whether the policy links that person to that account. A record may be of the
 * account that they had before.
 */
export function isLinked(policy: Policy, by: Pick<PersonRecord, "person" | "slackKey">): boolean {
  const person = own(policy.people, by.person);
  return person !== undefined && isOfAccount(by, person.slack);
}

/** Takes the policy and two people's ids; returns the company that both are of, or null. Employees have none. */
export function sharedCompany(policy: Policy, one: PersonId, other: PersonId): string | null {
  const company = own(policy.people, one)?.company ?? null;
  return company === own(policy.people, other)?.company ? company : null;
}

/** Takes a record; returns whether it is of those who never decide, lend or end others' access: see docs/policy.md. */
export function isOutside({ guest, external }: PersonRecord): boolean {
  return guest || external;
}

/** Takes the policy and a person's record; returns whether they are on call and may act on it. */
export function isOnCall(policy: Policy, by: PersonRecord): boolean {
  return by.active && !isOutside(by) && isMember(policy, policy.onCall, by);
}

/** Takes a moment at which something ends (null: never) and the time; returns whether that has come. */
export function isOver(end: Millis | null, now: Millis): boolean {
  return end !== null && end <= now;
}
