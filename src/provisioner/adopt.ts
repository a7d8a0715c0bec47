/**
 * What an earlier try left is taken over when it is exactly what this try would make: labels, owner and the fields we
 * set agree. Else making fails loudly, since the object may lend more than was approved. Secrets are never read, so never adopted.
 */
import { isDeepStrictEqual } from "node:util";
import type { V1Job, V1ObjectMeta, V1RoleBinding, V1ServiceAccount } from "@kubernetes/client-node";
import type { Millis } from "../workflows/person.ts";
import type { Access } from "../workflows/ports.ts";
import { type AccessGrant, FoundAccessGrant } from "./access-grant.ts";
import { EXPIRES_AT_ANNOTATION, GRANT_LABEL, MANAGED_BY_LABEL } from "./objects.ts";

/**
 * `same`: ours, to be taken over. `former`: ours, of an owner that is gone, so the cluster is about to collect it and
 * the next try will do. `foreign`: somebody else's, or changed by hand; not to be touched.
 */
export type Likeness = "same" | "former" | "foreign";

/** Takes what was found and what was wanted; returns how alike they are. */
export function likenessOfGrant(found: unknown, wanted: AccessGrant): Likeness {
  const parsed = FoundAccessGrant.safeParse(found);
  if (!parsed.success || !hasLabels(parsed.data.metadata, wanted.metadata)) return "foreign";
  return isDeepStrictEqual(parsed.data.spec, wanted.spec) ? "same" : "foreign";
}

/** Takes an object's metadata; returns whether its spec is as it was made, of kinds whose changes count a generation up. */
export function isUnchanged({ generation = 1 }: { readonly generation?: number | undefined }): boolean {
  return generation === 1;
}

/**
 * Takes the timer that was found and the one that was wanted. Their seconds differ, since time has passed; but changing
 * them counts the generation up, whatever the clocks say. So does deleting it, and then it is as good as gone.
 */
export function likenessOfTimer(found: V1Job, wanted: V1Job): Likeness {
  const { completions, parallelism } = found.spec ?? {};
  const { metadata = {} } = found;
  const isGoing = metadata.deletionTimestamp !== undefined;
  const alike = likeness(found, wanted, completions === 0 && parallelism === 0 && (isGoing || isUnchanged(metadata)));
  return alike === "same" && isGoing ? "former" : alike;
}

/**
 * A timer's seconds, counted from when it was made, may reach this far past the end, no further: 5 s (DESIGN.md, 409 on
 * create), and as much again where a clock was set meanwhile.
 */
const TIMER_LATEST_MS = 10_000;

/** Takes the timer that was found, the end, and how far its cluster's clock is ahead of ours; returns whether it will do. */
export function firesInTime(found: V1Job, { end, skewMs }: { readonly end: Millis; readonly skewMs: Millis }): boolean {
  const made = found.metadata?.creationTimestamp?.getTime();
  const seconds = found.spec?.ttlSecondsAfterFinished;
  return made !== undefined && seconds !== undefined && made - skewMs + seconds * 1000 <= end + TIMER_LATEST_MS;
}

/** As `likenessOfGrant`, of the identity. */
export function likenessOfAccount(found: V1ServiceAccount, wanted: V1ServiceAccount): Likeness {
  return likeness(found, wanted, found.automountServiceAccountToken === wanted.automountServiceAccountToken);
}

/** As `likenessOfGrant`, of a binding: the role, and the one subject. */
export function likenessOfBinding(found: V1RoleBinding, wanted: V1RoleBinding): Likeness {
  const parts = (binding: V1RoleBinding) => ({
    role: [binding.roleRef.apiGroup, binding.roleRef.kind, binding.roleRef.name],
    subjects: (binding.subjects ?? []).map(({ kind, namespace, name }) => [kind, namespace, name]),
  });
  return likeness(found, wanted, isDeepStrictEqual(parts(found), parts(wanted)));
}

/** Takes any object's metadata and a grant; returns whether its labels say that it is that grant's and ours. */
export function isOurs(metadata: Labelled | undefined, access: Pick<Access, "id">): boolean {
  return metadata?.labels?.[MANAGED_BY_LABEL] === "daypass" && metadata.labels[GRANT_LABEL] === access.id;
}

type Owned = { readonly metadata?: V1ObjectMeta };

function likeness(found: Owned, wanted: Owned, sameFields: boolean): Likeness {
  const marked =
    hasLabels(found.metadata ?? {}, wanted.metadata ?? {}) &&
    found.metadata?.annotations?.[EXPIRES_AT_ANNOTATION] === wanted.metadata?.annotations?.[EXPIRES_AT_ANNOTATION];
  if (!marked || !sameFields) return "foreign";
  const [owner, ...others] = found.metadata?.ownerReferences ?? [];
  const wantedOwner = wanted.metadata?.ownerReferences?.[0];
  if (others.length > 0 || owner?.kind !== wantedOwner?.kind || owner?.name !== wantedOwner?.name) return "foreign";
  return owner?.uid === wantedOwner?.uid ? "same" : "former";
}

type Labelled = { readonly labels?: Readonly<Record<string, string>> | undefined };

function hasLabels(found: Labelled, wanted: Labelled): boolean {
  return Object.entries(wanted.labels ?? {}).every(([name, value]) => found.labels?.[name] === value);
}
