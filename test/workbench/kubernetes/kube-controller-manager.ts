import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Child, Guardian } from "../guardian.ts";
import { findFreePort } from "../ports.ts";
import { waitUntil } from "../readiness.ts";
import { apiGet } from "./api-request.ts";
import type { ApiServer } from "./kube-apiserver.ts";
import { writeKubeconfig } from "./kubeconfig.ts";

export interface ControllerManagerOptions {
  guardian: Guardian;
  program: string;
  folder: string;
  apiServer: ApiServer;
  /** Controllers to leave out, by name, such as `ttl-after-finished-controller`. */
  without: readonly string[];
}

/**
 * The controllers that have something to do here. The others (nodes, volumes, certificates, endpoints, clouds) would only cost
 * start time: all controllers fetch their credentials at once, through one client of 20 requests a second.
 */
const controllers = [
  "clusterrole-aggregation-controller",
  "cronjob-controller",
  "deployment-controller",
  "garbage-collector-controller",
  "job-controller",
  "namespace-controller",
  "replicaset-controller",
  "resourcequota-controller",
  "root-ca-certificate-publisher-controller",
  "serviceaccount-controller",
  "serviceaccount-token-controller",
  "statefulset-controller",
  "ttl-after-finished-controller",
  "validatingadmissionpolicy-status-controller",
];

/** Starts the stock controllers and resolves when they run and have filled in the roles `view`, `edit` and `admin`. */
export async function startControllerManager(options: ControllerManagerOptions): Promise<Child> {
  const { guardian, program, apiServer, without } = options;
  const chosen = chooseControllers(without);
  const port = await findFreePort();
  const certificates = join(options.folder, "controller-manager");
  mkdirSync(certificates, { recursive: true });
  const kubeconfig = writeKubeconfig(join(options.folder, "controller-manager.kubeconfig"), {
    server: apiServer.url,
    caFile: apiServer.caFile,
    user: "kube-controller-manager",
    token: apiServer.tokens.controllerManager,
  });
  const child = guardian.spawn("kube-controller-manager", program, [
    `--kubeconfig=${kubeconfig}`,
    "--bind-address=127.0.0.1",
    `--secure-port=${port}`,
    `--cert-dir=${certificates}`,
    // One at a time, so nothing is to be elected, and a restart need not wait for a lease to lapse.
    "--leader-elect=false",
    // Without it namespaces never finish deleting, and the controllers cannot be told apart in the audit log.
    "--use-service-account-credentials=true",
    `--service-account-private-key-file=${apiServer.serviceAccountKeyFile}`,
    `--root-ca-file=${apiServer.caFile}`,
    `--controllers=${chosen.join(",")}`,
  ]);

  writeFileSync(pidFile(options.folder), String(child.pid));
  const caFile = join(certificates, "kube-controller-manager.crt");
  // It is healthy as soon as it listens; the controllers join the list together when all of them have been made.
  const healthy = async () => {
    const health = await apiGet({ server: `https://127.0.0.1:${port}`, path: "/healthz?verbose", caFile });
    return health.status === 200 && chosen.some((name) => health.body.includes(`[+]${name} ok`));
  };
  await waitUntil({ what: "kube-controller-manager is healthy", probe: healthy, child });
  await waitUntil({ what: "The role view has its rules", probe: () => viewHasRules(apiServer), child });
  return child;
}

/**
 * Takes the folder of a control plane, which any process knows from its coordinates; makes its controllers stand still,
 * with nothing they hold open closed. Returns what makes them go on.
 */
export function pauseControllerManager(folder: string): () => void {
  const pid = Number(readFileSync(pidFile(folder), "utf8"));
  process.kill(-pid, "SIGSTOP");
  return () => {
    process.kill(-pid, "SIGCONT");
  };
}

function pidFile(folder: string): string {
  return join(folder, "controller-manager.pid");
}

function chooseControllers(without: readonly string[]): string[] {
  const unknown = without.filter((name) => !controllers.includes(name));
  if (unknown.length > 0) throw new Error(`There is no ${unknown.join(" or ")} among the controllers to leave out`);
  return controllers.filter((name) => !without.includes(name));
}

/** The role is empty until the controllers have aggregated it. */
async function viewHasRules({ url, caFile, tokens }: ApiServer): Promise<boolean> {
  const path = "/apis/rbac.authorization.k8s.io/v1/clusterroles/view";
  const { status, body } = await apiGet({ server: url, path, caFile, token: tokens.admin });
  const role: { rules?: unknown[] | null } = JSON.parse(body);
  return status === 200 && (role.rules?.length ?? 0) > 0;
}
