import { alreadyExists, conflict, notFound, terminating } from "./refusals.ts";
import {
  frozen,
  KINDS,
  keyOf,
  type OwnerReference,
  PLURALS,
  type Plural,
  type Ref,
  type Stored,
  type StoredMetadata,
  timestamp,
  type Wanted,
} from "./stored-object.ts";
import { validate } from "./validation.ts";

/** One write. */
export interface Change {
  readonly version: number;
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly plural: Plural;
  /** As it is after the write; of what was deleted, as it was, with the version of its deletion. */
  readonly object: Stored;
}

/** What a delete may carry. */
export interface DeleteOptions {
  readonly preconditions?: { readonly uid?: string };
  readonly propagationPolicy?: string;
}

/** All that one API server keeps. Every method that names an object throws as the API server answers. */
export interface ObjectStore {
  /** Of the last write; every write counts it up. */
  readonly version: number;
  /** When the last write was. */
  readonly changedAt: number;
  /** All writes, oldest first. */
  readonly history: readonly Change[];
  create(ref: Ref, wanted: Wanted): Stored;
  find(ref: Ref): Stored | undefined;
  get(ref: Ref): Stored;
  /** Writes `change` of what is there; the spec's changes are counted where its kind counts them. */
  edit(ref: Ref, change: (found: Stored) => Wanted): Stored;
  remove(ref: Ref, options?: DeleteOptions): Stored;
  /** Takes away a namespace that its controller has emptied. */
  finish(namespace: string): void;
  /** All of a kind, by creation, in one namespace or in all. */
  list(plural: Plural, namespace?: string): Stored[];
  /** Whether the owner that an object in this namespace names is there. */
  isThere(owner: OwnerReference, namespace: string | undefined): boolean;
  /** Calls with each write from now on; returns what ends that. */
  onChange(hear: (change: Change) => void): () => void;
}

