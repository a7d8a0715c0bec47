/** Reads what a diff says as people do: of whom and of which namespaces each line speaks, exceptions left out. */
import type { Change, PolicyDiff } from "../../src/policy/diff.ts";
import { matchesGlob } from "../../src/workflows/glob.ts";

/** Somebody, as Slack says of them, and some namespace. */
export interface Somewhere {
  /** What they are called. */
  readonly who: string;
  readonly slackGroups: readonly string[];
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Takes a diff and a case; returns all that is said of it, sorted. */
export function heardOf({ changes }: PolicyDiff, one: Somewhere): readonly string[] {
  const heard = changes.filter(
    ({ people, namespaces }) =>
      people.some((words) => isMeant(words, one)) && namespaces.some((words) => isThere(words, one)),
  );
  return [...new Set(heard.map(sayBoth))].sort();
}

/** Takes a change; returns what it is a change of, wherever and for whomever. */
export function sayBoth({ kind, cluster, profile, before, after }: Change): string {
  return [kind, profile, cluster, before, after].join(" | ");
}

const GROUPS = String.raw`Slack user group (?<groups>\S+(?: and \S+)*)`;

function isMeant(words: string, { who, slackGroups }: Somewhere): boolean {
  const anybody = read(`whoever is in ${GROUPS}`, words);
  if (anybody !== null) return isInAll(anybody.groups, slackGroups);
  const { name, groups } = read(String.raw`(?<name>\S+)(?: \(if in ${GROUPS}\))?`, words) ?? fail(words);
  return name === who && isInAll(groups, slackGroups);
}

const LABELS = String.raw`labelled (?<labels>\S+(?: and \S+)*)`;
const NAMES = String.raw`any namespace|[^ ]+(?: and [^ ]+)* at once \(such as [^ ]+\)|[^ ]+`;

function isThere(words: string, one: Somewhere): boolean {
  const found = read(`(?<names>${NAMES})(?: ${LABELS})?(?: \\(except (?<except>.*)\\))?`, words) ?? fail(words);
  if (!isNamed(found.names, one) || !hasAll(found.labels, one)) return false;
  return !(found.except?.split("; ") ?? []).some((words) => isLeftOut(words, one));
}

function isLeftOut(words: string, one: Somewhere): boolean {
  const { people, names, labels, groups } =
    read(
      `(?:for (?<people>[^ ,]+(?:, [^ ,]+)*))? ?(?:in (?<names>(?:${NAMES})(?:, (?:${NAMES}))*))? ?(?:${LABELS})? ?(?:while in ${GROUPS})?`,
      words,
    ) ?? fail(words);
  return (
    (people === undefined || people.split(", ").includes(one.who)) &&
    (names === undefined || names.split(", ").some((some) => isNamed(some, one))) &&
    hasAll(labels, one) &&
    isInAll(groups, one.slackGroups)
  );
}

function isNamed(names: string | undefined, { namespace }: Somewhere): boolean {
  if (names === undefined || names === "any namespace") return true;
  const globs = names.replace(/ at once \(such as .*\)$/, "").split(" and ");
  return globs.every((glob) => matchesGlob(glob, namespace));
}

function hasAll(labels: string | undefined, one: Somewhere): boolean {
  return allOf(labels).every((words) => {
    const [label = "", value] = words.split("=");
    return one.labels[label] === value;
  });
}

function isInAll(groups: string | undefined, slackGroups: readonly string[]): boolean {
  return allOf(groups).every((id) => slackGroups.includes(id));
}

function allOf(words: string | undefined): readonly string[] {
  return words?.split(" and ") ?? [];
}

interface Parts {
  readonly name?: string;
  readonly groups?: string;
  readonly names?: string;
  readonly labels?: string;
  readonly except?: string;
  readonly people?: string;
}

function read(pattern: string, words: string): Parts | null {
  return new RegExp(`^${pattern}$`).exec(words)?.groups ?? null;
}

function fail(words: string): never {
  throw new Error(`nobody can read "${words}"`);
}
