/**
 * Rules that are sure to cover the same cell: one of them would never decide about it, and nobody would see which. Of a
 * thousand rules each would have to be compared with each, with all of their people and namespaces; so rules are looked
 * up by their namespaces, and people are compared as sets of bits.
 */
import { matchesGlob } from "./glob.ts";
import { addAll, haveCommon, type NameBits, NumberedNames } from "./name-bits.ts";
import type { PolicyFault } from "./policy-fault.ts";
import { RulesByNamespace } from "./policy-faults-namespaces.ts";
import type { PolicyShape, Rule } from "./policy-schema.ts";

/** A rule, its place in the list, and all that its `who` comes to: the names themselves, and people behind them. */
interface Reach {
  readonly rule: Rule;
  readonly i: number;
  readonly who: NameBits;
  readonly profiles: NameBits;
}

/**
 * Takes a policy; returns a fault for each rule that surely covers what one before it covers, with the first of these: one
 * of each pair would be millions where thousands of rules cover one cell.
 */
export function overlapFaults(policy: PolicyShape): readonly PolicyFault[] {
  const named = whoever(policy);
  const profiles = new NumberedNames(policy.rules.flatMap((rule) => rule.profiles));
  const clusters = new Map<string, Reach[]>();
  for (const [i, rule] of policy.rules.entries()) {
    if (rule.when !== undefined) continue;
    const reach = { rule, i, who: named.behind(rule.who), profiles: profiles.setOf(rule.profiles) };
    const reaches = clusters.get(rule.cluster) ?? [];
    clusters.set(rule.cluster, reaches);
    reaches.push(reach);
  }
  const faults = [...clusters.values()].flatMap((reaches) => faultsWithin(reaches, named));
  return faults.toSorted((one, other) => Number(one.path[1]) - Number(other.path[1]));
}

function faultsWithin(reaches: readonly Reach[], named: Whoever): readonly PolicyFault[] {
  const byNamespace = new RulesByNamespace(reaches.map(({ rule }) => rule.namespaces));
  return reaches.flatMap((reach, place) => {
    const other = byNamespace
      .before(place)
      .map((before) => reaches[before])
      .find((one) => one !== undefined && haveCommon(one.profiles, reach.profiles) && haveCommon(one.who, reach.who));
    if (other === undefined) return [];
    const cell = sharedCell(other, reach, named);
    const message = `rule "${other.rule.name}" covers ${cell} too: leave it to one of them, or give one a condition (when)`;
    return [{ path: ["rules", reach.i], message }];
  });
}

function sharedCell(one: Reach, other: Reach, named: Whoever): string {
  const profile = one.rule.profiles.find((id) => other.rule.profiles.includes(id));
  const who = named.firstInBoth(one.rule.who, other.who);
  return `${who}, ${profile}, ${one.rule.cluster}/${sharedEntry(one.rule, other.rule)}`;
}

/** Two globs may both match something or nothing; an entry in both, or a name and its glob, surely do. */
function sharedEntry(one: Rule, other: Rule): string | undefined {
  const [here, there] = [one, other].map(({ namespaces }) => namespaces.map(sayEntry)) as [string[], string[]];
  const all = new Set(there);
  const matched = (globs: string[], names: string[]) =>
    names.find((name) => globs.some((glob) => matchesGlob(glob, name)));
  const [globs, names] = [(entry: string) => /[*?]/.test(entry), (entry: string) => !/[*?=]/.test(entry)];
  return (
    here.find((entry) => all.has(entry)) ??
    matched(here.filter(globs), there.filter(names)) ??
    matched(there.filter(globs), here.filter(names))
  );
}

/** As it is written; a label's `=` stands in no name. */
function sayEntry(entry: Rule["namespaces"][number]): string {
  return typeof entry === "string" ? entry : `${entry.label}=${entry.value}`;
}

interface Whoever {
  /** Takes names of people, companies and groups; returns these and the people behind them. */
  behind(who: readonly string[]): NameBits;
  /** Takes such names, and a set; returns the first of them, or of the people behind them, that is in it. */
  firstInBoth(who: readonly string[], others: NameBits): string | undefined;
}

function whoever({ people, companies, groups, rules }: PolicyShape): Whoever {
  const employees = new Map<string, string[]>();
  for (const [id, { company }] of Object.entries(people)) {
    if (company === undefined) continue;
    const others = employees.get(company) ?? [];
    employees.set(company, others);
    others.push(id);
  }
  const listedIn = (name: string) => (Object.hasOwn(groups, name) ? (groups[name]?.people ?? []) : []);
  const lists = [people, companies, groups].flatMap(Object.keys);
  const names = new NumberedNames([
    ...lists,
    ...rules.flatMap(({ who }) => who),
    ...Object.keys(groups).flatMap(listedIn),
  ]);
  const known = new Map<string, NameBits>();
  const one = (name: string): NameBits => {
    const bits = known.get(name) ?? names.setOf([name, ...listedIn(name), ...(employees.get(name) ?? [])]);
    known.set(name, bits);
    return bits;
  };
  return {
    behind: (who) => {
      const all = names.setOf(who);
      for (const name of who) addAll(all, one(name));
      return all;
    },
    firstInBoth: (who, others) => {
      const isThere = (name: string) => names.isIn(others, name);
      const within = (of: (name: string) => readonly string[]) => {
        for (const name of who) {
          const found = of(name).find(isThere);
          if (found !== undefined) return found;
        }
        return undefined;
      };
      return who.find(isThere) ?? within(listedIn) ?? within((name) => employees.get(name) ?? []);
    },
  };
}
