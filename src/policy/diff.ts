/** Whose possible access changes between two versions of a policy. */
import { own, type Policy } from "../workflows/policy.ts";
import { furtherChanges } from "./diff-further.ts";
import { type Row, Rows, type Spots } from "./diff-rows.ts";
import {
  type Subject,
  subjectKey,
  subjectsOf,
  union,
  type Versions,
  widerKeys,
  withSomebody,
} from "./diff-subjects.ts";
import { type Known, possibleAccess, possibleGlass } from "./possible-access.ts";
import type { Place } from "./row-places.ts";
import { groupsAlike, NOT_AT_ALL, sayGlass, sayPossible, tiersToSay } from "./say-possible.ts";

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

/** All that changes; all lists are empty where nobody may have anything else than before. */
export interface PolicyDiff {
  readonly changes: readonly Change[];
  /** What changes beside cells, each a line. */
  readonly further: readonly string[];
  /** What was too much to be compared, each a line: of that nobody knows. */
  readonly unseen: readonly string[];
}

/** Nothing differs. */
export const NO_DIFF: PolicyDiff = { changes: [], further: [], unseen: [] };

/** A few seconds on a slow machine; policies of companies take less than a thousandth of it. */
const MOST_STEPS = 40_000_000;

/** Takes two versions of a policy; returns what changes. Order, names of rules and how they are cut say nothing. */
export function diffPolicies(before: Policy, after: Policy): PolicyDiff {
  const both = withSomebody({ before, after });
  const clusters = union(both, ({ rules, breakGlass }) =>
    [...rules, ...(breakGlass?.rules ?? [])].map(({ cluster }) => cluster),
  );
  const profiles = union(both, ({ profiles }) => Object.keys(profiles));
  const { subjects, isWhole } = subjectsOf(both);
  const rows = new Rows(both, { left: MOST_STEPS });
  const unseen = new Set(isWhole ? [] : [MANY_GROUPS]);
  const comparing: Comparing = { both, known: { before: new Map(), after: new Map() }, said: new Set() };
  const cells = clusters.flatMap((cluster) =>
    subjects.flatMap((subject) =>
      profiles.flatMap((profile) => {
        const row = rows.of(subject, cluster, profile);
        if (!row.isWhole) unseen.add(sayUnseen(row));
        return changesOf(comparing, row);
      }),
    ),
  );
  return { changes: together(cells), further: furtherChanges(both), unseen: [...unseen] };
}

const MANY_GROUPS =
  "not all was compared: there are too many people and Slack user groups to look at each person with each of these";

function sayUnseen({ cluster, profile }: Row): string {
  return `not all was compared: for ${profile} on ${cluster} there are too many ways in which globs and labels meet: of names that match several globs at once, each two globs were looked at where there was time for it`;
}

interface Comparing {
  readonly both: Versions;
  readonly known: { readonly before: Known; readonly after: Known };
  /** What was said of whom and where. */
  readonly said: Set<string>;
}

function changesOf(comparing: Comparing, row: Row): readonly Change[] {
  const { both } = comparing;
  const { subject, cluster, profile } = row;
  const words = own(both.after.profiles, profile)?.words ?? own(both.before.profiles, profile)?.words ?? profile;
  return row.spots.flatMap((spots) => {
    const { places } = spots;
    const found = [
      ["ask", compareAsking(comparing, row, spots)] as const,
      ["breakGlass", compareGlass(comparing, row, spots)] as const,
    ];
    return found.flatMap(([kind, change]) =>
      change === null
        ? []
        : places.flatMap((place) => {
            const key = [kind, cluster, profile, change.before, change.after].join("\n");
            if (isSaid(comparing.said, subject, place, key)) return [];
            const namespaces = [
              [place.words, ...place.labelWords.slice(0, 1)].join(" labelled "),
              ...place.labelWords.slice(1),
            ].join(" and ");
            return [{ kind, people: [subject.name], cluster, namespaces: [namespaces], profile, words, ...change }];
          }),
    );
  });
}

/**
 * What happens to a namespace whatever its label, to a label whatever the namespace, or to somebody whatever Slack says of
 * them, is said once.
 */
