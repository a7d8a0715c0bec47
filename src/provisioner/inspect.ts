import type { V1Namespace } from "@kubernetes/client-node";
import type { Access, Damage, Held } from "../workflows/ports.ts";
import { ACCESS_GRANTS } from "./access-grant.ts";
import { likenessOfAccount, likenessOfBinding, likenessOfGrant, likenessOfTimer } from "./adopt.ts";
import { asTrouble, statusCode } from "./cluster-trouble.ts";
import type { Connection } from "./connections.ts";
import { type FoundGrant, grantFrom } from "./found-grant.ts";
import { accessGrant, GRANTS_NAMESPACE, objectName, roleBinding, serviceAccount, timerJob } from "./objects.ts";
import { hashRole } from "./role-rules.ts";

/**
 * Takes a cluster and a grant in use; reads its objects and its role and returns what is not as it was made, or null.
 * A grant that is being made or ended lacks objects without being damaged: it is not to be asked about. Throws
 * ClusterTrouble where any answer is missing.
 */
export async function inspectAccess(cluster: Connection, access: Access): Promise<Damage | null> {
  try {
    const name = objectName(access);
    const answer: unknown = await orNull(cluster.custom.getClusterCustomObject({ ...ACCESS_GRANTS, name }));
    if (answer === null) return byHand("its AccessGrant was removed by hand");
    const found = grantFrom(cluster.id, answer);
    if (found === null || !isAsMade(answer, access)) return byHand("its AccessGrant was changed by hand");
    if (found.deleting) return byHand(BEING_REMOVED);
    return await inspectParts(cluster, access, found);
  } catch (error) {
    throw asTrouble(cluster.id, "read the objects of a grant", error);
  }
}

/** What is said of an AccessGrant that something keeps from going for now. */
export const BEING_REMOVED = "its AccessGrant is being removed by hand";

/** Takes a sentence without its full stop; returns the damage that is somebody's own doing. */
export function byHand(words: string): Damage {
  return { why: "changedByHand", words };
}

/** A role by what `hashRole` makes of it. */
export interface Hashed {
  readonly hash: string | null;
}

/** Takes where it is, a grant as held, and its role (null where it is gone); returns what is wrong with that. */
export function roleDamage({ cluster, role, roleHash }: Held, found: Hashed | null): Damage | null {
  if (found === null) return { why: "roleChanged", words: `${role} is no longer in ${cluster}` };
  if (found.hash === roleHash) return null;
  return { why: "roleChanged", words: `what ${role} allows in ${cluster} is not what was approved` };
}

/** The spec cannot change, so it is compared with itself where the record does not say more than it. */
function isAsMade(answer: unknown, access: Access): boolean {
  const found = grantFrom(access.cluster, answer);
  const spec = (answer as { spec?: { cluster?: string } }).spec;
  if (found === null || found.held.end !== access.end) return false;
  const { namespaces } = access;
  const wanted = accessGrant({ ...found.held, namespaces, cluster: spec?.cluster ?? access.cluster });
  return likenessOfGrant(answer, wanted) === "same";
}

async function inspectParts(cluster: Connection, access: Access, { held, uid }: FoundGrant): Promise<Damage | null> {
  const [name, owner] = [objectName(access), { name: objectName(access), uid }];
  const [role, timer, account, ...bindings] = await Promise.all([
    orNull(cluster.rbac.readClusterRole({ name: held.role })),
    orNull(cluster.batch.readNamespacedJob({ namespace: GRANTS_NAMESPACE, name })),
    orNull(cluster.core.readNamespacedServiceAccount({ namespace: GRANTS_NAMESPACE, name })),
    ...access.namespaces.map((namespace) => inspectBinding(cluster, held, namespace, owner)),
  ]);
  const hashed = role === null ? null : { hash: hashRole(role) };
  const damaged = roleDamage(held, hashed) ?? bindings.find((damage) => damage !== null) ?? null;
  if (damaged !== null) return damaged;
  if (timer === null) return byHand("the timer Job was removed by hand");
  if (likenessOfTimer(timer, timerJob(access, owner, access.end)) !== "same") {
    return byHand("the timer Job was changed by hand");
  }
  if (account === null) return byHand("the ServiceAccount was removed by hand");
  const wanted = serviceAccount(access, { name, uid: timer.metadata?.uid ?? "" });
  return likenessOfAccount(account, wanted) === "same" ? null : byHand("the ServiceAccount was changed by hand");
}

async function inspectBinding(
  cluster: Connection,
  held: Held,
  namespace: string,
  owner: { readonly name: string; readonly uid: string },
): Promise<Damage | null> {
  const found = await orNull(cluster.rbac.readNamespacedRoleBinding({ namespace, name: owner.name }));
  if (found !== null) {
    const isSame = likenessOfBinding(found, roleBinding(held, namespace, owner)) === "same";
    return isSame ? null : byHand(`the RoleBinding in ${namespace} was changed by hand`);
  }
  const place = await orNull(cluster.core.readNamespace({ name: namespace }));
  if (isGoing(place)) return { why: "namespaceDeleted", words: `the namespace ${namespace} was deleted` };
  return byHand(`the RoleBinding in ${namespace} was removed by hand`);
}

function isGoing(namespace: V1Namespace | null): boolean {
  return namespace === null || namespace.metadata?.deletionTimestamp !== undefined;
}

async function orNull<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (statusCode(error) === 404) return null;
    throw error;
  }
}