/** Takes the server's id, by which its uids are told from others', and its clock; returns an empty store. */
export function createObjectStore({ id, now }: { readonly id: string; now(): number }): ObjectStore {
  const tables = new Map(PLURALS.map((plural) => [plural, new Map<string, Stored>()]));
  const table = (plural: Plural) => tables.get(plural) as Map<string, Stored>;
  const history: Change[] = [];
  const listeners = new Set<(change: Change) => void>();
  let [version, changedAt, made] = [100, now(), 0];

  function write(type: Change["type"], plural: Plural, object: Stored): Stored {
    changedAt = now();
    if (type === "DELETED") table(plural).delete(keyOf(object.metadata));
    else table(plural).set(keyOf(object.metadata), object);
    const change = { version, type, plural, object };
    history.push(change);
    for (const hear of listeners) hear(change);
    return object;
  }

  function versioned(object: Stored, changes: Partial<StoredMetadata> = {}): Stored {
    version += 1;
    return frozen({ ...object, metadata: { ...object.metadata, ...changes, resourceVersion: String(version) } });
  }

  const store: ObjectStore = {
    get version() {
      return version;
    },
    get changedAt() {
      return changedAt;
    },
    history,
    create(ref, wanted) {
      expectNamespace(store, ref);
      if (store.find(ref) !== undefined) throw alreadyExists(ref);
      const { kind, apiVersion, counted } = KINDS[ref.plural];
      made += 1;
      const metadata = {
        ...wanted.metadata,
        name: ref.name,
        ...(ref.namespace === undefined ? {} : { namespace: ref.namespace }),
        ...(counted ? { generation: 1 } : {}),
        ...{ uid: `${id}-${made}`, resourceVersion: "", creationTimestamp: timestamp(now()) },
      };
      const object: Stored = { ...wanted, kind, apiVersion, metadata };
      validate(ref, object, undefined);
      return write("ADDED", ref.plural, versioned(object));
    },
    find: ({ plural, namespace, name }) => table(plural).get(keyOf({ namespace, name })),
    get(ref) {
      const found = store.find(ref);
      if (found === undefined) throw notFound(ref);
      return found;
    },
    edit(ref, change) {
      const found = store.get(ref);
      const wanted = change(found);
      const { uid, creationTimestamp, deletionTimestamp, generation } = found.metadata;
      const next: Stored = {
        ...{ ...wanted, kind: found.kind, apiVersion: found.apiVersion },
        metadata: {
          ...{ ...found.metadata, ...wanted.metadata, uid, creationTimestamp },
          ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
          ...(generation === undefined ? {} : { generation: generation + (wanted.spec === found.spec ? 0 : 1) }),
        },
      };
      validate(ref, next, found);
      const isGone = deletionTimestamp !== undefined && (next.metadata.finalizers ?? []).length === 0;
      return write(isGone ? "DELETED" : "MODIFIED", ref.plural, versioned(next));
    },
    remove(ref, { preconditions, propagationPolicy } = {}) {
      const found = store.get(ref);
      const uid = preconditions?.uid;
      if (uid !== undefined && uid !== found.metadata.uid) {
        const words = `the UID in the precondition (${uid}) does not match the UID in record (${found.metadata.uid})`;
        throw conflict(ref, words);
      }
      if (orphans(ref.plural, propagationPolicy)) orphan(store, found);
      return takeAway(ref, found);
    },
    finish(name) {
      write("DELETED", "namespaces", versioned(store.get({ plural: "namespaces", name })));
    },
    list(plural, namespace) {
      const all = [...table(plural).values()];
      return namespace === undefined ? all : all.filter(({ metadata }) => metadata.namespace === namespace);
    },
    isThere({ kind, name, uid }, namespace) {
      const plural = PLURALS.find((one) => KINDS[one].kind === kind);
      if (plural === undefined) return false;
      const at = KINDS[plural].namespaced ? { plural, namespace, name } : { plural, name };
      return store.find(at)?.metadata.uid === uid;
    },
    onChange(hear) {
      listeners.add(hear);
      return () => void listeners.delete(hear);
    },
  };

  /** What a finalizer holds, and a namespace (whose controller empties it first), is only marked. */
  function takeAway({ plural }: Ref, found: Stored): Stored {
    const isHeld = (found.metadata.finalizers ?? []).length > 0 || plural === "namespaces";
    if (!isHeld) return write("DELETED", plural, versioned(found));
    if (found.metadata.deletionTimestamp !== undefined) return found;
    return write("MODIFIED", plural, versioned(found, { deletionTimestamp: timestamp(now()) }));
  }
  return store;
}

function expectNamespace(store: ObjectStore, ref: Ref): void {
  if (ref.namespace === undefined) return;
  const namespace = store.get({ plural: "namespaces", name: ref.namespace });
  if (namespace.metadata.deletionTimestamp !== undefined) throw terminating(ref);
}

/** A raw delete of a Job leaves what it owns (measured); of everything else it takes it along. */
function orphans(plural: Plural, policy: string | undefined): boolean {
  return policy === "Orphan" || (plural === "jobs" && policy === undefined);
}

function orphan(store: ObjectStore, owner: Stored): void {
  const isOther = ({ uid }: OwnerReference) => uid !== owner.metadata.uid;
  for (const plural of PLURALS) {
    for (const { metadata } of store.list(plural)) {
      const owners = metadata.ownerReferences ?? [];
      if (owners.every(isOther)) continue;
      const ownerReferences = owners.filter(isOther);
      store.edit({ plural, ...metadata }, (found) => ({ ...found, metadata: { ...found.metadata, ownerReferences } }));
    }
  }
}

/** Takes what is stored and a version; returns what was there of a kind when that was the last write. */
export function snapshotAt({ history }: ObjectStore, plural: Plural, version: number): Stored[] {
  const found = new Map<string, Stored>();
  for (const change of history) {
    if (change.version > version) break;
    if (change.plural !== plural) continue;
    const key = keyOf(change.object.metadata);
    if (change.type === "DELETED") found.delete(key);
    else found.set(key, change.object);
  }
  return [...found.values()];
}
