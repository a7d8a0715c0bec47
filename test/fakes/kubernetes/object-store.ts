import { createHistory, type History } from "./history.ts";
import { alreadyExists, conflict, notFound, terminating } from "./refusals.ts";
import {
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
import { asCreated, asEdited } from "./written-object.ts";

/** What a delete may carry. */
export interface DeleteOptions {
  readonly preconditions?: { readonly uid?: string };
  readonly propagationPolicy?: string;
}

/** All that one API server keeps. Every method that names an object throws as the API server answers. */
export interface ObjectStore {
  readonly history: History;
  /** When the last write was. */
  readonly changedAt: number;
  create(ref: Ref, wanted: Wanted): Stored;
  find(ref: Ref): Stored | undefined;
  get(ref: Ref): Stored;
  /** Writes `change` of what is there; changes of the spec are counted in the kinds that count them. */
  edit(ref: Ref, change: (found: Stored) => Wanted): Stored;
  remove(ref: Ref, options?: DeleteOptions): Stored;
  /** Takes away a namespace that its controller has emptied. */
  finish(namespace: string): void;
  /** All of a kind, by creation, in one namespace or in all. */
  list(plural: Plural, namespace?: string): Stored[];
  /** Whether the owner that an object in this namespace names is there. */
  isThere(owner: OwnerReference, namespace: string | undefined): boolean;
}

type Tables = Readonly<Record<Plural, Map<string, Stored>>>;

export interface ObjectStoreParts {
  /** The server's, by which its uids are told from others'. */
  readonly id: string;
  now(): number;
  /** Hears of every write, right after it. */
  changed?(): void;
}

/** Takes the parts; returns an empty store. */
export function createObjectStore({ id, now, changed }: ObjectStoreParts): ObjectStore {
  const tables = Object.fromEntries(PLURALS.map((plural) => [plural, new Map()])) as Tables;
  const byUid = new Map<string, Stored>();
  const history = createHistory();
  let made = 0;

  /** Takes an object whose parts nobody can change. */
  function write(type: "ADDED" | "MODIFIED" | "DELETED", plural: Plural, next: Stored): Stored {
    const resourceVersion = String(history.version + 1);
    const object = Object.freeze({ ...next, metadata: Object.freeze({ ...next.metadata, resourceVersion }) });
    const [key, table] = [keyOf(next.metadata), tables[plural]];
    history.record({ type, plural, object, before: table.get(key) });
    store.changedAt = now();
    if (type === "DELETED") table.delete(key);
    else table.set(key, object);
    if (type === "ADDED") byUid.set(object.metadata.uid, object);
    if (type === "DELETED") byUid.delete(object.metadata.uid);
    changed?.();
    return object;
  }

  const store: ObjectStore & { changedAt: number } = {
    ...{ history, changedAt: now() },
    create(ref, wanted) {
      expectNamespace(store, ref);
      if (store.find(ref) !== undefined) throw alreadyExists(ref);
      const object = asCreated(ref, wanted, { uid: `${id}-${made + 1}`, at: now() });
      validate(ref, object, undefined);
      made += 1;
      return write("ADDED", ref.plural, object);
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
      const isGone = found.metadata.deletionTimestamp !== undefined && !isHeld(ref.plural, next.metadata);
      return write(isGone ? "DELETED" : "MODIFIED", ref.plural, next);
    },
    remove(ref, { preconditions, propagationPolicy } = {}) {
      const found = store.get(ref);
      expectUid(ref, preconditions?.uid, found.metadata.uid);
      if (orphans(ref.plural, propagationPolicy)) orphan(store, found);
      if (!isHeld(ref.plural, found.metadata)) return write("DELETED", ref.plural, found);
      if (found.metadata.deletionTimestamp !== undefined) return found;
      return write("MODIFIED", ref.plural, marked(found, now()));
    },
    finish: (name) => void write("DELETED", "namespaces", store.get({ plural: "namespaces", name })),
    list(plural, namespace) {
      const all = [...tables[plural].values()];
      return namespace === undefined ? all : all.filter(({ metadata }) => metadata.namespace === namespace);
    },
    isThere({ kind, name, uid }, namespace) {
      const found = byUid.get(uid);
      if (found === undefined || found.kind !== kind || found.metadata.name !== name) return false;
      return found.metadata.namespace === undefined || found.metadata.namespace === namespace;
    },
  };
  return store;
}

function expectNamespace(store: ObjectStore, ref: Ref): void {
  if (ref.namespace === undefined) return;
  const namespace = store.get({ plural: "namespaces", name: ref.namespace });
  if (namespace.metadata.deletionTimestamp !== undefined) throw terminating(ref);
}

function expectUid(ref: Ref, wanted: string | undefined, found: string): void {
  if (wanted === undefined || wanted === found) return;
  throw conflict(ref, `the UID in the precondition (${wanted}) does not match the UID in record (${found})`);
}

/** What a finalizer holds is only marked when it is deleted; so is a namespace, which its controller empties first. */
function isHeld(plural: Plural, { finalizers = [] }: StoredMetadata): boolean {
  return finalizers.length > 0 || plural === "namespaces";
}

function marked(found: Stored, at: number): Stored {
  return { ...found, metadata: { ...found.metadata, deletionTimestamp: timestamp(at) } };
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
