/** Whose possible access changes between two versions of a policy. */
import { own, type Policy } from "../workflows/policy.ts";
import { withAlikeConditions } from "./alike-conditions.ts";
import { type ChangeKind, type Comparing, columnOf, type Table } from "./diff-columns.ts";
import { furtherChanges } from "./diff-further.ts";
import { linesOf } from "./diff-lines.ts";
import { Rows } from "./diff-rows.ts";
import { kindsOf, sayWho, union, withSomebody } from "./diff-subjects.ts";
import { sayWhere } from "./diff-words.ts";
import { NOT_AT_ALL } from "./say-possible.ts";

/** What changes for some people, in some namespaces of a cluster: what they may ask for, or lend themselves. */
export interface Change {
  readonly kind: ChangeKind;
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
  const both = withSomebody(withAlikeConditions({ before, after }));
  const clusters = union(both, ({ rules, breakGlass }) =>
    [...rules, ...(breakGlass?.rules ?? [])].map(({ cluster }) => cluster),
  );
  const profiles = union(both, ({ profiles }) => Object.keys(profiles));
  const { kinds, isWhole } = kindsOf(both);
  const unseen = new Set(isWhole ? [] : [MANY_GROUPS]);
  const rows = new Rows(both, { left: MOST_STEPS });
  const comparing: Comparing = { both, known: { before: new Map(), after: new Map() }, changes: new Map() };
  const changes = clusters.flatMap((cluster) =>
    profiles.flatMap((profile) => {
      const tables = kinds.map((kind) => ({ kind, rows: kind.cases.map((one) => rows.of(one, cluster, profile)) }));
      const found = changesOf(comparing, { cluster, profile }, tables);
      if (tables.some((one) => one.rows.some(({ isWhole }) => !isWhole()))) unseen.add(sayUnseen({ cluster, profile }));
      return found;
    }),
  );
  return { changes: together(changes), further: furtherChanges(both), unseen: [...unseen] };
}

const MANY_GROUPS =
  "not all was compared: there are too many people and Slack user groups to look at each person with each of these";

type Of = Pick<Change, "cluster" | "profile">;

function changesOf(comparing: Comparing, of: Of, tables: readonly Table[]): readonly Change[] {
  const { before, after } = comparing.both;
  const { profile } = of;
  const words = own(after.profiles, profile)?.words ?? own(before.profiles, profile)?.words ?? profile;
  return (["ask", "breakGlass"] as const).flatMap((kind) =>
    linesOf(tables.map((table) => columnOf(comparing, kind, table))).flatMap((line) =>
      line.kind.names.map((name): Change => {
        const people = [sayWho(name, line.kind.isAnybody, line.slackGroups)];
        return { kind, people, ...of, namespaces: [sayWhere(line)], words, ...line.change };
      }),
    ),
  );
}

function sayUnseen({ cluster, profile }: Of): string {
  return `not all was compared: for ${profile} on ${cluster} there are too many ways in which globs and labels meet: of names that match several globs at once, each two globs were looked at where there was time for it`;
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
  // At some tiers of risk alone, or at all.
  return after.startsWith(NOT_AT_ALL)
    ? `${who} may no longer ${[what, after.slice(NOT_AT_ALL.length).trim()].join(" ").trim()} (before: ${before})`
    : `${who} may now ${what} ${after} (before: ${before})`;
}