function isSaid(said: Set<string>, subject: Subject, { words, labelWords }: Place, key: string): boolean {
  const placesOf = (name: string, labels: readonly string[]) => `${key}\n${name}\n${labels.join()}`;
  const fewer = labelWords.map((_, i) => labelWords.filter((__, other) => other !== i));
  const here = placesOf(words, labelWords);
  const wider = [
    ...[...fewer, ...(labelWords.length > 1 ? [[]] : [])].map((labels) => placesOf(words, labels)),
    ...(labelWords.length > 0 ? [labelWords, ...fewer].map((labels) => placesOf("any other", labels)) : []),
  ].filter((place) => place !== here);
  const own = subjectKey(subject);
  said.add(`${own}\n${here}`);
  const isWider = wider.some((place) => said.has(`${own}\n${place}`));
  return isWider || widerKeys(subject).some((one) => [here, ...wider].some((place) => said.has(`${one}\n${place}`)));
}

type BothWords = Pick<Change, "before" | "after">;

/** Neither another name for the same nor the same in other words is a change. */
function compareAsking({ both, known }: Comparing, { subject, profile }: Row, spots: Spots): BothWords | null {
  const { before, after } = both;
  const { by } = subject;
  const one = possibleAccess(before, { by, profile, known: known.before }, spots.before);
  const other = possibleAccess(after, { by, profile, known: known.after }, spots.after);
  const isAlike = groupsAlike(before, one, after, other);
  if (isAlike && JSON.stringify(one) === JSON.stringify(other)) return null;
  const tiers = tiersToSay(one, other);
  const say = (withIds: boolean) => ({
    before: sayPossible(before, one, { tiers, withIds }),
    after: sayPossible(after, other, { tiers, withIds }),
  });
  const words = say(false);
  if (words.before !== words.after) return words;
  return isAlike ? null : say(true);
}

function compareGlass({ both, known }: Comparing, { subject, profile }: Row, spots: Spots): BothWords | null {
  const { by } = subject;
  const words = {
    before: sayGlass(possibleGlass(both.before, { by, profile, known: known.before }, spots.before)),
    after: sayGlass(possibleGlass(both.after, { by, profile, known: known.after }, spots.after)),
  };
  return words.before === words.after ? null : words;
}

/** People to whom the same happens in the same namespaces stand in one line. */
function together(cells: readonly Change[]): readonly Change[] {
  const byPerson = merge(
    cells,
    ({ people }) => people.join(),
    (one, other) => ({ namespaces: [...new Set([...one.namespaces, ...other.namespaces])] }),
  );
  return merge(
    byPerson,
    ({ namespaces }) => namespaces.join(),
    (one, other) => ({ people: [...one.people, ...other.people] }),
  );
}

function merge(
  changes: readonly Change[],
  key: (change: Change) => string,
  join: (one: Change, other: Change) => Partial<Change>,
): readonly Change[] {
  const merged = new Map<string, Change>();
  for (const change of changes) {
    const { kind, cluster, profile, before, after } = change;
    const place = [kind, cluster, profile, before, after, key(change)].join("\n");
    const one = merged.get(place);
    merged.set(place, one === undefined ? change : { ...one, ...join(one, change) });
  }
  return [...merged.values()];
}

/** Takes what changes; returns it in words, a line each. */
export function sayDiff({ changes, further, unseen }: PolicyDiff): readonly string[] {
  const lines = [...changes.map(sayChange), ...further];
  if (lines.length > 0) return [...lines, ...unseen];
  return unseen.length > 0 ? ["no change was found, but:", ...unseen] : ["no change in what anybody may have"];
}

function sayChange({ kind, people, cluster, namespaces, words, before, after }: Change): string {
  const what = `${kind === "breakGlass" ? "lend themselves " : ""}${words} in ${namespaces.join(", ")} on ${cluster}`;
  const who = people.join(", ");
  return after === NOT_AT_ALL
    ? `${who} may no longer ${what} (before: ${before})`
    : `${who} may now ${what} ${after} (before: ${before})`;
}
