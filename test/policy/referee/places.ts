/** Where: globs by dynamic programming, labels, and what is not known of them. */
import type { NamespaceMatch } from "../../../src/workflows/policy-schema.ts";
import type { ClusterFacts } from "../../../src/workflows/ports.ts";

/** Takes a glob and a name; returns whether all of the name matches: `*` is any run of characters, `?` is one. */
function globMatches(glob: string, name: string): boolean {
  // fits[n]: what was read of the glob fits the first n characters of the name.
  let fits = Array.from({ length: name.length + 1 }, (_, n) => n === 0);
  for (const letter of glob) {
    fits = fits.map((_, n) => {
      if (letter === "*") return fits.slice(0, n + 1).includes(true);
      const isSame = letter === "?" || letter === name[n - 1];
      return n > 0 && isSame && fits[n - 1] === true;
    });
  }
  return fits[name.length] === true;
}

/** Takes facts and a namespace; returns its labels, or null where they are not known. */
export function labelsIn(facts: ClusterFacts | null, namespace: string): Readonly<Record<string, string>> | null {
  return Object.entries(facts?.namespaceLabels ?? {}).find(([id]) => id === namespace)?.[1] ?? null;
}

/** Takes labels (null: not known), the one that is looked for, and what holds of the unknown. */
export function hasPair(
  labels: Readonly<Record<string, string>> | null,
  wanted: { readonly label: string; readonly value: string },
  unknown: boolean,
): boolean {
  if (labels === null) return unknown;
  return Object.entries(labels).some(([label, value]) => label === wanted.label && value === wanted.value);
}

/** A namespace and the facts of its cluster. */
export interface Spot {
  readonly namespace: string;
  readonly facts: ClusterFacts | null;
}

/** Whether one of the entries matches; `unknown` is what an entry by label does where labels are not known. */
export function isAmong(entries: readonly NamespaceMatch[], { namespace, facts }: Spot, unknown: boolean): boolean {
  return entries.some((entry) =>
    typeof entry === "string" ? globMatches(entry, namespace) : hasPair(labelsIn(facts, namespace), entry, unknown),
  );
}
