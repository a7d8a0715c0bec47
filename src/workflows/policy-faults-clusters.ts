/**
 * Clusters that nothing lends in: a denial with a misspelt one forbids nothing, and nobody would see it. Which clusters
 * there are stands in clusters.yaml, so the policy is in force all the same: its last rule for one may be gone before the
 * denial is, or not be written yet.
 */
import { nearestName } from "./nearest-name.ts";
import type { Policy } from "./policy.ts";
import type { PolicyFault } from "./policy-fault.ts";

const MOST_TOLD = 12;

/** Takes a policy; returns the clusters in which a rule lends something, or break-glass does. */
export function clustersLent({ rules, breakGlass }: Pick<Policy, "rules" | "breakGlass">): ReadonlySet<string> {
  return new Set([...rules, ...(breakGlass?.rules ?? [])].map(({ cluster }) => cluster));
}

/** Takes the clusters that there are, and one that is none of them; returns what to write, after what is wrong. */
export function sayNearestCluster(known: ReadonlySet<string>, cluster: string): string {
  const nearest = nearestName(known, cluster);
  if (nearest !== null) return `write ${nearest}`;
  return known.size > 0 && known.size <= MOST_TOLD
    ? `write one of ${[...known].sort().join(", ")}`
    : "write a rule for it";
}

/** Takes a policy without faults; returns where it names a cluster that no rule does, each with what to write. */
export function clusterFaults(policy: Policy): readonly PolicyFault[] {
  const lent = clustersLent(policy);
  const ruled = clustersLent({ rules: policy.rules });
  const say = (known: ReadonlySet<string>, words: string, path: PolicyFault["path"], cluster: string | undefined) => {
    if (cluster === undefined || known.has(cluster)) return [];
    const message = `${words} in a cluster "${cluster}": ${sayNearestCluster(known, cluster)}, or remove this`;
    return [{ path: [...path, "cluster"], message }];
  };
  const forbidding = "no rule and no break-glass lends anything";
  return [
    ...policy.denials.flatMap(({ cluster }, i) => say(lent, forbidding, ["denials", i], cluster)),
    ...policy.separation.flatMap((pair, i) =>
      (["first", "second"] as const).flatMap((side) =>
        say(lent, forbidding, ["separation", i, side], pair[side].cluster),
      ),
    ),
    ...(policy.breakGlass?.rules ?? []).flatMap(({ cluster }, i) =>
      say(ruled, "no rule lends anything", ["breakGlass", "rules", i], cluster),
    ),
  ];
}
