import type { V1ClusterRole } from "@kubernetes/client-node";
import type { Lent } from "../workflows/grant.ts";
import type { Millis } from "../workflows/person.ts";
import type { ClusterRefusal } from "../workflows/ports.ts";
import { ClusterTrouble } from "../workflows/trouble.ts";
import { ACCESS_GRANTS } from "./access-grant.ts";
import {
  firesInTime,
  type Likeness,
  likenessOfAccount,
  likenessOfBinding,
  likenessOfGrant,
  likenessOfTimer,
} from "./adopt.ts";
import { explain, RefusedByCluster, statusCode } from "./cluster-trouble.ts";
import type { Connection } from "./connections.ts";
import * as objects from "./objects.ts";
import { GRANTS_NAMESPACE, type Owner, objectName } from "./objects.ts";
import { cellsOf, hashRole, type RoleRules } from "./role-rules.ts";
import { findTimer } from "./timer.ts";
import { anchorTrial, makeTrial } from "./trial.ts";

/**
 * Takes a cluster, a grant and the time; makes the grant's objects, each after its owner, or takes over what an earlier
 * try left, and proves it with a trial. Returns the refusal where the cluster's answer is no; throws ClusterTrouble
 * where trying again can help.
 *
 * An object is made when its owner's answer is there, so a crash at any await leaves nothing without owner and labels.
 * Calls that do not need each other's answer go side by side.
 */
export async function makeAccess(
  cluster: Connection,
  grant: Lent,
  now: () => Millis,
): Promise<{ readonly proven: true } | ClusterRefusal> {
  try {
    const [owner, rules] = await all([makeGrant(cluster, grant), readRole(cluster, grant)]);
    const timer = await makeTimer(cluster, { grant, owner, now });
    const [account, anchor] = await all([
      makeAccount(cluster, grant, timer),
      anchorTrial(cluster, grant, timer),
      bindAll(cluster, grant, owner),
    ]);
    await makeTrial(cluster, { grant, account, anchor, rules });
    const known = cluster.known.of(objectName(grant));
    [known.uids, known.cells] = [{ account: account.uid, grant: owner.uid }, cellsOf(rules)];
    return { proven: true };
  } catch (error) {
    const explained = explain(cluster.id, "make the grant", error);
    if (explained instanceof RefusedByCluster) return explained.refusal;
    throw explained;
  }
}

/** Waits for all of them even if one fails, so that nothing is still being made when the answer is given. */
async function all<T extends readonly unknown[]>(work: readonly [...{ [K in keyof T]: Promise<T[K]> }]) {
  await Promise.allSettled(work);
  return Promise.all(work);
}

async function readRole(cluster: Connection, grant: Lent): Promise<RoleRules> {
  let role: V1ClusterRole;
  try {
    role = await cluster.rbac.readClusterRole({ name: grant.role });
  } catch (error) {
    if (statusCode(error) !== 404) throw explain(cluster.id, `read ${grant.role}`, error);
    throw new RefusedByCluster("roleChanged", `${grant.role} is no longer in ${cluster.id}`);
  }
  if (hashRole(role) === grant.roleHash) return role.rules ?? [];
  throw new RefusedByCluster("roleChanged", `what ${grant.role} allows in ${cluster.id} is not what was approved`);
}

async function makeGrant(cluster: Connection, grant: Lent): Promise<Owner> {
  const wanted = objects.accessGrant(grant);
  const found: unknown = await makeOrAdopt<unknown>(cluster, `AccessGrant ${wanted.metadata.name}`, {
    make: () => cluster.custom.createClusterCustomObject({ ...ACCESS_GRANTS, body: wanted }),
    find: () => cluster.custom.getClusterCustomObject({ ...ACCESS_GRANTS, name: wanted.metadata.name }),
    likeness: (one) => likenessOfGrant(one, wanted),
  });
  return ownerFrom(cluster, found);
}

