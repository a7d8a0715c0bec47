/**
 * The places in which what two versions say of one person, cluster and profile may differ. What differs anywhere differs
 * where at most two of their entries meet: the one that lends, and the one that forbids it or is stricter. So each set of
 * globs that a name can match is looked at without labels and with each label, and each two labels where no glob is met.
 * Of what is found, all that one more entry may tell apart is looked at as well: there it may be otherwise.
 */
import type { NamespaceMatch } from "../workflows/policy-schema.ts";
import { type Effort, type Region, regionsOf } from "./glob-regions.ts";
import { tellingOf } from "./region-words.ts";

/** A name and labels that stand for all of their kind. */
export interface Place {
  /** Labels, and globs that match the name, each once. Whatever has all of these and more is a narrower place. */
  readonly keys: readonly string[];
  readonly name: string;
  /** The fewest of the globs that say which names these are. */
  readonly globs: readonly string[];
  readonly labels: readonly string[];
}

/** Places that the same entries cover, by their position: one stands for all of them. */
export interface Alike {
  readonly places: readonly [Place, ...Place[]];
  readonly covering: readonly number[];
}

const MOST_PLACES = 100_000;
/** What is below a place is judged anew, which takes about so many steps of a walk. */
const STEPS_EACH = 10;

/** What entries say of namespaces: the places to look at, and those below each of them. */
export class Places {
  readonly alike: readonly Alike[];
  readonly #isFound: boolean;
  readonly #regions: readonly Region[];
  readonly #byGlob = new Map<string, Region[]>();
  readonly #telling: ReadonlyMap<Region, readonly string[]>;
  readonly #labels: readonly Label[];
  readonly #everywhere: readonly number[];
  readonly #byMatch: ReadonlyMap<string, readonly number[]>;
  readonly #effort: Effort;
  #isCut = false;

  /** Takes what entries say of namespaces (undefined: all), and the effort that is left. */
  constructor(entries: readonly (readonly NamespaceMatch[] | undefined)[], effort: Effort) {
    const matches = entries.flatMap((entry) => entry ?? []);
    const globs = matches.filter((match) => typeof match === "string");
    const found = regionsOf(globs, effort);
    this.#effort = effort;
    this.#regions = found.regions;
    this.#telling = tellingOf(found.regions);
    this.#labels = labelsIn(matches);
    this.#everywhere = entries.flatMap((entry, i) => (entry === undefined ? [i] : []));
    this.#byMatch = entriesBy(entries);
    for (const region of found.regions) {
      for (const glob of region.globs) put(this.#byGlob, glob, region);
    }
    const { alike, isWhole } = this.#look();
    this.alike = alike;
    this.#isFound = found.isWhole && isWhole;
  }

  /** Whether these are all; there may be more where that was too much. */
  get isWhole(): boolean {
    return this.#isFound && !this.#isCut;
  }

  /**
   * Takes a place, of these or of fewer entries; returns the places below it that one more entry may tell from it: those of
   * narrower names, and those with one label more. Itself is among them, as narrow as it is called here.
   */
  below({ keys, labels }: Place): readonly Alike[] {
    const globs = keys.filter((key) => !labels.includes(key));
    const set = this.#labels.filter((label) => labels.includes(keyOf(label)));
    const first = globs.at(-1) ?? null;
    const near = first === null ? this.#regions : (this.#byGlob.get(first) ?? []);
    const regions = near.filter((region) => globs.every((glob) => region.globs.includes(glob)));
    const more = this.#labels.filter(({ label }) => !set.some((one) => one.label === label));
    const least = leastOf(regions);
    const sets = [set, ...more.map((label) => [...set, label])];
    this.#effort.left -= near.length + regions.length * sets.length * STEPS_EACH;
    if (this.#effort.left <= 0) this.#isCut = true;
    const around = this.#isCut ? least : regions;
    return around.flatMap((region) => sets.map((one) => this.#alikeIn(region, one)));
  }

  #look(): { readonly alike: readonly Alike[]; readonly isWhole: boolean } {
    const alike = new Map<string, { places: [Place, ...Place[]]; covering: readonly number[] }>();
    let count = 0;
    for (const [region, set] of together(this.#regions, this.#labels)) {
      if (++count > MOST_PLACES || this.#effort.left <= 0) return { alike: [...alike.values()], isWhole: false };
      const { places, covering } = this.#alikeIn(region, set);
      this.#effort.left -= covering.length + 1;
      const others = alike.get(covering.join());
      if (others === undefined) alike.set(covering.join(), { places: [...places], covering });
      else others.places.push(...places);
    }
    return { alike: [...alike.values()], isWhole: true };
  }

  #alikeIn(region: Region, set: readonly Label[]): Alike {
    const labels = set.map(keyOf).sort();
    const keys = [...labels, ...region.globs];
    const met = new Set([...this.#everywhere, ...keys.flatMap((key) => this.#byMatch.get(key) ?? [])]);
    const place = { keys, name: region.name, globs: this.#telling.get(region) ?? region.globs, labels };
    return { places: [place], covering: [...met].sort((one, other) => one - other) };
  }
}

type Label = Exclude<NamespaceMatch, string>;

function labelsIn(matches: readonly NamespaceMatch[]): readonly Label[] {
  const labels = matches.flatMap((match) => (typeof match === "string" ? [] : [[keyOf(match), match] as const]));
  return [...new Map(labels).values()];
}

function* together(
  regions: readonly Region[],
  labels: readonly Label[],
): Generator<readonly [Region, readonly Label[]]> {
  const least = leastOf(regions);
  for (const region of regions) yield [region, []];
  for (const region of regions) for (const label of labels) yield [region, [label]];
  for (const pair of pairsOf(labels)) for (const region of least) yield [region, pair];
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
      put(by, key, i);
    }
  }
  return by;
}

function put<One>(lists: Map<string, One[]>, key: string, one: One): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [one]);
  else list.push(one);
}
