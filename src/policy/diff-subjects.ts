/** Of whom a comparison of two versions speaks: everybody listed, and whoever Slack may say to be in a user group. */
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

/** Takes both versions; returns them with somebody of whom nothing is known but what Slack says. */
export function withSomebody({ before, after }: Versions): Versions {
  const add = (policy: Policy): Policy => ({
    ...policy,
    people: { ...policy.people, [SOMEBODY]: { name: SOMEBODY, slack: "T00/U00" } },
  });
  return { before: add(before), after: add(after) };
}

/** Takes both versions and what to take of each; returns all of it, each once, in order. */
export function union({ before, after }: Versions, of: (policy: Policy) => readonly string[]): readonly string[] {
  return [...new Set([...of(before), ...of(after)])].sort();
}

/** Takes both versions, with somebody, and Slack user groups of each; returns each person listed, and somebody in each group. */
export function alone(both: Versions, slackGroups: (policy: Policy) => readonly string[]): readonly Subject[] {
  return [
    ...listed(both).map((id) => subjectOf(both, id, [])),
    ...union(both, slackGroups).map((group) => subjectOf(both, SOMEBODY, [group])),
  ];
}

/**
 * Takes both versions, with somebody; returns all of whom they may say anything: people as listed, and with each Slack user
 * group, and each two, by which a rule, a denial or on-call may name them, and with those two what makes them on call.
 * `isWhole`: false where these are too many.
 */
export function subjectsOf(both: Versions): { readonly subjects: readonly Subject[]; readonly isWhole: boolean } {
  const groups = union(both, slackGroupsAsking);
  const pairs = groups.flatMap((one, i) => groups.slice(i + 1).map((other) => [one, other]));
  const more = [...pairs, ...threesOf(groups, pairs, union(both, onCallInSlack))];
  const people = listed(both);
  const first = alone(both, slackGroupsAsking);
  if (people.length * (groups.length + more.length) > MOST_SUBJECTS) return { subjects: first, isWhole: false };
  const somebody = more.map((set) => subjectOf(both, SOMEBODY, set));
  const sets = [...groups.map((id) => [id]), ...more];
  const narrower = sets.flatMap((set) => people.map((id) => subjectOf(both, id, set)));
  return { subjects: [...first, ...somebody, ...narrower], isWhole: true };
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

function subjectOf(both: Versions, id: string, slackGroups: readonly string[]): Subject {
  return { by: recordFor(id, slackGroups), name: nameOf(both, id, slackGroups) };
}

/** Those that tell of whoever asks. */
function slackGroupsAsking(policy: Policy): readonly string[] {
  const names = [...policy.rules, ...policy.denials].flatMap(({ who }) => who ?? []);
  return [policy.onCall, ...names].flatMap((id) => own(policy.groups, id)?.slackGroups ?? []);
}

function nameOf({ before, after }: Versions, id: string, slackGroups: readonly string[]): string {
  const groups = slackGroups.join(" and ");
  if (id === SOMEBODY) return `whoever is in Slack user group ${groups}`;
  const name = own(after.people, id)?.name ?? own(before.people, id)?.name ?? id;
  return slackGroups.length === 0 ? name : `${name} (if in Slack user group ${groups})`;
}

/** Takes a subject; returns the subjects of whom it is a narrower case, itself left out, as their keys. */
export function widerKeys({ by: { person, slackGroups } }: Subject): readonly string[] {
  const sets = [
    [],
    ...slackGroups.map((id) => [id]),
    ...slackGroups.map((id) => slackGroups.filter((one) => one !== id)),
  ];
  const same = sets.filter((set) => set.length < slackGroups.length).map((set) => keyOf(person, set));
  const anybody = person === SOMEBODY ? [] : [...sets, slackGroups].map((set) => keyOf(SOMEBODY, set));
  return slackGroups.length === 0 ? [] : [...same, ...anybody];
}

/** Takes a subject; returns what tells it from others. */
export function subjectKey({ by: { person, slackGroups } }: Subject): string {
  return keyOf(person, slackGroups);
}

function keyOf(person: string, slackGroups: readonly string[]): string {
  return `${person}\t${slackGroups.join()}`;
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
