/** Separation of duties: accesses that one person may not hold at the same time. */
import { byName } from "./by-name.ts";
import { covers, labelsOf, type Spot } from "./cover.ts";
import { type Grant, isLive } from "./grant.ts";
import type { Policy } from "./policy.ts";
import type { Separation, Side } from "./policy-schema.ts";
import type { ClusterFacts } from "./ports.ts";
import { type Refusal, refuse, type Sides } from "./refusal.ts";
import type { Target } from "./request.ts";
import { someNames } from "./some-names.ts";
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

/**
 * Takes the policy, what somebody asks for, the passes they hold, and the facts by cluster; returns why one person may not
 * have it all: of itself, or beside what they hold. Null where they may.
 */
export function whySeparated(
  policy: Policy,
  wanted: Place,
  { held, factsOf }: Pick<Around, "held" | "factsOf">,
): Refusal | null {
  const parted = whyParted(policy, wanted, factsOf);
  if (parted !== null) return parted;
  const found = findConflict(policy, wanted, held, factsOf);
  if (found === null) return null;
  const isEnding = found.held.state === "ending";
  return refuse(isEnding ? "separatedWhileEnding" : "separated", {
    field: "profile",
    detail: found.separation.why,
    rule: found.separation.name,
  });
}

/**
 * Takes the policy, what on-call lends itself, the passes that it holds, and the facts by cluster; returns those that are
 * ending and may still work beside it, each as words for people: a sentence without its full stop.
 */
export function besideWhatEnds(
  policy: Policy,
  wanted: Place,
  { held, factsOf }: Pick<Around, "held" | "factsOf">,
): readonly string[] {
  return held
    .filter(({ state }) => state === "ending")
    .flatMap((grant) => {
      const found = findConflict(policy, wanted, [grant], factsOf);
      return found === null ? [] : [sayBeside(found)];
    });
}

function sayBeside({ separation, held: { namespaces, profile, cluster } }: Conflict): string {
  const pass = `A pass of theirs is ending, and is not proven over: ${profile} in ${someNames(namespaces)} on ${cluster}`;
  return `${pass} may still work beside this, which the policy keeps apart (${separation.name})`;
}

/** One namespace on one side and another one on the other: what cannot be had one after the other is not had at once. */
function whyParted(policy: Policy, wanted: Place, factsOf: FactsOf): Refusal | null {
  const sought = spotsOf(wanted, factsOf(wanted.cluster));
  for (const { first, second, why, name } of policy.separation.toSorted(byName)) {
    const firsts = sought.filter((spot) => covers(first, spot, true));
    const seconds = sought.filter((spot) => covers(second, spot, true));
    const isParted = firsts.some((one) => seconds.some((other) => other !== one));
    if (!isParted) continue;
    const sides: Sides = [firsts.map(({ namespace }) => namespace), seconds.map(({ namespace }) => namespace)];
    return refuse("separatedTogether", { field: "namespaces", detail: why, rule: name, sides });
  }
  return null;
}
