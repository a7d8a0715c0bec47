/**
 * How much a policy may hold: several times what a large company needs, and so little that it is read and judged in a
 * moment, and compared by those who review it. Counted before anything else is asked of it.
 */
import type { PolicyFault } from "./policy-fault.ts";

/** Entries of each map and list. */
const MOST_ENTRIES: Readonly<Record<string, number>> = {
  people: 5_000,
  companies: 1_000,
  groups: 1_000,
  profiles: 1_000,
  rules: 1_000,
  denials: 1_000,
  separation: 1_000,
};
/** Of all rules together, each glob counted once: of every name each has to be asked. */
const MOST_GLOBS = 500;
/** Of all rules together. */
const MOST_NAMESPACES = 10_000;

/** Takes what a policy's files say, whatever that is; returns what there is too much of, each with where it begins. */
export function countFaults(value: unknown): readonly PolicyFault[] {
  if (!isTree(value)) return [];
  const sections = Object.entries(MOST_ENTRIES).flatMap(([section, most]) => {
    const entries = value[section];
    if (!isTree(entries)) return [];
    const keys = Object.keys(entries);
    const first = keys[most];
    if (first === undefined) return [];
    const path = [section, Array.isArray(entries) ? most : first];
    return [{ path, message: `there are ${keys.length} ${section}: have at most ${most}` }];
  });
  return sections.length > 0 || !Array.isArray(value.rules) ? sections : namespaceFaults(value.rules);
}

function namespaceFaults(rules: readonly unknown[]): readonly PolicyFault[] {
  const globs = new Set<string>();
  let count = 0;
  for (const [i, rule] of rules.entries()) {
    if (!isTree(rule) || !Array.isArray(rule.namespaces)) continue;
    const path = ["rules", i, "namespaces"];
    count += rule.namespaces.length;
    if (count > MOST_NAMESPACES) {
      return [{ path, message: `rules name more than ${MOST_NAMESPACES} namespaces together: use globs or labels` }];
    }
    for (const entry of rule.namespaces) if (typeof entry === "string" && /[*?]/.test(entry)) globs.add(entry);
    if (globs.size > MOST_GLOBS) {
      return [{ path, message: `rules have more than ${MOST_GLOBS} different globs together: use labels for some` }];
    }
  }
  return [];
}

function isTree(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
