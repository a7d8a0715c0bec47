/** Counting yeses: by people, and where groups must differ, by a matching of people and groups. */
import { isMember, isOver, type Member, sharedCompany } from "./membership.ts";
import type { Millis, PersonId } from "./person.ts";
import { contractEnd, own, type Policy } from "./policy.ts";

/** What a quorum must fulfil. */
export interface Quorum {
  readonly quorum: number;
  readonly differentGroups: boolean;
  readonly notSameCompany: boolean;
}

/**
 * Takes the policy, the groups that decide, what is needed, and those who said yes and may; returns whether that is
 * enough. Nobody is never enough, whatever is needed.
 */
export function isEnough(
  policy: Policy,
  approvers: readonly string[],
  { quorum, differentGroups }: Pick<Quorum, "quorum" | "differentGroups">,
  members: readonly Member[],
): boolean {
  const people = new Map(members.map((member) => [member.person, member]));
  const seats = [...people.values()].map((member) => approvers.filter((group) => isMember(policy, group, member)));
  const count = differentGroups ? mostAssigned(seats) : seats.filter((groups) => groups.length > 0).length;
  return count >= Math.max(1, quorum);
}

/** What it takes for a request of one person to be decidable at all. */
export interface Decidable extends Quorum {
  readonly asker: PersonId;
  readonly approvers: readonly string[];
}

/**
 * Takes the policy, who asks, which groups decide and what is needed, and the time; returns whether there are enough
 * people who could say yes. How many are in a Slack user group is not known here: it is taken to have enough.
 */
export function canBeDecided(policy: Policy, wanted: Decidable, now: Millis): boolean {
  const { asker, approvers, notSameCompany, differentGroups } = wanted;
  const quorum = Math.max(1, wanted.quorum);
  const groups = distinct(approvers);
  const fromSlack = groups.filter((id) => (own(policy.groups, id)?.slackGroups.length ?? 0) > 0);
  if (!differentGroups && fromSlack.length > 0) return true;
  const people = Object.keys(policy.people).filter(
    (id) =>
      id !== asker &&
      !isOver(contractEnd(policy, id), now) &&
      !(notSameCompany && sharedCompany(policy, id, asker) !== null),
  );
  const listed = groups.filter((id) => !fromSlack.includes(id));
  const seats = people.map((id) => listed.filter((group) => own(policy.groups, group)?.people.includes(id) === true));
  if (differentGroups) return fromSlack.length + mostAssigned(seats) >= quorum;
  return seats.filter((groupsOf) => groupsOf.length > 0).length >= quorum;
}

/**
 * Takes, for each person, the groups they are in; returns how many people can be assigned at most, each to a group of
 * their own. A maximum bipartite matching by augmenting paths.
 */
export function mostAssigned(seats: readonly (readonly string[])[]): number {
  const holder = new Map<string, readonly string[]>();
  const seat = (groups: readonly string[], tried: Set<string>): boolean => {
    for (const group of groups) {
      if (tried.has(group)) continue;
      tried.add(group);
      const other = holder.get(group);
      if (other !== undefined && !seat(other, tried)) continue;
      holder.set(group, groups);
      return true;
    }
    return false;
  };
  return seats.filter((groups) => seat(groups, new Set())).length;
}

function distinct(all: readonly string[]): readonly string[] {
  return [...new Set(all)];
}
