/** The objects of a grant as an ending knows, finds and removes them. */
import type { V1ObjectMeta, V1RoleBinding } from "@kubernetes/client-node";
import type { Access } from "../workflows/ports.ts";
import { ACCESS_GRANTS, FoundAccessGrant } from "./access-grant.ts";
import { isOurs } from "./adopt.ts";
import { statusCode } from "./cluster-trouble.ts";
import type { Connection } from "./connections.ts";
import type { KnownGrant } from "./known-grants.ts";
import { GRANTS_NAMESPACE, objectName } from "./objects.ts";

/** An object of this grant as it was found. */
export interface Found {
  readonly uid: string;
  readonly role?: string;
}

/** A kind of object that a grant has, by the name that this grant's has. */
export interface Thing {
  readonly words: string;
  /** What is known of it without looking; null where nothing is. */
  readonly known: Found | null;
  /** This process deleted it already; only the proof looks. */
  readonly isCut?: boolean;
  /** Returns null where there is none, or where it is somebody else's. */
  find(): Promise<Found | null>;
  remove(preconditions: { preconditions: { uid: string }; propagationPolicy: string }): Promise<unknown>;
}

/** What the proof of an ending looks for once more. */
export interface Lending extends Thing {
  /** Whether it still lends: this grant's own is there, or somebody else's that binds this grant's identity. */
  isLeft(): Promise<boolean>;
}

/** Takes a grant, one of its namespaces and what is known of it; returns its binding there. */
export function bindingOf(
  cluster: Connection,
  access: Access,
  namespace: string,
  known: KnownGrant | undefined,
): Lending {
  const name = objectName(access);
  const read = () => cluster.cutting.readNamespacedRoleBinding({ namespace, name });
  return {
    words: `RoleBinding ${namespace}/${name}`,
    known: foundBy(known?.bindings.get(namespace)),
    isCut: known?.cut.has(namespace) ?? false,
    find: () => ours(access, read()),
    async isLeft() {
      const found = await orNull(read());
      return found !== null && (isOurs(found.metadata, access) || binds(found, name));
    },
    remove: (body) => cluster.cutting.deleteNamespacedRoleBinding({ namespace, name, body }),
  };
}

/** As `bindingOf`, of the identity. */
export function accountOf(cluster: Connection, access: Access, known: KnownGrant | undefined): Lending {
  const at = { namespace: GRANTS_NAMESPACE, name: objectName(access) };
  const find = () => ours(access, cluster.core.readNamespacedServiceAccount(at));
  return {
    words: `ServiceAccount ${at.name}`,
    known: foundBy(known?.uids?.account),
    find,
    isLeft: async () => (await find()) !== null,
    remove: (body) => cluster.core.deleteNamespacedServiceAccount({ ...at, body }),
  };
}

/** As `bindingOf`, of the AccessGrant. */
export function grantOf(cluster: Connection, access: Access, known: KnownGrant | undefined): Thing {
  const at = { ...ACCESS_GRANTS, name: objectName(access) };
  return {
    words: `AccessGrant ${at.name}`,
    known: foundBy(known?.uids?.grant),
    async find() {
      const answer = await orNull(cluster.custom.getClusterCustomObject(at));
      const { data } = FoundAccessGrant.safeParse(answer);
      return isOurs(data?.metadata, access) && data !== undefined
        ? { uid: data.metadata.uid, role: data.spec.role }
        : null;
    },
    remove: (body) => cluster.custom.deleteClusterCustomObject({ ...at, body }),
  };
}

function foundBy(uid: string | undefined): Found | null {
  return uid === undefined ? null : { uid };
}

function binds({ subjects = [] }: V1RoleBinding, account: string): boolean {
  return subjects.some(
    ({ kind, namespace, name }) => kind === "ServiceAccount" && namespace === GRANTS_NAMESPACE && name === account,
  );
}

async function ours(access: Access, reading: Promise<{ metadata?: V1ObjectMeta }>): Promise<Found | null> {
  const metadata = (await orNull(reading))?.metadata;
  return metadata?.uid !== undefined && isOurs(metadata, access) ? { uid: metadata.uid } : null;
}

async function orNull<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (statusCode(error) === 404) return null;
    throw error;
  }
}
