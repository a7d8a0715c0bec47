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
/** Each is asked of each namespace, and stands on the card where it applies. */
const MOST_RAISES = 100;
/** Of all rules together, each glob counted once: of every name each has to be asked. */
const MOST_GLOBS = 500;
/** Of all rules and denials together, each counted once: a request for a hundred namespaces may ask each of each. */
const MOST_CONDITIONS = 100;
/** Of all rules together, and of all denials, all separations, and all that break-glass lends. */
const MOST_NAMED = 10_000;
/** Of all groups together: a company's people, each in four. */
const MOST_LISTED = 20_000;

/** What a list's entries are, and what to do where there are too many in all of a section's lists together. */
const LISTS: Readonly<Record<string, { readonly most: number; readonly words: string }>> = {
  namespaces: { most: MOST_NAMED, words: "namespaces together: use globs or labels" },
  who: { most: MOST_NAMED, words: "names in who together: put people into groups" },
  profiles: { most: MOST_NAMED, words: "profiles together: have fewer rules for the same" },
  approvers: { most: MOST_NAMED, words: "approvers together: put people into fewer groups" },
  people: { most: MOST_LISTED, words: "people together: have fewer groups, or name companies" },
  slackGroups: { most: MOST_LISTED, words: "Slack user groups together: have fewer" },
};

/** Takes what a policy's files say, whatever that is; returns what there is too much of, each with where it begins. */
export function countFaults(value: unknown): readonly PolicyFault[] {
  if (!isTree(value)) return [];
  const raises = isTree(value.risk) ? tooMany(value.risk.raise, ["risk", "raise"], MOST_RAISES) : [];
  const sections = [
    ...Object.entries(MOST_ENTRIES).flatMap(([section, most]) => tooMany(value[section], [section], most)),
    ...raises,
  ];
  if (sections.length > 0) return sections;
  const listed = sectionsOf(value).flatMap(([section, entries]) => listFaults(section, entries));
  if (listed.length > 0) return listed;
  const rules = placed(value.rules, ["rules"]);
  return [...globFaults(rules), ...conditionFaults([...rules, ...placed(value.denials, ["denials"])])];
}

function tooMany(entries: unknown, path: readonly string[], most: number): readonly PolicyFault[] {
  if (!isTree(entries)) return [];
  const keys = Object.keys(entries);
  const first = keys[most];
  if (first === undefined) return [];
  const message = `there are ${keys.length} ${path.join(".")}: have at most ${most}`;
  return [{ path: [...path, Array.isArray(entries) ? most : first], message }];
}

/** Something of the policy that has lists, and where it stands. */
interface Placed {
  readonly path: PolicyFault["path"];
  readonly entry: Tree;
}

function sectionsOf({ rules, denials, separation, breakGlass, groups }: Tree): readonly [string, readonly Placed[]][] {
  const sides = placed(separation, ["separation"]).flatMap(({ path, entry }) => placed(entry, path));
  const glass = isTree(breakGlass) ? placed(breakGlass.rules, ["breakGlass", "rules"]) : [];
  return [
    ["rules", placed(rules, ["rules"])],
    ["denials", placed(denials, ["denials"])],
    ["separations", sides],
    ["rules of breakGlass", glass],
    ["groups", placed(groups, ["groups"])],
  ];
}

function placed(entries: unknown, path: PolicyFault["path"]): readonly Placed[] {
  if (!isTree(entries)) return [];
  return Object.entries(entries).flatMap(([key, entry]) =>
    isTree(entry) ? [{ path: [...path, Array.isArray(entries) ? Number(key) : key], entry }] : [],
  );
}

function listFaults(section: string, entries: readonly Placed[]): readonly PolicyFault[] {
  return Object.entries(LISTS).flatMap(([setting, { most, words }]) => {
    let count = 0;
    const over = entries.find(({ entry }) => {
      const list = entry[setting];
      if (Array.isArray(list)) count += list.length;
      return count > most;
    });
    if (over === undefined) return [];
    return [{ path: [...over.path, setting], message: `${section} name more than ${most} ${words}` }];
  });
}

function globFaults(rules: readonly Placed[]): readonly PolicyFault[] {
  const globs = new Set<string>();
  const over = rules.find(({ entry: { namespaces } }) => {
    const entries = Array.isArray(namespaces) ? namespaces : [];
    for (const entry of entries) if (typeof entry === "string" && /[*?]/.test(entry)) globs.add(entry);
    return globs.size > MOST_GLOBS;
  });
  if (over === undefined) return [];
  const message = `rules have more than ${MOST_GLOBS} different globs together: use labels for some`;
  return [{ path: [...over.path, "namespaces"], message }];
}

function conditionFaults(entries: readonly Placed[]): readonly PolicyFault[] {
  const conditions = new Set<unknown>();
  const over = entries.find(({ entry: { when } }) => when !== undefined && conditions.add(when).size > MOST_CONDITIONS);
  if (over === undefined) return [];
  const message = `rules and denials have more than ${MOST_CONDITIONS} different conditions together: write one for several`;
  return [{ path: [...over.path, "when"], message }];
}

type Tree = Readonly<Record<string, unknown>>;

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null;
}
