/** Of whom a comparison of two versions speaks: everybody listed, and whoever Slack may say to be in a user group. */
import { externalPeople } from "../workflows/home-team.ts";
import { isNamed } from "../workflows/membership.ts";
import type { PersonRecord } from "../workflows/person.ts";
import { own, type Policy } from "../workflows/policy.ts";
import { recordFor } from "./possible-access.ts";

/** Both versions of a policy. */
export interface Versions {
  readonly before: Policy;
  readonly after: Policy;
}

/** A person, and the Slack user groups they are taken to be in. */
export interface Subject {
  readonly by: PersonRecord;
  readonly name: string;
}

/** Whom nobody lists: no id has blanks. */
const SOMEBODY = "whoever is in a Slack user group";
const MOST_SUBJECTS = 20_000;

/**
 * Takes both versions; returns them with somebody of whom nothing is known but what Slack says. They are of a company that
 * nobody else is of: an employee's account would tell which team is our own.
 */
export function withSomebody({ before, after }: Versions): Versions {
  const add = (policy: Policy): Policy => ({
    ...policy,
    people: { ...policy.people, [SOMEBODY]: { name: SOMEBODY, slack: "T00/U00", company: SOMEBODY } },
  });
  return { before: add(before), after: add(after) };
}

/** Takes a version and somebody's account; returns it as that version has it: of our own Slack, or of another organisation's. */
export function accountIn(policy: Policy, by: PersonRecord): PersonRecord {
  return { ...by, external: by.person !== SOMEBODY && externalPeople(policy).has(by.person) };
}

/** Takes both versions and what to take of each; returns all of it, each once, in order. */
export function union({ before, after }: Versions, of: (policy: Policy) => readonly string[]): readonly string[] {
  return [...new Set([...of(before), ...of(after)])].sort();
}

/** Takes both versions, with somebody, and Slack user groups of each; returns each person listed, and somebody in each group. */
export function alone(both: Versions, slackGroups: (policy: Policy) => readonly string[]): readonly Subject[] {
  const called = callingIn(both);
  return [
    ...listed(both).map((id) => subjectOf(id, [], called)),
    ...union(both, slackGroups).map((group) => subjectOf(SOMEBODY, [group], called)),
  ];
}

/** Somebody, or people of whom both versions say the same, and the cases that Slack makes of them. */
export interface Kind {
  readonly names: readonly string[];
  /** Whoever it is: each of the people is a narrower case. */
  readonly isAnybody: boolean;
  /** One of them stands for all; those in fewer Slack user groups first. */
  readonly cases: readonly Subject[];
}

/**
 * Takes both versions, with somebody; returns all of whom they may say anything, somebody first: people as listed, and with
 * each Slack user group, and each two, by which a rule, a denial or on-call may name them, and with those two what makes
 * them on call. `isWhole`: false where these are too many.
 */
export function kindsOf(both: Versions): { readonly kinds: readonly Kind[]; readonly isWhole: boolean } {
  const groups = union(both, slackGroupsAsking);
  const pairs = groups.flatMap((one, i) => groups.slice(i + 1).map((other) => [one, other]));
  const more = [...pairs, ...threesOf(groups, pairs, union(both, onCallInSlack))];
  const singles = groups.map((id) => [id]);
  const alike = alikeIn(both);
  const called = callingIn(both);
  const isWhole = alike.length * (groups.length + more.length) <= MOST_SUBJECTS;
  const kindOf = (ids: readonly string[], sets: readonly (readonly string[])[]): Kind => ({
    ...{ names: ids.map(called), isAnybody: ids.includes(SOMEBODY) },
    cases: sets.map((set) => subjectOf(ids[0] ?? SOMEBODY, set, called)),
  });
  const sets = isWhole ? [...singles, ...more] : [];
  return {
    kinds: [kindOf([SOMEBODY], isWhole ? sets : singles), ...alike.map((ids) => kindOf(ids, [[], ...sets]))],
    isWhole,
  };
}

