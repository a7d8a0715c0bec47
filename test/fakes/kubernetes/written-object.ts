import { frozen, KINDS, type Ref, type Stored, type StoredMetadata, timestamp, type Wanted } from "./stored-object.ts";

/** What the API server gives an object when it is made. */
interface Given {
  readonly uid: string;
  readonly at: number;
}

/** Takes what is to be made; returns it as it is stored, but for its version. */
export function asCreated({ plural, namespace, name }: Ref, wanted: Wanted, { uid, at }: Given): Stored {
  const { kind, apiVersion, counted } = KINDS[plural];
  const metadata = {
    ...frozen(wanted.metadata),
    ...{ name, uid, resourceVersion: "", creationTimestamp: timestamp(at) },
    ...(namespace === undefined ? {} : { namespace }),
    ...(counted ? { generation: 1 } : {}),
  };
  return { ...fieldsOf(wanted), kind, apiVersion, metadata };
}

/** Takes what is there and what was sent instead; returns what is stored then. What the API server sets stays. */
export function asEdited(found: Stored, wanted: Wanted): Stored {
  const { kind, apiVersion, metadata } = found;
  const { name, namespace, uid, creationTimestamp, deletionTimestamp, generation, resourceVersion } = metadata;
  const isOther = generation !== undefined && wanted.spec !== found.spec;
  const kept: StoredMetadata = {
    ...{ name, uid, creationTimestamp, resourceVersion },
    ...(namespace === undefined ? {} : { namespace }),
    ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
    ...(generation === undefined ? {} : { generation: generation + (isOther ? 1 : 0) }),
  };
  return { ...fieldsOf(wanted, found), kind, apiVersion, metadata: { ...frozen(wanted.metadata), ...kept } };
}

/** Copies all but the metadata, and of that only what is not there already. */
function fieldsOf(wanted: Wanted, found?: Stored): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const name in wanted) {
    const value = wanted[name];
    if (name !== "metadata" && value !== undefined) fields[name] = value === found?.[name] ? value : frozen(value);
  }
  return fields;
}
