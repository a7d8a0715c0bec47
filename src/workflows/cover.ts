/** What an entry of the policy covers: namespaces by name, glob or label, in a cluster, for some profiles. */
import { matchesGlob } from "./glob.ts";
import { own } from "./policy.ts";
import type { NamespaceMatch } from "./policy-schema.ts";
import type { ClusterFacts } from "./ports.ts";

export type Labels = Readonly<Record<string, string>>;

/** One place and profile; with one person, a cell. */
export interface Spot {
  readonly cluster: string;
  readonly namespace: string;
  /** The namespace's; null where they are not known. */
  readonly labels: Labels | null;
  readonly profile: string;
}

/** What an entry says of places; what it leaves out means all. */
export interface Coverage {
  readonly cluster?: string | undefined;
  readonly namespaces?: readonly NamespaceMatch[] | undefined;
  readonly profiles?: readonly string[] | undefined;
}

/** Takes a cluster's facts (null: nothing known) and one of its namespaces; returns the labels, or null. */
export function labelsOf(facts: ClusterFacts | null, namespace: string): Labels | null {
  return facts === null ? null : (own(facts.namespaceLabels, namespace) ?? null);
}

/** An open namespace, whatever profile is asked for there. */
export type Open = Pick<Spot, "namespace" | "labels">;

/** Takes a cluster's facts; returns what is open there, in order of the alphabet. */
export function openIn(facts: ClusterFacts): readonly Open[] {
  return facts.namespaces.toSorted().map((namespace) => ({ namespace, labels: labelsOf(facts, namespace) }));
}

/**
 * Takes a coverage, a spot, and what to say of labels that are not known; returns whether it covers the spot. What
 * allows takes `false` there, what forbids takes `true`.
 */
export function covers(coverage: Coverage, spot: Spot, unknown: boolean): boolean {
  return isAbout(coverage, spot) && coversNamespace(coverage, spot, unknown);
}

/** Takes a coverage, a cluster and a profile; returns whether it says anything of them. */
export function isAbout({ cluster, profiles }: Coverage, spot: Pick<Spot, "cluster" | "profile">): boolean {
  if (cluster !== undefined && cluster !== spot.cluster) return false;
  return profiles === undefined || profiles.includes(spot.profile);
}

/** Takes a coverage that is about a spot's cluster and profile, and the rest as `covers` does; returns the same. */
export function coversNamespace({ namespaces }: Coverage, spot: Open, unknown: boolean): boolean {
  return namespaces === undefined || namespaces.some((entry) => matches(entry, spot, unknown));
}

function matches(entry: NamespaceMatch, { namespace, labels }: Open, unknown: boolean): boolean {
  if (typeof entry === "string") return matchesGlob(entry, namespace);
  return labels === null ? unknown : hasLabel(labels, entry);
}

/** Takes labels and one label; returns whether it is among them, with that value. */
export function hasLabel(
  labels: Labels,
  { label, value }: { readonly label: string; readonly value: string },
): boolean {
  return own(labels, label) === value;
}
