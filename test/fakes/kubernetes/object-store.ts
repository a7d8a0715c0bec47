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
  /** As it was, where it was there. */
  readonly before: Stored | undefined;
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
  /** Lists and watches from an older version than this one are refused (410). */
  readonly oldest: number;
  /** Forgets what was before now, as an API server does after some minutes. */
  compact(): void;
  /** Returns where in the history the first write after a version is. */
  after(version: number): number;
  /** Resolves with the next write of a kind. */
  nextChange(plural: Plural): Promise<void>;
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
}

/** The version before the first write. */
const FIRST = 100;

/** Takes the server's id, by which its uids are told from others', and its clock; returns an empty store. */
export function createObjectStore({ id, now }: { readonly id: string; now(): number }): ObjectStore {
  const tables = Object.fromEntries(PLURALS.map((plural) => [plural, new Map()])) as Tables;
  const history: Change[] = [];
  let [version, changedAt, made, oldest] = [FIRST, now(), 0, 0];
  const waiting = new Map<Plural, PromiseWithResolvers<void>>();

  function write(type: Change["type"], plural: Plural, object: Stored): Stored {
    const [key, table] = [keyOf(object.metadata), tables[plural]];
    history.push({ version, type, plural, object, before: table.get(key) });
    changedAt = now();
    if (type === "DELETED") table.delete(key);
    else table.set(key, object);
    waiting.get(plural)?.resolve();
    waiting.delete(plural);
    return object;
  }

  /** Takes an object whose parts nobody can change. */
  function versioned(object: Stored, changes: Partial<StoredMetadata> = {}): Stored {
    version += 1;
    const metadata = Object.freeze({ ...object.metadata, ...changes, resourceVersion: String(version) });
    return Object.freeze({ ...object, metadata });
  }

  const store: ObjectStore = {
    get version() {
      return version;
    },
    get changedAt() {
      return changedAt;
    },
    history,
    get oldest() {
      return oldest;
    },
    compact() {
      oldest = version;
    },
    // Every write counts the version up by one.
    after: (known) => Math.max(0, known - FIRST),
    nextChange(plural) {
      const next = waiting.get(plural) ?? Promise.withResolvers<void>();
      waiting.set(plural, next);
      return next.promise;
    },
    create(ref, wanted) {
      expectNamespace(store, ref);
      if (store.find(ref) !== undefined) throw alreadyExists(ref);
      const object = asCreated(ref, wanted, { uid: `${id}-${made + 1}`, at: now() });
      validate(ref, object, undefined);
      made += 1;
      return write("ADDED", ref.plural, versioned(object));
    },
    find: (ref) => tables[ref.plural].get(keyOf(ref)),
    get(ref) {
      const found = store.find(ref);
      if (found === undefined) throw notFound(ref);
      return found;
    },
    edit(ref, change) {
      const found = store.get(ref);
      const next = asEdited(found, change(found));
      validate(ref, next, found);
      const isGone = found.metadata.deletionTimestamp !== undefined && (next.metadata.finalizers ?? []).length === 0;
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
      const all = [...tables[plural].values()];
      return namespace === undefined ? all : all.filter(({ metadata }) => metadata.namespace === namespace);
    },
    isThere({ kind, name, uid }, namespace) {
      const plural = PLURALS.find((one) => KINDS[one].kind === kind);
      if (plural === undefined) return false;
      const at = KINDS[plural].namespaced ? { plural, namespace, name } : { plural, name };
      return store.find(at)?.metadata.uid === uid;
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

type Tables = Readonly<Record<Plural, Map<string, Stored>>>;

function asCreated({ plural, namespace, name }: Ref, wanted: Wanted, made: { uid: string; at: number }): Stored {
  const { kind, apiVersion, counted } = KINDS[plural];
  const object = frozen(wanted);
  const metadata = {
    ...object.metadata,
    ...{ name, uid: made.uid, resourceVersion: "", creationTimestamp: timestamp(made.at) },
    ...(namespace === undefined ? {} : { namespace }),
    ...(counted ? { generation: 1 } : {}),
  };
  return { ...object, kind, apiVersion, metadata };
}

/** What the API server sets stays as it is, whatever is sent. */
function asEdited(found: Stored, wanted: Wanted): Stored {
  const { kind, apiVersion, metadata } = found;
  const { name, namespace, uid, creationTimestamp, deletionTimestamp, generation, resourceVersion } = metadata;
  const fields = Object.entries(wanted).map(([field, value]) => [
    field,
    value === found[field] ? value : frozen(value),
  ]);
  const isOther = generation !== undefined && wanted.spec !== found.spec;
  const kept = {
    ...{ name, uid, creationTimestamp, resourceVersion },
    ...(namespace === undefined ? {} : { namespace }),
    ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
    ...(generation === undefined ? {} : { generation: generation + (isOther ? 1 : 0) }),
  };
  const next = Object.fromEntries(fields) as Wanted;
  return { ...next, kind, apiVersion, metadata: { ...next.metadata, ...kept } };
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
