import { randomUUID } from "node:crypto";
import { parse } from "yaml";
import { fileName, kubeconfig } from "../../src/provisioner/kubeconfig.ts";
import { anchorName, objectName } from "../../src/provisioner/objects.ts";
import { seal } from "../../src/provisioner/seal.ts";
import type { Lent } from "../../src/workflows/grant.ts";
import type { Millis } from "../../src/workflows/person.ts";
import type { Access, ClusterRefusal, Clusters } from "../../src/workflows/ports.ts";
import { ClusterTrouble } from "../../src/workflows/trouble.ts";

/** A cluster in memory. Tests change its fields; what it holds is the grants' own doing. */
interface FakeCluster {
  /** The namespaces that are open to Daypass. */
  readonly open: Set<string>;
  /** Role hashes by ClusterRole name. */
  readonly roles: Map<string, string>;
  /** While set, every call throws. */
  silent: boolean;
  /** While set, `make` is refused with these words. */
  refusing: string | null;
  /** The stock controllers: while false, no timer completes or fires. */
  controllers: boolean;
  /** Every grant that it holds, by object name. */
  readonly grants: Map<string, FakeGrant>;
}

/** A grant's objects as a cluster holds them. The timer is there as long as the grant is, and completes at once. */
interface FakeGrant {
  readonly access: Access;
  /** Where it is bound. */
  readonly bindings: Set<string>;
  /** The identity, with its live tokens by delivery number; null once it is gone. */
  tokens: Map<number, string> | null;
  /** Every delivery number ever used. */
  readonly used: Set<number>;
  timer: { readonly firesAt: Millis; armed: boolean };
}

export interface FakeClusters extends Clusters {
  /** Takes a cluster's id; returns it to be changed. */
  cluster(id: string): FakeCluster;
  /** Takes a kubeconfig that was handed over and a namespace; returns what a GET there is answered with. */
  ask(cluster: string, kubeconfig: string, namespace: string): number;
}

/** Stock controllers come a second or two after the end. */
const TIMER_LATE_MS = 2_000;

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
  const clusters = new Map(ids.map((id) => [id, emptyCluster(open, roles)]));
  function at(id: string): FakeCluster {
    const cluster = clusters.get(id);
    if (cluster === undefined) throw new Error(`there is no cluster ${id} in clusters.yaml`);
    if (cluster.silent) throw new ClusterTrouble(id, `${id} does not answer`, { silent: true });
    fireTimers(cluster, now());
    return cluster;
  }
  return {
    ids,
    make: async (grant) => makeIn(at(grant.cluster), grant, now()),
    timer: async (access) => timerState(at(access.cluster).grants.get(objectName(access))),
    async deliver(grant, n, key) {
      const held = at(grant.cluster).grants.get(objectName(grant));
      if (held === undefined || held.tokens === null) throw new Error(`${grant.cluster} could not hand over (404)`);
      if (held.used.has(n)) return "taken";
      const token = `${anchorName(grant, n)}.${randomUUID()}`;
      held.used.add(n);
      held.tokens = new Map([[n, token]]);
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
      [...at(id).grants.values()].map(({ access }) => access).filter(({ end }) => end <= until),
    facts: async (id) => ({
      cluster: id,
      readAt: now(),
      namespaces: [...at(id).open].sort(),
      roles: Object.fromEntries([...at(id).roles].map(([name, hash]) => [name, { hash }])),
    }),
    cluster(id) {
      const cluster = clusters.get(id);
      if (cluster === undefined) throw new Error(`no cluster ${id}`);
      return cluster;
    },
    ask: (id, text, namespace) => answer(at(id), parse(text).users[0].user.token, namespace),
  };
}

function emptyCluster(open: readonly string[], roles: Readonly<Record<string, string>>): FakeCluster {
  return {
    ...{ open: new Set(open), roles: new Map(Object.entries(roles)), grants: new Map() },
    ...{ silent: false, refusing: null, controllers: true },
  };
}

function makeIn(cluster: FakeCluster, grant: Lent, now: Millis): { readonly proven: true } | ClusterRefusal {
  const refused = (words: string): ClusterRefusal => ({ refusedBecause: "clusterRefused", words });
  const held = cluster.grants.get(objectName(grant)) ?? emptyGrant(grant);
  cluster.grants.set(objectName(grant), held);
  if (cluster.roles.get(grant.role) !== grant.roleHash) {
    return { refusedBecause: "roleChanged", words: `what ${grant.role} allows is not what was approved` };
  }
  if (grant.end <= now) return refused("its end had passed before it could be made");
  held.tokens ??= new Map();
  if (cluster.controllers) held.timer.armed = true;
  for (const namespace of grant.namespaces) if (cluster.open.has(namespace)) held.bindings.add(namespace);
  const shut = grant.namespaces.find((namespace) => !cluster.open.has(namespace));
  if (shut !== undefined) return refused(`${grant.cluster} refuses to bind ${grant.role} in ${shut}`);
  return cluster.refusing === null ? { proven: true } : refused(cluster.refusing);
}

function emptyGrant({ id, end, cluster, namespaces }: Lent): FakeGrant {
  const timer = { firesAt: end + TIMER_LATE_MS, armed: false };
  return { access: { id, end, cluster, namespaces }, bindings: new Set(), tokens: null, used: new Set(), timer };
}

/** With the timer goes the identity. The AccessGrant and the bindings stay: they need an ending. */
function fireTimers(cluster: FakeCluster, now: Millis): void {
  for (const grant of cluster.grants.values()) {
    if (cluster.controllers && grant.timer.armed && grant.timer.firesAt <= now) grant.tokens = null;
  }
}

function timerState(grant: FakeGrant | undefined): "armed" | "waiting" | "missing" {
  if (grant === undefined || grant.tokens === null) return "missing";
  return grant.timer.armed ? "armed" : "waiting";
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
