/** Whose possible access changes between two versions of a policy. */
import { own, type Policy } from "../workflows/policy.ts";
import { furtherChanges } from "./diff-further.ts";
import { type BothWords, type Column, type Found, linesOf } from "./diff-lines.ts";
import { type Meeting, type Row, Rows, type Spots } from "./diff-rows.ts";
import { type Kind, kindsOf, sayWho, union, type Versions, withSomebody } from "./diff-subjects.ts";
import { sayWhere } from "./diff-words.ts";
import { type Known, possibleAccess, possibleGlass } from "./possible-access.ts";
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
  const { kinds, isWhole } = kindsOf(both);
  const unseen = new Set(isWhole ? [] : [MANY_GROUPS]);
  const known = { before: new Map(), after: new Map() };
  const comparing: Comparing = {
    both,
    known,
    rows: new Rows(both, { left: MOST_STEPS }),
    kinds,
    unseen,
    changes: new Map(),
  };
  const changes = clusters.flatMap((cluster) =>
    profiles.flatMap((profile) => changesOf(comparing, { cluster, profile })),
  );
  return { changes: together(changes), further: furtherChanges(both), unseen: [...unseen] };
}

const MANY_GROUPS =
  "not all was compared: there are too many people and Slack user groups to look at each person with each of these";

interface Comparing {
  readonly both: Versions;
  readonly known: { readonly before: Known; readonly after: Known };
  readonly rows: Rows;
  readonly kinds: readonly Kind[];
  readonly unseen: Set<string>;
  readonly changes: Map<string, BothWords>;
}

interface Table {
  readonly kind: Kind;
  readonly rows: readonly Row[];
}

type Of = Pick<Change, "cluster" | "profile">;

function changesOf(comparing: Comparing, of: Of): readonly Change[] {
  const { both, rows, kinds, unseen } = comparing;
  const { cluster, profile } = of;
  const words = own(both.after.profiles, profile)?.words ?? own(both.before.profiles, profile)?.words ?? profile;
  const table = kinds.map((kind) => ({ kind, rows: kind.cases.map((subject) => rows.of(subject, cluster, profile)) }));
  const found = (["ask", "breakGlass"] as const).flatMap((kind) =>
    linesOf(table.map((one) => columnOf(comparing, kind, one))).flatMap((line) =>
      line.kind.names.map((name): Change => {
        const people = [sayWho(name, line.kind.isAnybody, line.slackGroups)];
        return { kind, people, cluster, namespaces: [sayWhere(line)], profile, words, ...line.change };
      }),
    ),
  );
  if (table.some((one) => one.rows.some(({ isWhole }) => !isWhole()))) unseen.add(sayUnseen(of));
  return found;
}

function sayUnseen({ cluster, profile }: Of): string {
  return `not all was compared: for ${profile} on ${cluster} there are too many ways in which globs and labels meet: of names that match several globs at once, each two globs were looked at where there was time for it`;
}

function columnOf(comparing: Comparing, what: Change["kind"], { kind, rows }: Table): Column {
  const compare = what === "ask" ? compareAsking : compareGlass;
  const changesIn = new Map(rows.map((row) => [row, new Map<Meeting, BothWords | null>()] as const));
  const foundIn = (row: Row, { places, meeting }: Spots): readonly Found[] => {
    const known = meeting.isSame ? null : changesIn.get(row)?.get(meeting);
    const change = known === undefined ? onlyOne(comparing, compare(comparing, row, meeting)) : known;
    changesIn.get(row)?.set(meeting, change);
    const { slackGroups } = row.subject.by;
    return places.map((place) => ({ place, slackGroups, keys: [...slackGroups, ...place.keys], change }));
  };
  return {
    kind,
    found: rows.flatMap((row) => row.spots.flatMap((spots) => foundIn(row, spots))),
    below: ({ place, slackGroups }) =>
      rows
        .filter(({ subject }) => slackGroups.every((id) => subject.by.slackGroups.includes(id)))
        .flatMap((row) => row.below(place).flatMap((spots) => foundIn(row, spots))),
  };
}

/** The same object for the same words. */
function onlyOne({ changes }: Comparing, words: BothWords | null): BothWords | null {
  if (words === null) return null;
  const key = JSON.stringify([words.before, words.after]);
  const one = changes.get(key) ?? words;
  changes.set(key, one);
  return one;
}

/** Neither another name for the same nor the same in other words is a change. */
function compareAsking({ both, known }: Comparing, { subject, profile }: Row, meeting: Meeting): BothWords | null {
  const { before, after } = both;
  const { by } = subject;
  const one = possibleAccess(before, { by, profile, known: known.before }, meeting.before);
  const other = possibleAccess(after, { by, profile, known: known.after }, meeting.after);
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

function compareGlass({ both, known }: Comparing, { subject, profile }: Row, meeting: Meeting): BothWords | null {
  const { by } = subject;
  const words = {
    before: sayGlass(possibleGlass(both.before, { by, profile, known: known.before }, meeting.before)),
    after: sayGlass(possibleGlass(both.after, { by, profile, known: known.after }, meeting.after)),
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
