import { z } from "zod";
import type { Held } from "../workflows/ports.ts";
import { objectName } from "./objects.ts";

/** An AccessGrant with all that it says. */
const WholeAccessGrant = z.object({
  metadata: z.object({
    name: z.string(),
    uid: z.string(),
    creationTimestamp: z.iso.datetime(),
    deletionTimestamp: z.string().optional(),
  }),
  spec: z.object({
    request: z.string(),
    requester: z.string(),
    decidedBy: z.object({ kind: z.enum(["approval", "policy", "breakGlass"]), people: z.array(z.string()) }),
    namespaces: z.array(z.string()),
    profile: z.string(),
    role: z.string(),
    roleHash: z.string(),
    expiresAt: z.iso.datetime(),
  }),
});

/** A grant as its AccessGrant tells it, with the uid that owns its bindings. */
export interface FoundGrant {
  readonly held: Held;
  readonly uid: string;
  /** Somebody asked for its deletion, and something keeps it for now. */
  readonly deleting: boolean;
}

/**
 * Takes the id under which a cluster is known and an object found in it; returns the grant that it tells of, or null
 * where it is none of ours: the name must say the id and the very end that the spec says.
 */
export function grantFrom(cluster: string, found: unknown): FoundGrant | null {
  const { data } = WholeAccessGrant.safeParse(found);
  if (data === undefined) return null;
  const { metadata, spec } = data;
  const [id, end] = [grantIn(metadata.name), Date.parse(spec.expiresAt)];
  if (id === null || metadata.name !== objectName({ id, end })) return null;
  const { request, requester, decidedBy, namespaces, profile, role, roleHash } = spec;
  return {
    held: {
      ...{ id, end, cluster, namespaces, request, grantee: requester, decidedBy, profile, role, roleHash },
      madeAt: Date.parse(metadata.creationTimestamp),
    },
    uid: metadata.uid,
    deleting: metadata.deletionTimestamp !== undefined,
  };
}

/**
 * Takes an object's name; returns the id of the grant that it says, or null. Labels can be edited by hand, and a name
 * cannot.
 */
export function grantIn(name: string): string | null {
  return /^g-(.+)-\d+$/.exec(name)?.[1] ?? null;
}
