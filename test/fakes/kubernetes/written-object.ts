import { frozen, KINDS, type Ref, type Stored, timestamp, type Wanted } from "./stored-object.ts";

/** Takes what is to be made; returns it as it is stored, but for its version. */
export function asCreated({ plural, namespace, name }: Ref, wanted: Wanted, made: { uid: string; at: number }): Stored {
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

/** Takes what is there and what was sent instead; returns what is stored then. What the API server sets stays. */
export function asEdited(found: Stored, wanted: Wanted): Stored {
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
