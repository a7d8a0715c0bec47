/** What two versions say of one person, cluster and profile: the entries that speak of them, and where these differ. */
import type { PersonRecord } from "../workflows/person.ts";
import { own, type Policy } from "../workflows/policy.ts";
import type { NamespaceMatch } from "../workflows/policy-schema.ts";
import { namingIn, type Subject, type Versions } from "./diff-subjects.ts";
import type { Effort } from "./glob-regions.ts";
import type { Entries } from "./possible-access.ts";
import { type Alike, type Place, Places } from "./row-places.ts";

/** The entries of both versions that apply somewhere. */
export interface Meeting {
  readonly before: Entries;
  readonly after: Entries;
  /** Nothing can differ there. */
  readonly isSame: boolean;
}

/** Places in which the same entries of both versions apply, and these. */
export interface Spots {
  readonly places: readonly [Place, ...Place[]];
  /** The same object wherever the same entries of one row meet. */
  readonly meeting: Meeting;
}

/** Where something may differ. */
interface Differing {
  readonly spots: readonly Spots[];
  /** Takes a place of this or of a wider row; returns it and the places below it, as far as they are told apart here. */
  readonly below: (place: Place) => readonly Spots[];
  /** Not whole where it was too much to find out. */
  readonly isWhole: () => boolean;
}

/** One row of the comparison. */
export interface Row extends Differing {
  readonly subject: Subject;
  readonly cluster: string;
  readonly profile: string;
}

type Both = { readonly before: Entries; readonly after: Entries };

/** All that was understood of two versions so far. */
export class Rows {
  readonly #both: Versions;
  readonly #effort: Effort;
  /** Nothing but entries differs between the versions. */
  readonly #isSameWorld: boolean;
  readonly #found = new Map<string, Differing>();
  readonly #named = new Map<Subject, Both>();
  readonly #ids = new Map<object, number>();
  readonly #texts = new Map<object, string>();

  /** Takes both versions, and how much may be done to find places. */
  constructor(both: Versions, effort: Effort) {
    this.#both = both;
    this.#effort = effort;
    this.#isSameWorld = worldOf(both.before) === worldOf(both.after);
  }

  /** Takes whose row it is, and of what; returns it, with the places in which something may differ. */
  of(subject: Subject, cluster: string, profile: string): Row {
    const named = this.#namedOf(subject);
    const before = cutTo(named.before, cluster, profile);
    const after = cutTo(named.after, cluster, profile);
    const row = { subject, cluster, profile };
    if (isNothing(before) && isNothing(after)) return { ...row, ...NOTHING };
    const key = [this.#keyOf(before), this.#keyOf(after)].join("|");
    const found = this.#found.get(key) ?? this.#differing({ before, after });
    this.#found.set(key, found);
    return { ...row, ...found };
  }

  #namedOf(subject: Subject): Both {
    const { before, after } = this.#both;
    const named = this.#named.get(subject) ?? {
      before: namedIn(before, subject.by),
      after: namedIn(after, subject.by),
    };
    this.#named.set(subject, named);
    return named;
  }

  #differing(both: Both): Differing {
    if (this.#isSame(both)) {
      const meeting = { ...both, isSame: true };
      return { ...NOTHING, below: (place) => [{ places: [place], meeting }] };
    }
    const all: readonly Entry[] = [...listOf(both.before), ...listOf(both.after)];
    const places = new Places(
      all.map(({ namespaces }) => namespaces),
      this.#effort,
    );
    const known = new Map<string, Meeting>();
    const spotsOf = ({ places, covering }: Alike): Spots => {
      const key = covering.join();
      const meeting = known.get(key) ?? this.#meetingOf(both, new Set<object>(covering.flatMap((i) => all[i] ?? [])));
      known.set(key, meeting);
      return { places, meeting };
    };
    return {
      spots: places.alike.map(spotsOf).filter(({ meeting }) => !meeting.isSame),
      below: (place) => places.below(place).map(spotsOf),
      isWhole: () => places.isWhole,
    };
  }

  #meetingOf({ before, after }: Both, met: ReadonlySet<object>): Meeting {
    const here = { before: only(before, met), after: only(after, met) };
    return { ...here, isSame: this.#isSame(here) };
  }

  #isSame({ before, after }: Both): boolean {
    return this.#isSameWorld && this.#textOf(before) === this.#textOf(after);
  }

  #keyOf(entries: Entries): string {
    return listOf(entries)
      .map((entry) => {
        const id = this.#ids.get(entry) ?? this.#ids.size;
        this.#ids.set(entry, id);
        return id;
      })
      .join();
  }

  /** Who is named beside the one whose row it is makes no difference. */
  #textOf({ rules, denials, glass }: Entries): string {
    const say = (entry: object) => {
      const text = this.#texts.get(entry) ?? JSON.stringify({ ...entry, who: [] });
      this.#texts.set(entry, text);
      return text;
    };
    return [rules, denials, glass].map((list) => list.map(say).sort().join("\n")).join("\n\n");
  }
}

const NOTHING: Differing = { spots: [], below: () => [], isWhole: () => true };

type Entry = { readonly namespaces?: readonly NamespaceMatch[] | undefined };

function listOf({ rules, denials, glass }: Entries) {
  return [...rules, ...denials, ...glass];
}

function isNothing({ rules, glass }: Entries): boolean {
  return rules.length === 0 && glass.length === 0;
}

function filter({ rules, denials, glass }: Entries, isKept: (entry: Coverage) => boolean): Entries {
  return { rules: rules.filter(isKept), denials: denials.filter(isKept), glass: glass.filter(isKept) };
}

type Coverage = { readonly cluster?: string | undefined; readonly profiles?: readonly string[] | undefined };

function only(entries: Entries, met: ReadonlySet<object>): Entries {
  return filter(entries, (entry) => met.has(entry));
}

function cutTo(entries: Entries, cluster: string, profile: string): Entries {
  return filter(
    entries,
    (entry) => (entry.cluster ?? cluster) === cluster && (entry.profiles?.includes(profile) ?? true),
  );
}

function namedIn(policy: Policy, by: PersonRecord): Entries {
  if (own(policy.people, by.person) === undefined) return { rules: [], denials: [], glass: [] };
  const names = namingIn(policy, by);
  return {
    rules: policy.rules.filter(({ who }) => names(who)),
    denials: policy.denials.filter(({ who }) => names(who)),
    glass: names([policy.onCall]) ? (policy.breakGlass?.rules ?? []) : [],
  };
}

/** All that a row hangs on beside its entries. */
function worldOf({ companies, people, groups, onCall, profiles, risk, breakGlass }: Policy): string {
  return JSON.stringify([companies, people, groups, onCall, profiles, risk.tiers, breakGlass?.maxDuration]);
}
