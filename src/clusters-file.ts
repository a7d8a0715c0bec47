import { accessSync, constants } from "node:fs";
import { dirname, resolve } from "node:path";
import { z } from "zod";
import { LabelKey, LabelValue } from "./workflows/policy-schema.ts";
import { readYamlFile } from "./yaml-file.ts";

const ClusterId = z
  .string("write an id")
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, "use lower-case letters, digits and dashes");
/** One object and not a union: of that zod only says that no way fits, and not what is wrong with the one meant. */
const Connection = z
  .strictObject({
    id: ClusterId,
    kubeconfig: z.string("write a path").min(1, "write a path").exactOptional(),
    context: z.string("write a context's name").min(1, "write a context's name").exactOptional(),
    inCluster: z.literal(true, "write true or leave it out").exactOptional(),
    labels: z.record(LabelKey, LabelValue).exactOptional(),
  })
  .refine(
    ({ kubeconfig, context, inCluster }) =>
      inCluster === undefined ? kubeconfig !== undefined : kubeconfig === undefined && context === undefined,
    {
      error: "write id with kubeconfig (and context), or id with inCluster: true",
      // A name with a letter missing is a fault of its own, and the way in that is missing only follows from it.
      when: ({ issues }) => issues.length === 0,
    },
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
    cluster.kubeconfig !== undefined ? { ...cluster, kubeconfig: resolve(dirname(path), cluster.kubeconfig) } : cluster,
  );
}

/**
 * Takes the clusters; returns a sentence for each whose kubeconfig cannot be read. To be said and no more: a mounted file
 * may come later, and meanwhile access must end in the other clusters.
 */
export function unreadableKubeconfigs(clusters: readonly ClusterConnection[]): readonly string[] {
  return clusters.flatMap(({ id, kubeconfig }) => {
    if (kubeconfig === undefined) return [];
    try {
      accessSync(kubeconfig, constants.R_OK);
      return [];
    } catch (cause) {
      const { code = "unknown error" } = cause as NodeJS.ErrnoException;
      return [`the kubeconfig of ${id} cannot be read: ${kubeconfig} (${code})`];
    }
  });
}
