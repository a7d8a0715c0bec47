import type { Access } from "../workflows/ports.ts";
import { asTrouble, statusCode } from "./cluster-trouble.ts";
import type { Connection } from "./connections.ts";
import type { KnownGrant } from "./known-grants.ts";
import { objectName } from "./objects.ts";

/**
 * Takes a cluster and a grant; deletes the bindings whose uids this process knows, side by side, and reads nothing
 * before. Does nothing where none is known. Throws ClusterTrouble only where no answer came: what the cluster refuses,
 * the ending that follows deals with and tells.
 */
export async function cutAccess(cluster: Connection, access: Access): Promise<void> {
  const known = cluster.known.find(objectName(access));
  if (known === undefined || known.bindings.size === 0) return;
  const bindings = [...known.bindings];
  const cutting = Promise.all(
    bindings.map(([namespace, uid]) => cutBinding(cluster, access, known, { namespace, uid })),
  );
  known.cutting = cutting;
  const silent = (await cutting).find((trouble) => trouble?.silent);
  if (silent !== undefined) throw silent;
}

/** Returns what went wrong; the binding then counts as not cut. Another one may have its name now (409). */
async function cutBinding(
  cluster: Connection,
  access: Access,
  { bindings, cut }: KnownGrant,
  { namespace, uid }: { readonly namespace: string; readonly uid: string },
) {
  // Before the answer: whoever cuts meanwhile has nothing left to do.
  bindings.delete(namespace);
  try {
    const body = { preconditions: { uid }, propagationPolicy: "Background" };
    await cluster.cutting.deleteNamespacedRoleBinding({ namespace, name: objectName(access), body });
    cut.add(namespace);
  } catch (error) {
    if (statusCode(error) === 404) cut.add(namespace);
    if (statusCode(error) === 404 || statusCode(error) === 409) return null;
    bindings.set(namespace, uid);
    return asTrouble(cluster.id, `delete RoleBinding ${namespace}/${objectName(access)}`, error);
  }
  return null;
}
