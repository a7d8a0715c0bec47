import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { parse } from "yaml";
import { createClusters } from "../../src/provisioner/clusters.ts";
import { apiGet } from "../workbench/kubernetes/api-request.ts";
import type { AttachedKubernetes } from "../workbench/kubernetes/attached-kubernetes.ts";
import { writeKubeconfig } from "../workbench/kubernetes/kubeconfig.ts";
import { findFreePort } from "../workbench/ports.ts";
import type { ClustersUnderTest } from "./clusters.contract.ts";

/** The run's cluster, as the worker reaches it, with namespaces of this test file's own. */
export interface RealClusters extends ClustersUnderTest {
  readonly workerKubeconfig: string;
  /** Runs kubectl as the admin, where anything but success is a fault of the test; returns its stdout. */
  admin(...args: readonly string[]): Promise<string>;
  /** As `admin`, with objects on stdin; returns the last of them as the API server has it. */
  create(...objects: readonly object[]): Promise<Stored>;
  /** Every object that carries a grant's label, in daypass-grants, in the open namespaces and in none. */
  objectsOf(grant: string): Promise<readonly Stored[]>;
}

/** An object as `kubectl -o json` prints it: what tests ask of it. */
export interface Stored {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly finalizers?: readonly string[];
    readonly creationTimestamp: string;
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string; readonly uid: string }[];
  };
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly status?: Readonly<Record<string, unknown>>;
  readonly subjects?: readonly object[];
  readonly roleRef?: object;
}

const GRANT_KINDS = "serviceaccounts,secrets,jobs,rolebindings";

/**
 * Takes the run's control plane and a name for this file's namespaces; makes them before the file's first test. The
 * silent cluster is a port at which nobody listens.
 */
export function useRealClusters(kubernetes: AttachedKubernetes, prefix: string): { readonly current: RealClusters } {
  let under: (RealClusters & { close(): Promise<void> }) | undefined;
  beforeAll(async () => {
    under = await start(kubernetes, prefix);
  });
  afterAll(() => under?.close());
  return {
    get current() {
      if (under === undefined) throw new Error("made before the file's first test: do not ask earlier");
      return under;
    },
  };
}

async function start(kubernetes: AttachedKubernetes, prefix: string) {
  const [open, closed] = [[`${prefix}-a`, `${prefix}-b`] as const, `${prefix}-closed`];
  await Promise.all([
    ...open.map((namespace) => kubernetes.createNamespace(namespace, { grantable: true })),
    kubernetes.createNamespace(closed),
  ]);
  const workerKubeconfig = await kubernetes.serviceAccountKubeconfig("daypass-system", "worker");
  const silent = writeKubeconfig(join(kubernetes.coordinates.folder, `${prefix}-silent.kubeconfig`), {
    ...{
      server: `https://127.0.0.1:${await findFreePort()}`,
      caFile: kubernetes.caFile,
      user: "worker",
      token: "none",
    },
  });
  const clusters = createClusters({
    clusters: [
      { id: "prod", kubeconfig: workerKubeconfig, labels: { env: "test" } },
      { id: "silent", kubeconfig: silent },
    ],
    now: Date.now,
    events: { happened() {}, failed() {} },
  });
  const admin = (...args: readonly string[]) => run(kubernetes, args);
  return {
    ...{ clusters, cluster: "prod", silent: "silent", open, closed, now: Date.now, workerKubeconfig, admin },
    ask: (kubeconfig: string, namespace: string) => ask(kubernetes, kubeconfig, namespace),
    async create(...objects: readonly object[]): Promise<Stored> {
      const list = { apiVersion: "v1", kind: "List", items: objects };
      const made: { items?: Stored[] } & Stored = JSON.parse(
        await run(kubernetes, ["create", "-f", "-", "-o", "json"], JSON.stringify(list)),
      );
      return made.items?.at(-1) ?? made;
    },
    async objectsOf(grant: string): Promise<readonly Stored[]> {
      const label = ["-l", `daypass.dev/grant=${grant}`, "-o", "json"];
      const lists = await Promise.all([
        admin("get", "accessgrants", ...label),
        ...["daypass-grants", ...open].map((namespace) => admin("get", GRANT_KINDS, "-n", namespace, ...label)),
      ]);
      return lists.flatMap((list): Stored[] => JSON.parse(list).items);
    },
    close: () => clusters.close(),
  };
}

async function run(kubernetes: AttachedKubernetes, args: readonly string[], input = ""): Promise<string> {
  const { code, stdout, stderr } = await kubernetes.kubectl(args, { input });
  if (code !== 0) throw new Error(`kubectl ${args.join(" ")} ended with ${code}: ${stderr.trim()}`);
  return stdout;
}

async function ask({ server, caFile }: AttachedKubernetes, kubeconfig: string, namespace: string): Promise<number> {
  const token: string = parse(kubeconfig).users[0].user.token;
  const path = `/api/v1/namespaces/${namespace}/pods/none-of-this-name`;
  const { status } = await apiGet({ server, caFile, token, path });
  // Whoever may look learns that there is no such pod.
  return status === 404 ? 200 : status;
}
