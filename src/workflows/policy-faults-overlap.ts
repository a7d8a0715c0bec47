/** Rules that are sure to cover the same cell: one of them would never decide about it, and nobody would see which. */
import { matchesGlob } from "./glob.ts";
import type { PolicyFault } from "./policy-fault.ts";
import type { PolicyShape, Rule } from "./policy-schema.ts";

/** A rule, its place in the list, and all that its `who` comes to: the names themselves, and people behind them. */
interface Reach {
  readonly rule: Rule;
  readonly i: number;
  readonly who: ReadonlySet<string>;
  readonly entries: Entries;
}

/** A rule's namespaces: all as they are written (a label's `=` stands in no name), and those by glob and by name. */
interface Entries {
  readonly all: ReadonlySet<string>;
  readonly globs: readonly string[];
  readonly names: readonly string[];
}

/**
 * Takes a policy; returns a fault for each rule that surely covers what one before it covers, with the first of these: one
 * of each pair would be millions where thousands of rules cover one cell.
 */
export function overlapFaults(policy: PolicyShape): readonly PolicyFault[] {
  const reaches = policy.rules.flatMap((rule, i) =>
    rule.when === undefined ? [{ rule, i, who: peopleOf(policy, rule), entries: entriesOf(rule) }] : [],
  );
  return reaches.flatMap((reach, place) => {
    for (const other of reaches.slice(0, place)) {
      const cell = sharedCell(other, reach);
      if (cell === null) continue;
      const message = `rule "${other.rule.name}" covers ${cell} too: leave it to one of them, or give one a condition (when)`;
      return [{ path: ["rules", reach.i], message }];
    }
    return [];
  });
}

/** What is cheap to tell comes first. */
function sharedCell(one: Reach, other: Reach): string | null {
  if (one.rule.cluster !== other.rule.cluster) return null;
  const profile = one.rule.profiles.find((id) => other.rule.profiles.includes(id));
  if (profile === undefined) return null;
  const who = firstInBoth(one.who, other.who);
  if (who === undefined) return null;
  const place = sharedEntry(one.entries, other.entries);
  return place === null ? null : `${who}, ${profile}, ${one.rule.cluster}/${place}`;
}

/** Two globs may both match something or nothing; an entry in both, or a name and its glob, surely do. */
function sharedEntry(one: Entries, other: Entries): string | null {
  const inBoth = firstInBoth(one.all, other.all);
  return inBoth ?? matchedBy(one.globs, other.names) ?? matchedBy(other.globs, one.names);
}

function firstInBoth(one: ReadonlySet<string>, other: ReadonlySet<string>): string | undefined {
  for (const name of one) if (other.has(name)) return name;
  return undefined;
}

function matchedBy(globs: readonly string[], names: readonly string[]): string | null {
  return names.find((name) => globs.some((glob) => matchesGlob(glob, name))) ?? null;
}

function entriesOf({ namespaces }: Rule): Entries {
  const written = namespaces.filter((entry) => typeof entry === "string");
  const all = namespaces.map((entry) => (typeof entry === "string" ? entry : `${entry.label}=${entry.value}`));
  return { all: new Set(all), globs: written.filter(isGlob), names: written.filter((entry) => !isGlob(entry)) };
}

function isGlob(entry: string): boolean {
  return entry.includes("*") || entry.includes("?");
}

function peopleOf({ people, groups }: PolicyShape, { who }: Rule): ReadonlySet<string> {
  const names = new Set(who);
  const listed = who.flatMap((name) => (Object.hasOwn(groups, name) ? (groups[name]?.people ?? []) : []));
  const employed = Object.entries(people).flatMap(([id, { company }]) =>
    company !== undefined && names.has(company) ? [id] : [],
  );
  return new Set([...who, ...listed, ...employed]);
}
