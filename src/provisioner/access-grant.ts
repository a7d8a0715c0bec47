import { z } from "zod";
import type { Access } from "../workflows/ports.ts";

/** The parts of an AccessGrant that are read back; deploy/cluster/access-grant.yaml holds the whole schema. */
export const FoundAccessGrant = z.object({
  metadata: z.object({
    name: z.string(),
    uid: z.string(),
    labels: z.record(z.string(), z.string()).optional(),
  }),
  spec: z.looseObject({ namespaces: z.array(z.string()), role: z.string(), expiresAt: z.iso.datetime() }),
});
export type FoundAccessGrant = z.infer<typeof FoundAccessGrant>;

/** A list of them. Read loosely, so that one broken by hand does not hide the others. */
export const FoundAccessGrants = z.object({ items: z.array(z.unknown()) });

/** The group, version and plural that client-node's calls for custom resources want. */
export const ACCESS_GRANTS = { group: "daypass.dev", version: "v1alpha1", plural: "accessgrants" } as const;

/** An AccessGrant as it is written. */
export interface AccessGrant {
  readonly apiVersion: "daypass.dev/v1alpha1";
  readonly kind: "AccessGrant";
  readonly metadata: {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  };
  readonly spec: {
    readonly request: string;
    readonly requester: string;
    readonly decidedBy: { readonly kind: string; readonly people: readonly string[] };
    readonly cluster: string;
    readonly namespaces: readonly string[];
    readonly profile: string;
    readonly role: string;
    readonly roleHash: string;
    readonly expiresAt: string;
    readonly subject: string;
  };
}

/** Takes the id under which a cluster is known and an AccessGrant found in it; returns what it takes to end it. */
export function accessFrom(cluster: string, id: string, found: FoundAccessGrant): Access {
  return { id, cluster, namespaces: found.spec.namespaces, end: Date.parse(found.spec.expiresAt) };
}
