import { setTimeout as wait } from "node:timers/promises";
import type { Millis } from "../workflows/person.ts";
import type { Clusters, Events } from "../workflows/ports.ts";
import { ClusterTrouble } from "../workflows/trouble.ts";
import { type ClusterSettings, type Connection, connect as connectOverNetwork } from "./connections.ts";
import { cutAccess } from "./cut-access.ts";
import { deliverAccess, endDelivery } from "./deliver.ts";
import { endAccess } from "./end-access.ts";
import { readFacts } from "./facts.ts";
import { followCluster } from "./follow.ts";
import { inspectAccess } from "./inspect.ts";
import { makeAccess } from "./make-access.ts";
import { findOverdue } from "./overdue.ts";
import { type Seal, seal as sealToKey } from "./seal.ts";
import { readTimer } from "./timer.ts";

interface ClustersParts {
  readonly clusters: readonly ClusterSettings[];
  readonly now: () => Millis;
  readonly events: Events;
  /** How a cluster is reached; unless given, over the network. */
  readonly connect?: (settings: ClusterSettings) => Connection;
  /** How a credential is sealed; unless given, as a JWE. */
  readonly seal?: Seal;
}

/**
 * Takes where the clusters are; returns them behind the port, plus `close`. A cluster is connected to at its first
 * use, so one whose kubeconfig is broken holds up no other. All failures are thrown as ClusterTrouble.
 */
export function createClusters({
  clusters,
  now,
  events,
  connect = connectOverNetwork,
  seal = sealToKey,
}: ClustersParts): Clusters & { close(): Promise<void> } {
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
      const cluster = at(grant.cluster);
      const made = await cluster.turns.make(() => makeAccess(cluster, grant, now));
      if ("refusedBecause" in made) events.happened("cluster refused", { grant: grant.id, why: made.refusedBecause });
      return made;
    },
    timer: async (access) => readTimer(at(access.cluster), access, now()),
    async deliver(grant, n, key) {
      const cluster = at(grant.cluster);
      return cluster.turns.deliver(() =>
        deliverAccess(cluster, { grant, n, seal: (credential) => seal(credential, key), now: now() }),
      );
    },
    inspect: async (access) => inspectAccess(at(access.cluster), access),
    async cut(access) {
      const cluster = at(access.cluster);
      return cluster.turns.cut(() => cutAccess(cluster, access));
    },
    endDelivery: async (access, n) => endDelivery(at(access.cluster), access, n),
    end: async (access, lastDelivery) => endAccess(at(access.cluster), access, lastDelivery),
    overdue: async (cluster, until) => findOverdue(at(cluster), until),
    follow(id, hear) {
      const stopping = new AbortController();
      const { signal } = stopping;
      const following = connectSometime(
        () => at(id),
        signal,
        (cause) => {
          events.failed("cluster not followed", { cluster: id }, cause);
        },
      ).then((cluster) => (cluster === null ? undefined : followCluster(cluster, signal, hear, events)));
      return {
        stop: async () => {
          stopping.abort();
          await following;
        },
      };
    },
    facts: async (cluster) => readFacts(at(cluster), now()),
    async close() {
      await Promise.all([...connections.values()].map((connection) => connection.close()));
      connections.clear();
    },
  };
}

/** A kubeconfig that cannot be read may be mended while the worker runs. */
const CONNECT_AGAIN_MS = 15_000;

/** Connects as soon as that can be done; null where the signal came first. Says once why it cannot be done yet. */
async function connectSometime(
  tryIt: () => Connection,
  signal: AbortSignal,
  failed: (cause: unknown) => void,
): Promise<Connection | null> {
  for (let tries = 0; !signal.aborted; tries++) {
    try {
      return tryIt();
    } catch (cause) {
      if (tries === 0) failed(cause);
      await wait(CONNECT_AGAIN_MS, null, { signal, ref: false }).catch(() => {});
    }
  }
  return null;
}
