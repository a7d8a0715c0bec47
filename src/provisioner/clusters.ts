import type { Millis } from "../workflows/person.ts";
import type { Clusters, Events } from "../workflows/ports.ts";
import { ClusterTrouble } from "../workflows/trouble.ts";
import { type ClusterSettings, type Connection, connect } from "./connections.ts";
import { deliverAccess, endDelivery } from "./deliver.ts";
import { endAccess } from "./end-access.ts";
import { findOverdue, readFacts } from "./facts.ts";
import { makeAccess } from "./make-access.ts";
import { readTimer } from "./timer.ts";

interface ClustersParts {
  readonly clusters: readonly ClusterSettings[];
  readonly now: () => Millis;
  readonly events: Events;
}

/**
 * Takes where the clusters are; returns them behind the port, plus `close`. A cluster is connected to at its first
 * use, so one whose kubeconfig is broken holds up no other. All failures are thrown as ClusterTrouble.
 */
export function createClusters({ clusters, now, events }: ClustersParts): Clusters & { close(): Promise<void> } {
  const connections = new Map<string, Connection>();
  function at(id: string): Connection {
    const known = connections.get(id);
    if (known !== undefined) return known;
    const settings = clusters.find((one) => one.id === id);
    if (settings === undefined) throw new ClusterTrouble(id, `there is no cluster ${id} in clusters.yaml`);
    const connection = connect(settings);
    connections.set(id, connection);
    return connection;
  }

  return {
    ids: clusters.map(({ id }) => id),
    async make(grant) {
      const made = await makeAccess(at(grant.cluster), grant, now);
      if ("refusedBecause" in made) events.happened("cluster refused", { grant: grant.id, why: made.refusedBecause });
      return made;
    },
    timer: async (access) => readTimer(at(access.cluster), access),
    deliver: async (grant, n, key) => deliverAccess(at(grant.cluster), { grant, n, key, now: now() }),
    endDelivery: async (access, n) => endDelivery(at(access.cluster), access, n),
    end: async (access, lastDelivery) => endAccess(at(access.cluster), access, lastDelivery),
    overdue: async (cluster, until) => findOverdue(at(cluster), until),
    facts: async (cluster) => readFacts(at(cluster), now()),
    async close() {
      await Promise.all([...connections.values()].map((connection) => connection.close()));
      connections.clear();
    },
  };
}
