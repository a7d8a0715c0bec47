import type { Millis } from "../workflows/person.ts";
import type { Access, ClusterFacts } from "../workflows/ports.ts";
import { ACCESS_GRANTS, accessFrom, FoundAccessGrant, FoundAccessGrants } from "./access-grant.ts";
import { asTrouble } from "./cluster-trouble.ts";
import type { Connection } from "./connections.ts";
import { GRANT_LABEL } from "./objects.ts";
import { hashRole } from "./role-rules.ts";

/** The ClusterRole that opens a namespace, and the RoleBinding of it: deploy/cluster/target. */
const TARGET = "daypass-worker-target";
const CATALOGUE = "daypass-profile-";

/** Takes a cluster and the time; returns what the bot may show of it: the opened namespaces and the catalogue. */
export async function readFacts(cluster: Connection, now: Millis): Promise<ClusterFacts> {
  try {
    const [bindings, roles] = await Promise.all([
      cluster.rbac.listRoleBindingForAllNamespaces({ fieldSelector: `metadata.name=${TARGET}` }),
      cluster.rbac.listClusterRole(),
    ]);
    const opened = bindings.items.filter(({ roleRef }) => roleRef.kind === "ClusterRole" && roleRef.name === TARGET);
    const hashes = roles.items.flatMap((role): [string, { hash: string }][] => {
      const [name, hash] = [role.metadata?.name ?? "", hashRole(role)];
      return name.startsWith(CATALOGUE) && hash !== null ? [[name, { hash }]] : [];
    });
    return {
      cluster: cluster.id,
      readAt: now,
      namespaces: opened.map(({ metadata }) => metadata?.namespace ?? "").sort(),
      roles: Object.fromEntries(hashes),
    };
  } catch (error) {
    throw asTrouble(cluster.id, "read its namespaces and roles", error);
  }
}

/**
 * Takes a cluster and the time; returns every grant that the cluster itself holds and whose end has come, whether or
 * not anything else remembers it.
 */
export async function findOverdue(cluster: Connection, now: Millis): Promise<readonly Access[]> {
  try {
    const answer: unknown = await cluster.custom.listClusterCustomObject({ ...ACCESS_GRANTS });
    return FoundAccessGrants.parse(answer).items.flatMap((item) => {
      const { data } = FoundAccessGrant.safeParse(item);
      const id = data?.metadata.labels?.[GRANT_LABEL];
      if (data === undefined || id === undefined) return [];
      const access = accessFrom(cluster.id, id, data);
      return access.end <= now ? [access] : [];
    });
  } catch (error) {
    throw asTrouble(cluster.id, "list its AccessGrants", error);
  }
}
