/** What two versions say of one person, cluster and profile, cut down to the entries that speak of them. */
import type { PersonRecord } from "../workflows/person.ts";
import { own, type Policy } from "../workflows/policy.ts";
import type { NamespaceMatch } from "../workflows/policy-schema.ts";
import { namingIn, type Subject, type Versions } from "./diff-subjects.ts";
import type { Effort } from "./glob-regions.ts";
import { type Places, placesOf } from "./row-places.ts";

/** A version with those entries alone that speak of the row, and each of them naming its person. */
type Cut = Policy;

/** One row of the comparison, to be looked at in each of its places. */
export interface Row {
  readonly subject: Subject;
  readonly cluster: string;
  readonly profile: string;
  readonly cut: Versions;
  readonly places: Places;
}

/** All that was understood of two versions so far. */
export class Rows {
  readonly #both: Versions;
  readonly #effort: Effort;
  /** Nothing but entries differs between the versions. */
  readonly #isSameWorld: boolean;
  readonly #places = new Map<string, Places>();
  readonly #texts = new WeakMap<object, string>();

  /** Takes both versions, and how much may be done to find places. */
  constructor(both: Versions, effort: Effort) {
    this.#both = both;
    this.#effort = effort;
    this.#isSameWorld = worldOf(both.before) === worldOf(both.after);
  }

  /** Takes a subject, the clusters and the profiles; returns the rows of it in which something may differ. */
  *of(subject: Subject, clusters: readonly string[], profiles: readonly string[]): Generator<Row> {
    const named = { before: namedIn(this.#both.before, subject.by), after: namedIn(this.#both.after, subject.by) };
    if (named.before.rules.length + named.after.rules.length + glassOf(named) === 0) return;
    for (const cluster of clusters) {
      for (const profile of profiles) {
        const cut = { before: cutTo(named.before, cluster, profile), after: cutTo(named.after, cluster, profile) };
        if (cut.before.rules.length + cut.after.rules.length + glassOf(cut) === 0) continue;
        if (this.#isSameWorld && this.#textOf(cut.before) === this.#textOf(cut.after)) continue;
        yield { subject, cluster, profile, cut, places: this.#placesOf(cut) };
      }
    }
  }

  #placesOf({ before, after }: Versions): Places {
    const entries = [...entriesOf(before), ...entriesOf(after)].map(({ namespaces }) => namespaces);
    const key = JSON.stringify(entries);
    const places = this.#places.get(key) ?? placesOf(entries, this.#effort);
    this.#places.set(key, places);
    return places;
  }

  #textOf(cut: Cut): string {
    return [cut.rules, cut.denials, cut.breakGlass?.rules ?? []]
      .map((list) =>
        list
          .map((entry) => this.#entryText(entry))
          .sort()
          .join("\n"),
      )
      .join("\n\n");
  }

  #entryText(entry: object): string {
    const text = this.#texts.get(entry) ?? JSON.stringify(entry);
    this.#texts.set(entry, text);
    return text;
  }
}

function glassOf({ before, after }: Versions): number {
  return (before.breakGlass?.rules.length ?? 0) + (after.breakGlass?.rules.length ?? 0);
}

type Entry = { readonly namespaces?: readonly NamespaceMatch[] | undefined };

function entriesOf({ rules, denials, breakGlass }: Cut): readonly Entry[] {
  return [...rules, ...denials, ...(breakGlass?.rules ?? [])];
}

function namedIn(policy: Policy, by: PersonRecord): Cut {
  const isListed = own(policy.people, by.person) !== undefined;
  const names = namingIn(policy, by);
  const cut = {
    ...policy,
    rules: policy.rules.filter(({ who }) => names(who)).map((rule) => ({ ...rule, who: [by.person] })),
    denials: policy.denials.filter(({ who }) => names(who)).map(({ who: _, ...denial }) => denial),
  };
  const isOnCall = isListed && names([policy.onCall]);
  return isOnCall ? cut : withGlass(cut, () => false);
}

function cutTo(policy: Cut, cluster: string, profile: string): Cut {
  const isHere = (entry: { cluster?: string | undefined; profiles?: readonly string[] | undefined }) =>
    (entry.cluster ?? cluster) === cluster && (entry.profiles?.includes(profile) ?? true);
  const cut = { ...policy, rules: policy.rules.filter(isHere), denials: policy.denials.filter(isHere) };
  return withGlass(cut, isHere);
}

function withGlass(policy: Cut, isKept: (rule: NonNullable<Cut["breakGlass"]>["rules"][number]) => boolean): Cut {
  const { breakGlass } = policy;
  return breakGlass === undefined
    ? policy
    : { ...policy, breakGlass: { ...breakGlass, rules: breakGlass.rules.filter(isKept) } };
}

/** All that a row hangs on beside its entries. */
function worldOf({ companies, people, groups, onCall, profiles, risk, breakGlass }: Policy): string {
  const { rules: _, ...glass } = breakGlass ?? { rules: [] };
  return JSON.stringify([companies, people, groups, onCall, profiles, risk.tiers, glass]);
}