/** By all that may tell one from another: what they are named by, in each version. */
function alikeIn(both: Versions): readonly (readonly string[])[] {
  const named = new Set(union(both, ({ rules, denials }) => [...rules, ...denials].flatMap(({ who }) => who ?? [])));
  const groupsOf = [both.before, both.after].map(({ groups }) => {
    const by = new Map<string, string[]>();
    for (const [group, { people }] of Object.entries(groups)) {
      for (const id of people) by.set(id, [...(by.get(id) ?? []), group]);
    }
    return by;
  });
  const alike = new Map<string, string[]>();
  for (const id of listed(both)) {
    const listing = [both.before, both.after].map((policy, i) => {
      const person = own(policy.people, id);
      return [person !== undefined, person?.company, groupsOf[i]?.get(id), externalPeople(policy).has(id)];
    });
    const key = JSON.stringify([listing, named.has(id) ? id : ""]);
    alike.set(key, [...(alike.get(key) ?? []), id]);
  }
  return [...alike.values()];
}

/** A rule and a denial may each name somebody by another group, and on call they may be by a third. */
function threesOf(
  groups: readonly string[],
  pairs: readonly (readonly string[])[],
  onCall: readonly string[],
): readonly (readonly string[])[] {
  const thirds = groups.length === 3 ? groups : onCall;
  const threes = pairs.flatMap((pair) => thirds.filter((id) => !pair.includes(id)).map((id) => [...pair, id].sort()));
  return [...new Map(threes.map((three) => [three.join(), three])).values()];
}

/** Takes a version; returns the Slack user groups whose people are on call. */
export function onCallInSlack({ groups, onCall }: Policy): readonly string[] {
  return own(groups, onCall)?.slackGroups ?? [];
}

function listed(both: Versions): readonly string[] {
  return union(both, ({ people }) => Object.keys(people)).filter((id) => id !== SOMEBODY);
}

function subjectOf(id: string, slackGroups: readonly string[], called: (id: string) => string): Subject {
  return { by: recordFor(id, slackGroups), name: sayWho(called(id), id === SOMEBODY, slackGroups) };
}

/** Those that tell of whoever asks. */
function slackGroupsAsking(policy: Policy): readonly string[] {
  const names = [...policy.rules, ...policy.denials].flatMap(({ who }) => who ?? []);
  return [policy.onCall, ...names].flatMap((id) => own(policy.groups, id)?.slackGroups ?? []);
}

/**
 * Takes both versions; returns a function that says what somebody is called, by their id: their name, with the id where
 * another one has that name in one of the versions, or where they themselves have another name in the other.
 */
export function callingIn(both: Versions): (id: string) => string {
  const versions = [both.after, both.before];
  const holders = new Map<string, Set<string>>();
  for (const [id, { name }] of versions.flatMap(({ people }) => Object.entries(people))) {
    holders.set(name, (holders.get(name) ?? new Set()).add(id));
  }
  return (id) => {
    const [name = id, ...others] = new Set(versions.flatMap(({ people }) => own(people, id)?.name ?? []));
    return others.length > 0 || (holders.get(name)?.size ?? 0) > 1 ? `${name} (${id})` : name;
  };
}

/** Takes somebody's name, whether they are anybody, and Slack user groups they are taken to be in; returns these in words. */
export function sayWho(name: string, isAnybody: boolean, slackGroups: readonly string[]): string {
  const groups = slackGroups.join(" and ");
  if (isAnybody) return `whoever is in Slack user group ${groups}`;
  return slackGroups.length === 0 ? name : `${name} (if in Slack user group ${groups})`;
}

/** Takes a version; returns a function that says which of these lists name somebody, asking once for each name. */
export function namingIn(policy: Policy, by: PersonRecord): (who: readonly string[] | undefined) => boolean {
  const known = new Map<string, boolean>();
  const names = (name: string) => {
    const answer = known.get(name) ?? isNamed(policy, [name], by);
    known.set(name, answer);
    return answer;
  };
  return (who) => who === undefined || who.some(names);
}
