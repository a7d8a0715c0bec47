import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Child, Guardian } from "./guardian.ts";
import { type AttachedKubernetes, attachKubernetes } from "./kubernetes/attached-kubernetes.ts";
import type { KubernetesCoordinates } from "./kubernetes/coordinates.ts";
import { startEtcd } from "./kubernetes/etcd.ts";
import { type ApiServer, startApiServer, waitUntilReady } from "./kubernetes/kube-apiserver.ts";
import { startControllerManager } from "./kubernetes/kube-controller-manager.ts";
import { writeKubeconfig } from "./kubernetes/kubeconfig.ts";
import { expectKubectl, runKubectl } from "./kubernetes/kubectl.ts";
import { startKwok } from "./kubernetes/kwok.ts";
import type { Parts } from "./parts.ts";

/** A control plane of one's own. */
export interface Kubernetes extends AttachedKubernetes {
  /** The processes, to be hung or killed. */
  etcd: Child;
  apiServer: Child;
  stopControllerManager(): Promise<void>;
  /** Starts the controllers, without those that are named (`ttl-after-finished-controller`). */
  startControllerManager(options?: { without?: readonly string[] }): Promise<void>;
  stop(): Promise<void>;
}

export interface KubernetesOptions {
  guardian: Guardian;
  parts: Parts;
  /** Where its own folder is made. */
  folder: string;
  /** Controllers that are left out from the start. */
  without?: readonly string[];
}

const clusterFolder = join(import.meta.dirname, "../../deploy/cluster");

/**
 * Starts a control plane on loopback with everything of `deploy/cluster` applied, controllers, and one node on which
 * pods run and write logs. Resolves when all of it is ready.
 */
export async function startKubernetes({ guardian, parts, ...options }: KubernetesOptions): Promise<Kubernetes> {
  const folder = join(options.folder, "kubernetes");
  mkdirSync(folder, { recursive: true });
  const startingEtcd = startEtcd({ guardian, program: parts.etcd, folder });
  const apiServer = await startApiServer({ guardian, program: parts["kube-apiserver"], folder, etcd: startingEtcd });
  const coordinates = describeCoordinates({ runId: guardian.runId, parts, folder, apiServer });

  const startControllers = (without: readonly string[] = []) =>
    startControllerManager({ guardian, program: parts["kube-controller-manager"], folder, apiServer, without });
  const ready = waitUntilReady(apiServer);
  const [controllers, kwok] = await Promise.all([
    applyClusterFolder(coordinates, ready).then(() => startControllers(options.without)),
    ready.then(() => startKwok({ guardian, program: parts.kwok, folder, apiServer, coordinates })),
  ]);
  let controllerManager = controllers;
  const etcd = await startingEtcd;

  return {
    ...attachKubernetes(coordinates),
    etcd: etcd.child,
    apiServer: apiServer.child,
    stopControllerManager: () => controllerManager.stop(),
    startControllerManager: async ({ without } = {}) => {
      await controllerManager.stop();
      controllerManager = await startControllers(without);
    },
    stop: async () => {
      await Promise.all([controllerManager.stop(), kwok.stop()]);
      await apiServer.child.stop();
      await etcd.child.stop();
    },
  };
}

/** Before the controllers start: their garbage collector takes up to 30 s to notice a kind that comes later. */
async function applyClusterFolder(coordinates: KubernetesCoordinates, ready: Promise<void>): Promise<void> {
  const apply = ["apply", "-k", clusterFolder];
  // The API server may still refuse this or that while it gets ready, but mostly it does not, and that saves time.
  const early = await runKubectl(coordinates, apply);
  await ready;
  if (early.code !== 0) await expectKubectl(coordinates, apply);
  const established = ["wait", "--for=condition=Established", "--timeout=20s", "crd/accessgrants.daypass.dev"];
  await expectKubectl(coordinates, established);
}

interface CoordinatesSource {
  runId: string;
  parts: Parts;
  folder: string;
  apiServer: ApiServer;
}

function describeCoordinates({ runId, parts, folder, apiServer }: CoordinatesSource): KubernetesCoordinates {
  const { url: server, caFile, auditLog, tokens } = apiServer;
  const adminKubeconfig = join(folder, "admin.kubeconfig");
  writeKubeconfig(adminKubeconfig, { server, caFile, user: "workbench-admin", token: tokens.admin });
  return {
    runId,
    server,
    caFile,
    adminKubeconfig,
    adminToken: tokens.admin,
    auditLog,
    kubectlProgram: parts.kubectl,
    folder,
  };
}
