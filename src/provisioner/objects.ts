/**
 * What a grant is made of in its cluster, as plain values. Every name carries the
 * grant's id and its end, so it can be made again from the grant alone and is never used twice. Every object carries
 * the same labels and, but for the AccessGrant, exactly one owner: with two, a ServiceAccount outlives its timer.
 */
import type { V1Job, V1OwnerReference, V1RoleBinding, V1Secret, V1ServiceAccount } from "@kubernetes/client-node";
import type { Lent } from "../workflows/grant.ts";
import type { Millis } from "../workflows/person.ts";
import type { Access, Held } from "../workflows/ports.ts";
import type { AccessGrant } from "./access-grant.ts";

/** Holds nothing but grant identities. */
export const GRANTS_NAMESPACE = "daypass-grants";
export const GRANT_LABEL = "daypass.dev/grant";
export const MANAGED_BY_LABEL = "app.kubernetes.io/managed-by";
export const EXPIRES_AT_ANNOTATION = "daypass.dev/expires-at";
export const END_MINUTE_LABEL = "daypass.dev/end-minute";
const RBAC = "rbac.authorization.k8s.io";

/** An object that owns others, as the API server answered when it was made. */
export interface Owner {
  readonly name: string;
  readonly uid: string;
}

/** Takes a grant's id and end; returns the name of all its objects, `g-<id>-<epoch seconds>`. */
export function objectName(access: Pick<Access, "id" | "end">): string {
  return `g-${access.id}-${Math.floor(access.end / 1000)}`;
}

/** Takes a grant's id and end and a delivery's number; returns the name of the Secret its token is bound to. */
export function anchorName(access: Pick<Access, "id" | "end">, n: number): string {
  return `${objectName(access)}-d${n}`;
}

/** Takes the name of a ServiceAccount of ours; returns the user name it acts under. */
export function userName(account: string): string {
  return `system:serviceaccount:${GRANTS_NAMESPACE}:${account}`;
}

/** Takes a grant; returns the AccessGrant that says all of it. */
export function accessGrant(grant: Omit<Held, "madeAt">): AccessGrant {
  return {
    apiVersion: "daypass.dev/v1alpha1",
    kind: "AccessGrant",
    metadata: marks(grant),
    spec: {
      request: grant.request,
      requester: grant.grantee,
      decidedBy: { kind: grant.decidedBy.kind, people: [...grant.decidedBy.people] },
      cluster: grant.cluster,
      namespaces: [...grant.namespaces],
      profile: grant.profile,
      role: grant.role,
      roleHash: grant.roleHash,
      expiresAt: new Date(grant.end).toISOString(),
      subject: userName(objectName(grant)),
    },
  };
}

/**
 * Takes a grant's id and end, the AccessGrant and the time; returns the timer: a Job that completes at once, runs no
 * pod, and is deleted by the cluster's own controllers at the end, with all it owns.
 */
export function timerJob(access: Access, grant: Owner, now: Millis): V1Job {
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { ...marks(access), namespace: GRANTS_NAMESPACE, ownerReferences: [ownedBy(grant, "AccessGrant")] },
    spec: {
      completions: 0,
      parallelism: 0,
      ttlSecondsAfterFinished: timerSeconds(access.end, now),
      template: { spec: neverRuns() },
    },
  };
}

/**
 * Takes the end and the time; returns the timer's seconds. Up to two seconds late on purpose: the API server cuts the
 * moment of completion to a whole second, and a switch that comes before the end would take what is still lent.
 */
export function timerSeconds(end: Millis, now: Millis): number {
  return Math.max(0, Math.ceil((end - now) / 1000)) + 1;
}

/** Takes a grant's id and end and its timer; returns the identity that the grant acts under. */
export function serviceAccount(access: Access, timer: Owner): V1ServiceAccount {
  return {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { ...marks(access), namespace: GRANTS_NAMESPACE, ownerReferences: [ownedBy(timer, "Job")] },
    automountServiceAccountToken: false,
  };
}

/** Takes a grant, one of its namespaces and its AccessGrant; returns the binding of the role to the identity there. */
export function roleBinding(grant: Access & Pick<Lent, "role">, namespace: string, owner: Owner): V1RoleBinding {
  return {
    apiVersion: `${RBAC}/v1`,
    kind: "RoleBinding",
    metadata: { ...marks(grant), namespace, ownerReferences: [ownedBy(owner, "AccessGrant")] },
    roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: grant.role },
    subjects: [{ kind: "ServiceAccount", namespace: GRANTS_NAMESPACE, name: objectName(grant) }],
  };
}

/** Takes a grant's id and end, a delivery's number and the timer; returns the empty Secret its token is bound to. */
export function anchorSecret(access: Pick<Access, "id" | "end">, n: number, timer: Owner): V1Secret {
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      ...marks(access),
      name: anchorName(access, n),
      namespace: GRANTS_NAMESPACE,
      ownerReferences: [ownedBy(timer, "Job")],
    },
    type: "Opaque",
  };
}

function marks(access: Pick<Access, "id" | "end">) {
  return {
    name: objectName(access),
    labels: {
      [MANAGED_BY_LABEL]: "daypass",
      [GRANT_LABEL]: access.id,
      [END_MINUTE_LABEL]: String(Math.floor(access.end / 60_000)),
    },
    annotations: { [EXPIRES_AT_ANNOTATION]: new Date(access.end).toISOString() },
  };
}

function ownedBy(owner: Owner, kind: "AccessGrant" | "Job"): V1OwnerReference {
  return { apiVersion: kind === "Job" ? "batch/v1" : "daypass.dev/v1alpha1", kind, name: owner.name, uid: owner.uid };
}

/** A Job must have a pod template. This one asks for nothing that Pod Security's `restricted` warns of. */
function neverRuns() {
  return {
    restartPolicy: "Never",
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
    containers: [
      {
        name: "never-runs",
        image: "daypass.dev/never-runs",
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
      },
    ],
  };
}
