/** Objects as an API server keeps them: plain values that never change; a write puts another in their place. */

/** The kinds that Daypass touches, by their plural. */
export const KINDS = {
  accessgrants: { kind: "AccessGrant", apiVersion: "daypass.dev/v1alpha1", namespaced: false, counted: true },
  jobs: { kind: "Job", apiVersion: "batch/v1", namespaced: true, counted: true },
  serviceaccounts: { kind: "ServiceAccount", apiVersion: "v1", namespaced: true, counted: false },
  secrets: { kind: "Secret", apiVersion: "v1", namespaced: true, counted: false },
  rolebindings: {
    kind: "RoleBinding",
    apiVersion: "rbac.authorization.k8s.io/v1",
    namespaced: true,
    counted: false,
  },
  clusterroles: {
    kind: "ClusterRole",
    apiVersion: "rbac.authorization.k8s.io/v1",
    namespaced: false,
    counted: false,
  },
  namespaces: { kind: "Namespace", apiVersion: "v1", namespaced: false, counted: false },
} as const;

export type Plural = keyof typeof KINDS;

export const PLURALS = Object.keys(KINDS) as readonly Plural[];

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

export interface StoredMetadata {
  readonly name: string;
  readonly namespace?: string;
  readonly uid: string;
  readonly resourceVersion: string;
  /** Counts changes of the spec, in the kinds that count them. */
  readonly generation?: number;
  /** ISO, in whole seconds as the API server writes it. */
  readonly creationTimestamp: string;
  readonly deletionTimestamp?: string;
  readonly finalizers?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly OwnerReference[];
}

/** An object with whatever else its kind has: `spec`, `subjects`, `rules`, … */
export interface Stored {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: StoredMetadata;
  readonly [field: string]: unknown;
}

/** What somebody sends to be stored. */
export interface Wanted {
  readonly metadata?: Partial<Omit<StoredMetadata, "name">> & { readonly name?: string };
  readonly [field: string]: unknown;
}

/** Names one object. */
export interface Ref {
  readonly plural: Plural;
  readonly namespace?: string | undefined;
  readonly name: string;
}

/** Takes a reference; returns `namespace/name`, or the name of what is in no namespace. */
export function keyOf({ namespace, name }: Pick<Ref, "namespace" | "name">): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** Takes objects of a kind; returns them as lists have them: by key. */
export function byKey(objects: readonly Stored[]): Stored[] {
  const keyed = objects.map((object) => ({ object, key: keyOf(object.metadata) }));
  return keyed.sort((one, other) => (one.key < other.key ? -1 : 1)).map(({ object }) => object);
}

let latest = { second: Number.NaN, text: "" };

/** Takes a moment; returns it as Kubernetes writes one: ISO, cut to the second. */
export function timestamp(at: number): string {
  const second = Math.floor(at / 1000);
  if (second !== latest.second) latest = { second, text: `${new Date(at).toISOString().slice(0, 19)}Z` };
  return latest.text;
}

/** Takes any plain value; returns a copy that nobody can change, so it may be handed to everybody. */
export function frozen<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return Object.freeze(value.map(frozen)) as T;
  const copy: Record<string, unknown> = {};
  for (const name in value) if (value[name] !== undefined) copy[name] = frozen(value[name]);
  return Object.freeze(copy) as T;
}

/** Takes a stored object; returns it as client-node's own deserializer gives it: moments are Dates. */
export function typed<T>(stored: Stored): T {
  const { creationTimestamp, deletionTimestamp } = stored.metadata;
  const metadata = {
    ...stored.metadata,
    creationTimestamp: new Date(creationTimestamp),
    ...(deletionTimestamp === undefined ? {} : { deletionTimestamp: new Date(deletionTimestamp) }),
  };
  const completionTime = completionTimeOf(stored);
  const status = completionTime === null ? {} : { status: { ...(stored.status as object), completionTime } };
  return { ...stored, metadata, ...status } as T;
}

/** Takes a Job; returns when it was completed, or null. */
export function completionTimeOf(job: Stored): Date | null {
  const status = job.status as { completionTime?: string } | undefined;
  return status?.completionTime === undefined ? null : new Date(status.completionTime);
}
