import { randomUUID } from "node:crypto";
import { parse } from "yaml";
import { fileName, kubeconfig } from "../../src/provisioner/kubeconfig.ts";
import { anchorName, objectName } from "../../src/provisioner/objects.ts";
import { seal } from "../../src/provisioner/seal.ts";
import type { Lent } from "../../src/workflows/grant.ts";
import type { Millis } from "../../src/workflows/person.ts";
import type { Access, ClusterFacts, ClusterRefusal, Clusters, RoleRisk } from "../../src/workflows/ports.ts";
import { ClusterTrouble } from "../../src/workflows/trouble.ts";
import { createFakeCluster, type FakeCluster, type FakeGrant } from "./fake-cluster.ts";

export interface FakeClusters extends Clusters {
  /** Takes a cluster's id; returns it to be changed. */
  cluster(id: string): FakeCluster;
  /** Takes a kubeconfig that was handed over and a namespace; returns what a GET there is answered with. */
  ask(cluster: string, kubeconfig: string, namespace: string): number;
}

/** What the cluster is asked for by the label of the end's minute. */
const LOOKING_BACK_MINUTES = 5;

/** Takes the clusters' ids, the open namespaces and role hashes (alike in all), and the clock; returns the fake. */
export function createFakeClusters({
  ids,
  open,
  roles,
  now,
}: {
  ids: readonly string[];
  open: readonly string[];
  roles: Readonly<Record<string, string>>;
  now: () => Millis;
}): FakeClusters {
  const clusters = new Map(ids.map((id) => [id, createFakeCluster(open, roles, now)]));
  function cluster(id: string): FakeCluster {
    const found = clusters.get(id);
    if (found === undefined) throw new Error(`there is no cluster ${id} in clusters.yaml`);
    return found;
  }
  function at(id: string): FakeCluster {
    const found = cluster(id);
    if (found.silent) throw new ClusterTrouble(id, `${id} does not answer`, { silent: true });
    fireTimers(found, now());
    return found;
  }
  return {
    ids,
    make: async (grant) => makeIn(at(grant.cluster), grant, now()),
    inspect: async (access) => at(access.cluster).inspect(access),
    cut: async (access) => at(access.cluster).grants.get(objectName(access))?.bindings.clear(),
    timer: async (access) => timerState(at(access.cluster).grants.get(objectName(access))),
    async deliver(grant, n, key) {
      const held = at(grant.cluster).grants.get(objectName(grant));
      if (held === undefined || held.tokens === null) throw new Error(`${grant.cluster} could not hand over (404)`);
      if (held.used.has(n)) return "taken";
      const token = `${anchorName(grant, n)}.${randomUUID()}`;
      held.used.add(n);
      for (const earlier of held.tokens.keys()) if (earlier < n) held.tokens.delete(earlier);
      held.tokens.set(n, token);
      return { sealed: await seal(credential(grant, token), key), jti: randomUUID() };
    },
    endDelivery: async (access, n) => {
      at(access.cluster).grants.get(objectName(access))?.tokens?.delete(n);
    },
    async end(access) {
      at(access.cluster).grants.delete(objectName(access));
      return { refused: true };
    },
    overdue: async (id, until) =>
      [...at(id).grants.values()]
        .map(({ held: { id, end, cluster, namespaces } }): Access => ({ id, end, cluster, namespaces }))
        .filter(({ end }) => end <= until && minuteOf(end) >= minuteOf(until) - LOOKING_BACK_MINUTES),
    follow(id, hear) {
      const stop = cluster(id).follow(hear);
      return { stop: async () => stop() };
    },
    facts: async (id) => factsOf(id, at(id), now()),
    cluster,
    ask: (id, text, namespace) => answer(at(id), parse(text).users[0].user.token, namespace),
  };
}

function factsOf(id: string, cluster: FakeCluster, now: Millis): ClusterFacts {
  const { open, roles, risks, labels, namespaceLabels, skewMs } = cluster;
  const namespaces = [...open].sort();
  const low: RoleRisk = { tier: "low", words: [] };
  return {
    ...{ cluster: id, readAt: now, labels: Object.fromEntries(labels), namespaces, skewMs },
    namespaceLabels: Object.fromEntries(namespaces.map((name) => [name, labelsOf(name, namespaceLabels.get(name))])),
    roles: Object.fromEntries([...roles].map(([name, hash]) => [name, { hash, risk: risks.get(name) ?? low }])),
  };
}

/** Every namespace has a label with its own name. */
function labelsOf(name: string, others: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  return { "kubernetes.io/metadata.name": name, ...others };
}

function makeIn(cluster: FakeCluster, grant: Lent, now: Millis): { readonly proven: true } | ClusterRefusal {
  const refused = (words: string): ClusterRefusal => ({ refusedBecause: "clusterRefused", words });
  const held = cluster.grantFor(grant);
  if (cluster.roles.get(grant.role) !== grant.roleHash) {
    return { refusedBecause: "roleChanged", words: `what ${grant.role} allows is not what was approved` };
  }
  if (grant.end <= now) return refused("its end had passed before it could be made");
  held.tokens ??= new Map();
  held.timer.gone = false;
  if (cluster.controllers) held.timer.armed = true;
  for (const namespace of grant.namespaces) if (cluster.open.has(namespace)) held.bindings.add(namespace);
  const shut = grant.namespaces.find((namespace) => !cluster.open.has(namespace));
  if (shut !== undefined) return refused(`${grant.cluster} refuses to bind ${grant.role} in ${shut}`);
  return cluster.refusing === null ? { proven: true } : refused(cluster.refusing);
}

/** With the timer goes the identity. The AccessGrant and the bindings stay: they need an ending. */
function fireTimers(cluster: FakeCluster, now: Millis): void {
  for (const grant of cluster.grants.values()) {
    const { armed, gone, firesAt } = grant.timer;
    if (cluster.controllers && armed && !gone && firesAt <= now) grant.removeTimer();
  }
}

function timerState(grant: FakeGrant | undefined): "armed" | "waiting" | "missing" {
  if (grant === undefined || grant.timer.gone) return "missing";
  return grant.timer.armed ? "armed" : "waiting";
}

function minuteOf(at: Millis): number {
  return Math.floor(at / 60_000);
}

function credential(grant: Lent, token: string) {
  const namespace = grant.namespaces[0] ?? "default";
  const parts = { server: "https://fake.example", ca: null, tlsServerName: null, token, namespace };
  const file = fileName(grant.cluster);
  return {
    kubeconfig: kubeconfig({ cluster: grant.cluster, ...parts }),
    fileName: file,
    tryFirst: `kubectl --kubeconfig ${file} -n ${namespace} get pods`,
    expiresAt: grant.end,
  };
}

function answer(cluster: FakeCluster, token: unknown, namespace: string): number {
  const grant = [...cluster.grants.values()].find(({ tokens }) =>
    [...(tokens?.values() ?? [])].some((t) => t === token),
  );
  if (grant === undefined) return 401;
  return grant.bindings.has(namespace) ? 200 : 403;
}
