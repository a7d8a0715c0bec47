/** Rules that are sure to cover the same cell: one of them would never decide about it, and nobody would see which. */
import { matchesGlob } from "./glob.ts";
import type { PolicyFault } from "./policy-fault.ts";
import type { NamespaceMatch, PolicyShape, Rule } from "./policy-schema.ts";

/** A rule, its place in the list, and all that its `who` comes to: the names themselves, and people behind them. */
interface Reach {
  readonly rule: Rule;
  readonly i: number;
  readonly who: ReadonlySet<string>;
}

/** Takes a policy; returns a fault for each rule that surely covers what one before it covers. */
export function overlapFaults(policy: PolicyShape): readonly PolicyFault[] {
  const reaches = policy.rules.flatMap((rule, i) =>
    rule.when === undefined ? [{ rule, i, who: peopleOf(policy, rule) }] : [],
  );
  return reaches.flatMap((reach, place) =>
    reaches.slice(0, place).flatMap((other) => {
      const cell = sharedCell(other, reach);
      if (cell === null) return [];
      const message = `rule "${other.rule.name}" covers ${cell} too: leave it to one of them, or give one a condition (when)`;
      return [{ path: ["rules", reach.i], message }];
    }),
  );
}

function sharedCell(one: Reach, other: Reach): string | null {
  if (one.rule.cluster !== other.rule.cluster) return null;
  const profile = one.rule.profiles.find((id) => other.rule.profiles.includes(id));
  const place = one.rule.namespaces.flatMap((entry) =>
    other.rule.namespaces.flatMap((also) => shared(entry, also) ?? []),
  )[0];
  const who = [...one.who].find((name) => other.who.has(name));
  if (profile === undefined || place === undefined || who === undefined) return null;
  return `${who}, ${profile}, ${one.rule.cluster}/${place}`;
}

/** Two globs may both match something or nothing; an entry in both, or a name and its glob, surely do. */
function shared(one: NamespaceMatch, other: NamespaceMatch): string | null {
  if (typeof one === "string" && typeof other === "string") {
    if (one === other || (!isGlob(other) && matchesGlob(one, other))) return other;
    return !isGlob(one) && matchesGlob(other, one) ? one : null;
  }
  if (typeof one === "string" || typeof other === "string") return null;
  return one.label === other.label && one.value === other.value ? `${one.label}=${one.value}` : null;
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
