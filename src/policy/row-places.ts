/**
 * The places in which what two versions say of one person, cluster and profile may differ. What differs anywhere differs
 * where at most two of their entries meet: the one that lends, and the one that forbids it or is stricter. So each set of
 * globs that a name can match is looked at without labels and with each label, and each two labels where no glob is met.
 */
import type { Labels } from "../workflows/cover.ts";
import type { NamespaceMatch } from "../workflows/policy-schema.ts";
import { type Effort, type Region, regionsOf } from "./glob-regions.ts";
import { wordsOf } from "./region-words.ts";

/** A name and labels that stand for all of their kind. */
export interface Place {
  readonly namespace: string;
  readonly labels: Labels;
  /** What people call the names, and each of the labels. */
  readonly words: string;
  readonly labelWords: readonly string[];
}

/** Places that the same entries cover, by their position: one stands for all of them. */
export interface Alike {
  readonly places: readonly [Place, ...Place[]];
  readonly covering: readonly number[];
}

/** What was found; not whole where there may be more. */
export interface Places {
  readonly alike: readonly Alike[];
  readonly isWhole: boolean;
}

const MOST_PLACES = 100_000;

/** Takes what entries say of namespaces (undefined: all), and the effort that is left; returns the places to look at. */
export function placesOf(entries: readonly (readonly NamespaceMatch[] | undefined)[], effort: Effort): Places {
  const matches = entries.flatMap((entry) => entry ?? []);
  const found = regionsOf(
    matches.filter((match) => typeof match === "string"),
    effort,
  );
  const words = wordsOf(found.regions);
  const labels = [
    ...new Map(
      matches.flatMap((match) => (typeof match === "string" ? [] : [[keyOf(match), match] as const])),
    ).values(),
  ];
  const sets = pairsOf(labels);
  const least = leastOf(found.regions);
  const everywhere = entries.flatMap((entry, i) => (entry === undefined ? [i] : []));
  const alike = new Map<string, { places: [Place, ...Place[]]; covering: readonly number[] }>();
  const byMatch = entriesBy(entries);
  let count = 0;
  for (const [region, set] of together(found.regions, least, labels, sets)) {
    if (++count > MOST_PLACES || effort.left <= 0) return { alike: [...alike.values()], isWhole: false };
    const met = meeting(byMatch, region, set);
    effort.left -= met.length + 1;
    const place = placeIn(region, words.get(region) ?? region.name, set);
    const others = alike.get(met.join());
    if (others === undefined) alike.set(met.join(), { places: [place], covering: [...everywhere, ...met] });
    else others.places.push(place);
  }
  return { alike: [...alike.values()], isWhole: found.isWhole };
}

type Label = Exclude<NamespaceMatch, string>;

function* together(
  regions: readonly Region[],
  least: readonly Region[],
  labels: readonly Label[],
  pairs: Iterable<readonly Label[]>,
): Generator<readonly [Region, readonly Label[]]> {
  for (const region of regions) yield [region, []];
  for (const region of regions) for (const label of labels) yield [region, [label]];
  for (const pair of pairs) for (const region of least) yield [region, pair];
}

/** A namespace has one value of a label at most. */
function* pairsOf(labels: readonly Label[]): Generator<readonly Label[]> {
  for (const [i, one] of labels.entries()) {
    for (const other of labels.slice(i + 1)) if (one.label !== other.label) yield [one, other];
  }
}

/** Those beside whose globs no other name does with fewer. */
function leastOf(regions: readonly Region[]): readonly Region[] {
  const least: Region[] = [];
  for (const region of regions.toSorted((one, other) => one.globs.length - other.globs.length)) {
    const here = new Set(region.globs);
    if (!least.some(({ globs }) => globs.every((glob) => here.has(glob)))) least.push(region);
  }
  return least;
}

function placeIn(region: Region, words: string, set: readonly Label[]): Place {
  return {
    ...{ namespace: region.name, words, labels: Object.fromEntries(set.map(({ label, value }) => [label, value])) },
    labelWords: set.map(keyOf),
  };
}

function keyOf({ label, value }: Label): string {
  return `${label}=${value}`;
}

/** Entries by each thing that they name; a label's `=` stands in no name and no glob. */
function entriesBy(
  entries: readonly (readonly NamespaceMatch[] | undefined)[],
): ReadonlyMap<string, readonly number[]> {
  const by = new Map<string, number[]>();
  for (const [i, entry] of entries.entries()) {
    for (const match of entry ?? []) {
      const key = typeof match === "string" ? match : keyOf(match);
      by.set(key, [...(by.get(key) ?? []), i]);
    }
  }
  return by;
}

function meeting(
  by: ReadonlyMap<string, readonly number[]>,
  { globs }: Region,
  set: readonly Label[],
): readonly number[] {
  const met = [...globs, ...set.map(keyOf)].flatMap((key) => by.get(key) ?? []);
  return [...new Set(met)].sort((one, other) => one - other);
}
