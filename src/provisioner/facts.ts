import { setTimeout as wait } from "node:timers/promises";
import type { V1Namespace } from "@kubernetes/client-node";
import type { Millis } from "../workflows/person.ts";
import type { ClusterFacts } from "../workflows/ports.ts";
import { asTrouble, statusCode } from "./cluster-trouble.ts";
import type { Connection } from "./connections.ts";
import { riskOf } from "./role-risk.ts";
import { hashRole } from "./role-rules.ts";
import { withSkew } from "./skew.ts";

/** The ClusterRole that opens a namespace, and the RoleBinding of it: deploy/cluster/target. */
const TARGET = "daypass-worker-target";
const CATALOGUE = "daypass-profile-";

/**
 * Takes a cluster and the time; returns what the bot may show of it: the opened namespaces with their labels, the
 * catalogue with what is dangerous about each role, and how far its clock is from ours.
 */
export async function readFacts(cluster: Connection, now: Millis): Promise<ClusterFacts> {
  try {
    const [bindings, { data: roles, skewMs }] = await Promise.all([
      cluster.rbac.listRoleBindingForAllNamespaces({ fieldSelector: `metadata.name=${TARGET}` }),
      withSkew(now, cluster.rbac.listClusterRoleWithHttpInfo()),
    ]);
    const opened = bindings.items.filter(({ roleRef }) => roleRef.kind === "ClusterRole" && roleRef.name === TARGET);
    const catalogue = roles.items.flatMap((role): [string, ClusterFacts["roles"][string]][] => {
      const { name = "" } = role.metadata ?? {};
      const hash = name.startsWith(CATALOGUE) ? hashRole(role) : null;
      return hash === null ? [] : [[name, { hash, risk: riskOf(role.rules ?? []) }]];
    });
    const names = opened.map(({ metadata }) => metadata?.namespace ?? "").sort();
    const found = (await Promise.all(names.map((name) => readLabels(cluster, name)))).filter((one) => one !== null);
    const namespaces = found.flatMap(([name, labels]) => (labels === null ? [] : [[name, labels] as const]));
    const unread = found.flatMap(([name, labels]) => (labels === null ? [name] : []));
    return {
      cluster: cluster.id,
      readAt: now,
      labels: cluster.labels,
      namespaces: namespaces.map(([name]) => name),
      ...(unread.length === 0 ? {} : { unread }),
      namespaceLabels: Object.fromEntries(namespaces),
      roles: Object.fromEntries(catalogue),
      skewMs,
    };
  } catch (error) {
    throw asTrouble(cluster.id, "read its namespaces and roles", error);
  }
}

/**
 * Reads of one namespace. By a cluster that is not read as a whole for five minutes nothing is lent, and of three hundred
 * reads of which one in a hundred fails, some fail each time.
 */
const MOST_TRIES = 3;
const AGAIN_MS = 250;
/** What asks for a longer pause than this has another reading in half a minute. */
const LONGEST_PAUSE_MS = 5_000;

/**
 * One by one: listing them would show the worker all that are not open to it. Null for one that was deleted meanwhile; with
 * null for labels where the worker may not see it, which is no other namespace's trouble.
 */
async function readLabels(
  cluster: Connection,
  name: string,
): Promise<readonly [string, Readonly<Record<string, string>> | null] | null> {
  try {
    return [name, (await readNamespace(cluster, name)).metadata?.labels ?? {}];
  } catch (error) {
    const code = statusCode(error);
    if (code === 404) return null;
    if (code === 403) return [name, null];
    throw error;
  }
}

async function readNamespace({ id, core }: Connection, name: string): Promise<V1Namespace> {
  for (let tries = 1; ; tries++) {
    try {
      return await core.readNamespace({ name });
    } catch (error) {
      const pauseMs = tries < MOST_TRIES ? pauseAfter(id, error) : null;
      if (pauseMs === null) throw error;
      await wait(pauseMs);
    }
  }
}

/** Returns the milliseconds until it may go well, or null where trying again soon is of no use. */
function pauseAfter(cluster: string, error: unknown): number | null {
  const code = statusCode(error);
  if (code !== null && code !== 429 && code < 500) return null;
  const pauseMs = Math.max(AGAIN_MS, asTrouble(cluster, "read a namespace", error).retryAfterMs ?? 0);
  return pauseMs > LONGEST_PAUSE_MS ? null : pauseMs;
}
