/** Counting yeses: by people, and where groups must differ, by a matching of people and groups. */
import { externalPeople } from "./home-team.ts";
import { isMember, isOver, type Member, sharedCompany } from "./membership.ts";
import type { Millis, PersonId } from "./person.ts";
import { contractEnd, own, type Policy } from "./policy.ts";
import { MOST_QUORUM } from "./policy-schema.ts";

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
  const least = Math.max(1, quorum);
  return differentGroups ? canAssign(seats, least) : seats.filter((groups) => groups.length > 0).length >= least;
}

/** What it takes for a request of one person to be decidable at all. */
export interface Decidable extends Quorum {
  readonly asker: PersonId;
  readonly approvers: readonly string[];
}

/**
 * Takes the policy, who asks, which groups decide and what is needed, and the time; returns whether there are enough
 * people who could say yes. How many are in a Slack user group is not known here: it is taken to have enough. Nor is what
 * Slack says of an account: whose is of another organisation counts as nobody, as at a click, by what the policy says.
 */
export function canBeDecided(policy: Policy, wanted: Decidable, now: Millis): boolean {
  return decidability(policy, wanted.asker, now)(wanted);
}

/**
 * Takes the policy, who asks and the time; returns what answers the same for each thing they might ask for. It looks
 * through each group once, and of those listed there it needs to know no more than the largest quorum: whatever a group
 * with so many is to give, it can still give after all others gave theirs.
 */
export function decidability(
  policy: Policy,
  asker: PersonId,
  now: Millis,
): (wanted: Omit<Decidable, "asker">) => boolean {
  const external = externalPeople(policy);
  const may = (id: PersonId) => id !== asker && !external.has(id) && !isOver(contractEnd(policy, id), now);
  const isStranger = (id: PersonId) => sharedCompany(policy, id, asker) === null;
  const anybody = remembering((group) => someOf(policy, group, may));
  const strangers = remembering((group) => someOf(policy, group, (id) => isStranger(id) && may(id)));
  return ({ approvers, quorum, differentGroups, notSameCompany }) => {
    const least = Math.max(1, quorum);
    const groups = [...new Set(approvers)];
    const listed = groups.filter((id) => !isFromSlack(policy, id)).map(notSameCompany ? strangers : anybody);
    const fromSlack = groups.length - listed.length;
    if (differentGroups) return canAssign(listed, least - fromSlack);
    return fromSlack > 0 || new Set(listed.flat()).size >= least;
  };
}

function isFromSlack({ groups }: Policy, id: string): boolean {
  return (own(groups, id)?.slackGroups.length ?? 0) > 0;
}

/** At most as many as the largest quorum there is. */
function someOf({ groups }: Policy, group: string, may: (id: PersonId) => boolean): readonly PersonId[] {
  const some = new Set<PersonId>();
  for (const id of own(groups, group)?.people ?? []) {
    if (may(id)) some.add(id);
    if (some.size === MOST_QUORUM) break;
  }
  return [...some];
}

function remembering<Found>(find: (group: string) => Found): (group: string) => Found {
  const known = new Map<string, Found>();
  return (group) => {
    const found = known.get(group) ?? find(group);
    known.set(group, found);
    return found;
  };
}

/**
 * Takes, for each person, the groups they are in (or for each group, its people), and a number; returns whether so many
 * can be assigned, each to one of their own. A bipartite matching by augmenting paths, which ends once there are enough:
 * while there are not, a path passes through fewer than that.
 */
export function canAssign(seats: readonly (readonly string[])[], least: number): boolean {
  const holder = new Map<string, readonly string[]>();
  const seat = (choices: readonly string[], tried: Set<string>): boolean => {
    for (const choice of choices) {
      if (tried.has(choice)) continue;
      tried.add(choice);
      const other = holder.get(choice);
      if (other !== undefined && !seat(other, tried)) continue;
      holder.set(choice, choices);
      return true;
    }
    return false;
  };
  let count = 0;
  return least <= 0 || seats.some((choices) => seat(choices, new Set()) && ++count >= least);
}
