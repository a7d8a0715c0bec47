/** The kinds of objects that following a cluster looks at. */
import { z } from "zod";
import { GRANTS_NAMESPACE, MANAGED_BY_LABEL } from "./objects.ts";

/** One kind, as it is listed and watched. */
export interface Kind {
  /** For people: the plural, as kubectl's documentation has it. */
  readonly words: string;
  readonly path: string;
  /** What both lists and watches of it carry, such as a label selector. */
  readonly query: Readonly<Record<string, string>>;
  /** Whether a list brings whole objects; a watch's are metadata for all kinds but AccessGrants. */
  readonly listed: "whole" | "metadata";
  readonly watched: "whole" | "metadata";
}

const OURS = { labelSelector: `${MANAGED_BY_LABEL}=daypass` };

export const KINDS = {
  grants: kind("AccessGrants", "/apis/daypass.dev/v1alpha1/accessgrants", { watched: "whole" }),
  roles: kind("ClusterRoles", "/apis/rbac.authorization.k8s.io/v1/clusterroles"),
  timers: kind("Jobs", `/apis/batch/v1/namespaces/${GRANTS_NAMESPACE}/jobs`, { listed: "metadata" }),
  accounts: kind("ServiceAccounts", `/api/v1/namespaces/${GRANTS_NAMESPACE}/serviceaccounts`, { listed: "metadata" }),
  bindings: kind("RoleBindings", "/apis/rbac.authorization.k8s.io/v1/rolebindings", { query: OURS }),
} satisfies Record<string, Kind>;

function kind(words: string, path: string, differs: Partial<Kind> = {}): Kind {
  return { words, path, query: {}, listed: "whole", watched: "metadata", ...differs };
}

/** What of any object's metadata is looked at. */
export const Metadata = z.object({
  name: z.string(),
  namespace: z.string().optional(),
  uid: z.string().optional(),
  resourceVersion: z.string().optional(),
  generation: z.number().optional(),
  deletionTimestamp: z.string().optional(),
  labels: z.record(z.string(), z.string()).optional(),
  annotations: z.record(z.string(), z.string()).optional(),
  ownerReferences: z
    .array(z.object({ apiVersion: z.string(), kind: z.string(), name: z.string(), uid: z.string() }))
    .optional(),
});
export type Metadata = z.infer<typeof Metadata>;
