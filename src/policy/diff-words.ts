/** Where something changes, in words: the widest case, and the narrower ones in which it does not. */
import type { Case, Exception, Line } from "./diff-lines.ts";
import { sayGlobs } from "./region-words.ts";

/** Takes a line; returns where it is, in words, with what is left out. */
export function sayWhere(line: Line): string {
  const { globs, name, labels } = line.place;
  const where = [sayGlobs(globs, name), ...sayLabels(labels)].join(" ");
  return line.except.length === 0 ? where : `${where} (except ${sayExceptions(line).join("; ")})`;
}

/**
 * Those that differ in the people alone, or in the names of namespaces alone, are told together. Where not all globs were
 * looked at, nothing but a name may tell one.
 */
function sayExceptions(line: Line): readonly string[] {
  const people = new Map<string, string[]>();
  const places: string[] = [];
  const others: string[] = [];
  for (const one of line.except) {
    const { inGlobs, rest } = beyond(one, line);
    const how = [...inGlobs.map((globs) => `in ${globs}`), ...rest].join(" ");
    if (one.kind !== null) put(people, how, one.kind.names);
    else if (rest.length === 0) places.push(...(inGlobs.length > 0 ? inGlobs : [one.place.name]));
    else others.push(how);
  }
  const ofPeople = [...people].map(([how, names]) => [`for ${names.join(", ")}`, how].filter(Boolean).join(" "));
  return [
    ...(places.length > 0 ? [`in ${places.sort().join(", ")}`] : []),
    ...[...new Set(others)].sort(),
    ...ofPeople,
  ];
}

/** What a narrower case has beyond a wider one. */
function beyond({ place, slackGroups }: Exception, wide: Case) {
  const groups = slackGroups.filter((id) => !wide.slackGroups.includes(id));
  const globs = place.globs.filter((glob) => !wide.place.keys.includes(glob));
  const labels = place.labels.filter((label) => !wide.place.keys.includes(label));
  return {
    inGlobs: globs.length > 0 ? [sayGlobs(globs, place.name)] : [],
    rest: [...sayLabels(labels), ...(groups.length > 0 ? [`while in Slack user group ${groups.join(" and ")}`] : [])],
  };
}

function sayLabels(labels: readonly string[]): readonly string[] {
  return labels.length > 0 ? [`labelled ${labels.join(" and ")}`] : [];
}

function put(lists: Map<string, string[]>, key: string, more: readonly string[]): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [...more]);
  else list.push(...more);
}
