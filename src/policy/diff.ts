/** Whose possible access changes between two versions of a policy. */
import { sayDuration } from "../workflows/duration.ts";
import type { PersonRecord } from "../workflows/person.ts";
import { own, type Policy } from "../workflows/policy.ts";
import { furtherChanges } from "./diff-further.ts";
import {
  type Possible,
  possibleAccess,
  possibleGlass,
  recordFor,
  type Witness,
  witnessesOf,
} from "./possible-access.ts";
import { NOT_AT_ALL, sayPossible, tiersToSay } from "./say-possible.ts";

/** What changes for some people, in some namespaces of a cluster: what they may ask for, or lend themselves. */
export interface Change {
  readonly kind: "ask" | "breakGlass";
  readonly people: readonly string[];
  readonly cluster: string;
  readonly namespaces: readonly string[];
  readonly profile: string;
  /** What people call the profile. */
  readonly words: string;
  readonly before: string;
  readonly after: string;
}

/** All that changes; both lists are empty where nobody may have anything else than before. */
export interface PolicyDiff {
  readonly changes: readonly Change[];
  /** What changes beside cells, each a line. */
  readonly further: readonly string[];
}

interface Versions {
  readonly before: Policy;
  readonly after: Policy;
}

/** Takes two versions of a policy; returns what changes. Order, names of rules and how they are cut say nothing. */
export function diffPolicies(before: Policy, after: Policy): PolicyDiff {
  const both = withSlackGroups({ before, after });
  const people = union(both, ({ people }) => Object.keys(people));
  const clusters = union(both, ({ rules, breakGlass }) =>
    [...rules, ...(breakGlass?.rules ?? [])].map(({ cluster }) => cluster),
  );
  const profiles = union(both, ({ profiles }) => Object.keys(profiles));
  const cells = clusters.flatMap((cluster) => {
    const witnesses = witnessesOf([both.before, both.after], cluster);
    return people.flatMap((person) =>
      profiles.flatMap((profile) => changesOf(both, { person, cluster, profile, witnesses })),
    );
  });
  return { changes: together(cells), further: furtherChanges(both) };
}

function union({ before, after }: Versions, of: (policy: Policy) => readonly string[]): readonly string[] {
  return [...new Set([...of(before), ...of(after)])].sort();
}

const SLACK_GROUP = "slack-user-group-";

/** Who is in a Slack user group is not known here: somebody in it stands for all of them. */
function withSlackGroups(both: Versions): Versions {
  const groups = union(both, ({ groups }) => Object.values(groups).flatMap(({ slackGroups }) => slackGroups));
  const more = Object.fromEntries(
    groups.map((id) => [`${SLACK_GROUP}${id}`, { name: `whoever is in Slack user group ${id}`, slack: "T00/U00" }]),
  );
  const add = (policy: Policy): Policy => ({ ...policy, people: { ...policy.people, ...more } });
  return { before: add(both.before), after: add(both.after) };
}

function recordOf(person: string): PersonRecord {
  return recordFor(person, person.startsWith(SLACK_GROUP) ? [person.slice(SLACK_GROUP.length)] : []);
}

interface Row {
  readonly person: string;
  readonly cluster: string;
  readonly profile: string;
  readonly witnesses: readonly Witness[];
}

function changesOf(both: Versions, { person, cluster, profile, witnesses }: Row): readonly Change[] {
  const by = recordOf(person);
  const name = own(both.after.people, person)?.name ?? own(both.before.people, person)?.name ?? person;
  const words = own(both.after.profiles, profile)?.words ?? own(both.before.profiles, profile)?.words ?? profile;
  const changes = witnesses.flatMap((witness) => {
    const spot = { cluster, namespace: witness.namespace, labels: witness.labels, profile };
    const row = { people: [name], cluster, namespaces: [witness.words], profile, words };
    const ask = compareAsking(both, (policy) => possibleAccess(policy, by, spot));
    const glass = compareGlass(both, (policy) => possibleGlass(policy, by, spot));
    return [
      ...(ask === null ? [] : [{ kind: "ask" as const, ...row, ...ask }]),
      ...(glass === null ? [] : [{ kind: "breakGlass" as const, ...row, ...glass }]),
    ];
  });
  return withoutRepeats(changes);
}

type BothWords = Pick<Change, "before" | "after">;

/** Neither another name for the same nor the same in other words is a change. */
function compareAsking({ before, after }: Versions, of: (policy: Policy) => Possible): BothWords | null {
  const [one, other] = [of(before), of(after)];
  if (JSON.stringify(one) === JSON.stringify(other)) return null;
  const tiers = tiersToSay(one, other);
  const words = { before: sayPossible(before, one, tiers), after: sayPossible(after, other, tiers) };
  return words.before === words.after ? null : words;
}

function compareGlass({ before, after }: Versions, of: (policy: Policy) => number | null): BothWords | null {
  const words = { before: sayGlass(of(before)), after: sayGlass(of(after)) };
  return words.before === words.after ? null : words;
}

function sayGlass(seconds: number | null): string {
  return seconds === null ? NOT_AT_ALL : `for up to ${sayDuration(seconds)}`;
}

/** What happens to a namespace whatever its label, or to a label whatever the namespace, is said once. */
function withoutRepeats(changes: readonly Change[]): readonly Change[] {
  const keyOf = ({ kind, before, after }: Change, place: string) => [kind, place, before, after].join("\n");
  const said = new Set(changes.map((change) => keyOf(change, change.namespaces[0] ?? "")));
  return changes.filter((change) => {
    const [name = "", label] = (change.namespaces[0] ?? "").split(" labelled ");
    const wider = name === "any other" ? [name] : [name, `any other labelled ${label}`];
    return label === undefined || !wider.some((place) => said.has(keyOf(change, place)));
  });
}

/** People to whom the same happens in the same namespaces stand in one line. */
function together(cells: readonly Change[]): readonly Change[] {
  const byPerson = merge(
    cells,
    ({ people }) => people.join(),
    (one, other) => ({
      ...one,
      namespaces: [...new Set([...one.namespaces, ...other.namespaces])],
    }),
  );
  return merge(
    byPerson,
    ({ namespaces }) => namespaces.join(),
    (one, other) => ({
      ...one,
      people: [...one.people, ...other.people],
    }),
  );
}

function merge(
  changes: readonly Change[],
  key: (change: Change) => string,
  join: (one: Change, other: Change) => Change,
): readonly Change[] {
  const merged = new Map<string, Change>();
  for (const change of changes) {
    const { kind, cluster, profile, before, after } = change;
    const place = [kind, cluster, profile, before, after, key(change)].join("\n");
    const one = merged.get(place);
    merged.set(place, one === undefined ? change : join(one, change));
  }
  return [...merged.values()];
}

/** Takes what changes; returns it in words, a line each. */
export function sayDiff({ changes, further }: PolicyDiff): readonly string[] {
  const lines = [...changes.map(sayChange), ...further];
  return lines.length > 0 ? lines : ["no change in what anybody may have"];
}

function sayChange({ kind, people, cluster, namespaces, words, before, after }: Change): string {
  const what = `${kind === "breakGlass" ? "lend themselves " : ""}${words} in ${namespaces.join(", ")} on ${cluster}`;
  const who = people.join(", ");
  return after === NOT_AT_ALL
    ? `${who} may no longer ${what} (before: ${before})`
    : `${who} may now ${what} ${after} (before: ${before})`;
}