async function makeTimer(
  cluster: Connection,
  { grant, owner, now }: { readonly grant: Lent; readonly owner: Owner; readonly now: () => Millis },
): Promise<Owner> {
  const at = now();
  if (grant.end <= at) throw new RefusedByCluster("clusterRefused", "its end had passed before it could be made");
  const name = objectName(grant);
  const wanted = objects.timerJob(grant, owner, at);
  let skewMs = 0;
  const found = await makeOrAdopt(cluster, `Job ${name}`, {
    make: () => cluster.batch.createNamespacedJob({ namespace: GRANTS_NAMESPACE, body: wanted }),
    find: async () => {
      const answer = await findTimer(cluster, grant, now());
      skewMs = answer.skewMs;
      return answer.job;
    },
    likeness: (one) => {
      const alike = likenessOfTimer(one, wanted);
      return alike === "same" && !firesInTime(one, { end: grant.end, skewMs }) ? "foreign" : alike;
    },
  });
  return ownerFrom(cluster, found);
}

async function makeAccount(cluster: Connection, grant: Lent, timer: Owner): Promise<Owner> {
  const name = objectName(grant);
  const wanted = objects.serviceAccount(grant, timer);
  const found = await makeOrAdopt(cluster, `ServiceAccount ${name}`, {
    make: () => cluster.core.createNamespacedServiceAccount({ namespace: GRANTS_NAMESPACE, body: wanted }),
    find: () => cluster.core.readNamespacedServiceAccount({ namespace: GRANTS_NAMESPACE, name }),
    likeness: (one) => likenessOfAccount(one, wanted),
  });
  return ownerFrom(cluster, found);
}

async function bindAll(cluster: Connection, grant: Lent, owner: Owner): Promise<void> {
  await all(grant.namespaces.map((namespace) => bind(cluster, grant, namespace, owner)));
}

async function bind(cluster: Connection, grant: Lent, namespace: string, owner: Owner): Promise<void> {
  const name = objectName(grant);
  const wanted = objects.roleBinding(grant, namespace, owner);
  try {
    const found = await makeOrAdopt(cluster, `RoleBinding ${namespace}/${name}`, {
      make: () => cluster.rbac.createNamespacedRoleBinding({ namespace, body: wanted }),
      find: () => cluster.rbac.readNamespacedRoleBinding({ namespace, name }),
      likeness: (one) => likenessOfBinding(one, wanted),
    });
    const known = cluster.known.of(name);
    known.bindings.set(namespace, ownerFrom(cluster, found).uid);
    known.cut.delete(namespace);
  } catch (error) {
    const explained = explain(cluster.id, `bind ${grant.role} in ${namespace}`, error);
    if (statusCode(error) !== 403 || !(explained instanceof RefusedByCluster)) throw explained;
    const open = `Is it open to Daypass? kubectl apply -n ${namespace} -k deploy/cluster/target`;
    throw new RefusedByCluster("clusterRefused", `${explained.message}. ${open}`);
  }
}

interface Making<T> {
  make(): Promise<T>;
  find(): Promise<T>;
  likeness(found: T): Likeness;
}

async function makeOrAdopt<T>(cluster: Connection, what: string, { make, find, likeness }: Making<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    if (statusCode(error) !== 409) throw error;
  }
  const found = await find().catch((error: unknown) => {
    if (statusCode(error) !== 404) throw error;
    throw new ClusterTrouble(cluster.id, `${what} in ${cluster.id} went away while it was being made`);
  });
  switch (likeness(found)) {
    case "same":
      return found;
    case "former":
      throw new ClusterTrouble(cluster.id, `${cluster.id} is still collecting an earlier ${what}`);
    case "foreign":
      throw new RefusedByCluster(
        "clusterRefused",
        `${cluster.id} already has a ${what} that is not this grant's, or was changed by hand; it was left alone`,
      );
  }
}

function ownerFrom(cluster: Connection, found: unknown): Owner {
  const { metadata } = found as { metadata?: { name?: string; uid?: string } };
  if (metadata?.name !== undefined && metadata.uid !== undefined) return { name: metadata.name, uid: metadata.uid };
  throw new ClusterTrouble(cluster.id, `${cluster.id} answered with an object without a uid`);
}
