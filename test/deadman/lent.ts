import type { AttachedKubernetes } from "../workbench/kubernetes/attached-kubernetes.ts";

/** How many namespaces the grants are spread over. */
const NAMESPACES = 20;

/** What somebody holds when everything of ours dies. */
export interface Pass {
  readonly id: string;
  readonly namespace: string;
  /** As the modal showed it, or as the bot opened it. */
  readonly kubeconfig: string;
  /** When it was handed over: its token was minted no later. */
  readonly mintedAt: number;
}

/** A pass and the end that its cluster knows. */
export interface Lent extends Pass {
  readonly end: number;
}

/** Returns the names of the namespaces for so many grants. */
export function namespacesFor(grants: number): readonly string[] {
  return Array.from({ length: Math.min(grants, NAMESPACES) }, (_, i) => `team-${String(i + 1).padStart(2, "0")}`);
}

/** Takes passes; returns each with its end as the cluster's AccessGrants say it. Throws where one is not there. */
export async function readEnds(kubernetes: AttachedKubernetes, passes: readonly Pass[]): Promise<readonly Lent[]> {
  const columns = "{range .items[*]}{.metadata.labels.daypass\\.dev/grant} {.spec.expiresAt}{'\\n'}{end}";
  const { code, stdout, stderr } = await kubernetes.kubectl(["get", "accessgrants", "-o", `jsonpath=${columns}`]);
  if (code !== 0) throw new Error(stderr);
  const ends = new Map(stdout.split("\n").map((line) => line.split(" ") as [string, string]));
  return passes.map((pass) => {
    const end = Date.parse(ends.get(pass.id) ?? "");
    if (Number.isNaN(end)) throw new Error(`the cluster knows no grant ${pass.id}`);
    return { ...pass, end };
  });
}
