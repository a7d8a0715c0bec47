/** Separation of duties: accesses that one person may not hold at the same time. */
import { byName } from "./by-name.ts";
import { covers, labelsOf, type Spot } from "./cover.ts";
import { type Grant, isLive } from "./grant.ts";
import type { Policy } from "./policy.ts";
import type { Separation, Side } from "./policy-schema.ts";
import type { ClusterFacts } from "./ports.ts";
import { type Refusal, refuse } from "./refusal.ts";
import type { Target } from "./request.ts";
import type { Around } from "./wish.ts";

type FactsOf = (cluster: string) => ClusterFacts | null;
type Place = Pick<Target, "cluster" | "namespaces" | "profile">;

/** What stands between a wish and what its person holds. */
export interface Conflict {
  readonly separation: Separation;
  readonly held: Grant;
}

/**
 * Takes the policy, what somebody asks for, the passes they hold, and the facts by cluster; returns the first conflict
 * in order of the separations' names, or null. One that is ending is held until it is proven over: its access may work.
 */
export function findConflict(policy: Policy, wanted: Place, held: readonly Grant[], factsOf: FactsOf): Conflict | null {
  const isEnding = ({ state }: Grant) => Number(state === "ending");
  // What one can hand back comes first: of that there is something to do.
  const holding = held.filter(isLive).toSorted((one, other) => isEnding(one) - isEnding(other));
  const placed = holding.map((grant) => ({ grant, spots: spotsOf(grant, factsOf(grant.cluster)) }));
  const sought = spotsOf(wanted, factsOf(wanted.cluster));
  const isOn = (side: Side, spots: readonly Spot[]) => spots.some((spot) => covers(side, spot, true));
  for (const separation of policy.separation.toSorted(byName)) {
    const { first, second } = separation;
    const [isFirst, isSecond] = [isOn(first, sought), isOn(second, sought)];
    const other = placed.find(({ spots }) => (isFirst && isOn(second, spots)) || (isSecond && isOn(first, spots)));
    if (other !== undefined) return { separation, held: other.grant };
  }
  return null;
}

/** Takes a place and its cluster's facts; returns each of its spots. */
export function spotsOf({ cluster, namespaces, profile }: Place, facts: ClusterFacts | null): readonly Spot[] {
  return namespaces.map((namespace) => ({ cluster, namespace, labels: labelsOf(facts, namespace), profile }));
}

/** Takes the same; returns the conflict as a refusal that says why and with which pass, or null. */
export function whySeparated(
  policy: Policy,
  wanted: Place,
  { held, factsOf }: Pick<Around, "held" | "factsOf">,
): Refusal | null {
  const found = findConflict(policy, wanted, held, factsOf);
  if (found === null) return null;
  const isEnding = found.held.state === "ending";
  return refuse(isEnding ? "separatedWhileEnding" : "separated", {
    field: "profile",
    detail: found.separation.why,
    rule: found.separation.name,
  });
}
