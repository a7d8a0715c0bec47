/** What changes for one kind of people, in all of their cases of one cluster and profile. */
import type { Policy } from "../workflows/policy.ts";
import type { BothWords, Column, Found } from "./diff-lines.ts";
import type { Meeting, Row, Spots } from "./diff-rows.ts";
import { accountIn, type Kind, type Versions } from "./diff-subjects.ts";
import { type Known, possibleAccess, possibleGlass } from "./possible-access.ts";
import { groupsAlike, sayGlass, sayPossible, tiersToSay } from "./say-possible.ts";

/** What people may ask for, or lend themselves. */
export type ChangeKind = "ask" | "breakGlass";

/** What two versions are compared with, and what was found so far. */
export interface Comparing {
  readonly both: Versions;
  readonly known: { readonly before: Known; readonly after: Known };
  /** By their words. */
  readonly changes: Map<string, BothWords>;
}

/** One kind of people, and a row for each of their cases. */
export interface Table {
  readonly kind: Kind;
  readonly rows: readonly Row[];
}

/** Takes what is compared, of what, and whose rows; returns their cases, with what changes in each. */
export function columnOf(comparing: Comparing, what: ChangeKind, { kind, rows }: Table): Column {
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
  const byIn = (policy: Policy) => accountIn(policy, subject.by);
  const one = possibleAccess(before, { by: byIn(before), profile, known: known.before }, meeting.before);
  const other = possibleAccess(after, { by: byIn(after), profile, known: known.after }, meeting.after);
  const isAlike = groupsAlike(before, one, after, other);
  if (isAlike && JSON.stringify(one) === JSON.stringify(other)) return null;
  const tiers = tiersToSay(one, other);
  const say = (withIds: boolean) => ({
    before: sayPossible(before, one, { ...tiers, withIds }),
    after: sayPossible(after, other, { ...tiers, withIds }),
  });
  const words = say(false);
  if (words.before !== words.after) return words;
  return isAlike ? null : say(true);
}

function compareGlass({ both, known }: Comparing, { subject, profile }: Row, meeting: Meeting): BothWords | null {
  const glassIn = (version: "before" | "after") => {
    const by = accountIn(both[version], subject.by);
    return sayGlass(possibleGlass(both[version], { by, profile, known: known[version] }, meeting[version]));
  };
  const words = { before: glassIn("before"), after: glassIn("after") };
  return words.before === words.after ? null : words;
}
