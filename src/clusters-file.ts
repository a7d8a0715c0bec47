import { dirname, resolve } from "node:path";
import { z } from "zod";
import { readYamlFile } from "./yaml-file.ts";

const ClusterId = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, "use lower-case letters, digits and dashes");
const Connection = z.union(
  [
    z.strictObject({ id: ClusterId, kubeconfig: z.string().min(1), context: z.string().min(1).exactOptional() }),
    z.strictObject({ id: ClusterId, inCluster: z.literal(true) }),
  ],
  "write id with kubeconfig (and context), or id with inCluster: true",
);

/** clusters.yaml: how the worker reaches each cluster. Apart from the policy, since endings need it when that is broken. */
export const ClustersFile = z
  .strictObject({ clusters: z.array(Connection).min(1, "name at least one cluster") })
  .superRefine(({ clusters }, context) => {
    for (const [i, { id }] of clusters.entries()) {
      if (clusters.findIndex((other) => other.id === id) === i) continue;
      context.addIssue({ code: "custom", message: `"${id}" stands twice`, path: ["clusters", i, "id"] });
    }
  });
export type ClusterConnection = z.infer<typeof Connection>;

/** Takes the file's path; returns the clusters, kubeconfig paths made absolute from the file's folder. Throws FileFaults. */
export function readClusters(path: string): readonly ClusterConnection[] {
  const { value } = readYamlFile(path, ClustersFile);
  return value.clusters.map((cluster) =>
    "kubeconfig" in cluster ? { ...cluster, kubeconfig: resolve(dirname(path), cluster.kubeconfig) } : cluster,
  );
}
