import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import type { RoleRules } from "../src/provisioner/role-rules.ts";
import type { Target } from "../src/workflows/request.ts";
import type { Child } from "../test/workbench/guardian.ts";
import { createInstallation } from "../test/workbench/installation.ts";
import { northwindPolicy } from "../test/workbench/northwind.ts";
import type { Workbench } from "../test/workbench/workbench.ts";
import { AGENTS } from "./audit-figures.ts";
import { type BareClient, createBareClient, type Method } from "./bare-client.ts";
import { type BenchDesk, openDesk } from "./desk.ts";
import type { LimitParts } from "./limit.ts";
import { ASKERS, benchTarget, NAMESPACE } from "./requests.ts";

/** All that the rows measure with. */
export interface Ground {
  readonly workbench: Workbench;
  readonly desk: BenchDesk;
  readonly worker: Child;
  readonly target: Target;
  readonly limit: LimitParts;
  readonly bare: LimitParts;
  /** As the admin: to prepare and to look, never to be measured. */
  readonly asAdmin: <T>(method: Method, path: string, body: unknown) => Promise<T>;
  close(): Promise<void>;
}

/** What the probes read: small, so that what is measured is the refusal. */
export const PROBED = `/api/v1/namespaces/${NAMESPACE}/services/probed`;

/** Starts bot's part and worker on a workbench; resolves when the worker has published what it may lend. */
export async function prepareGround(workbench: Workbench): Promise<Ground> {
  const { kubernetes, redis, guardian } = workbench;
  await kubernetes.createNamespace(NAMESPACE, { grantable: true });
  const headless = ["create", "service", "clusterip", "probed", "--clusterip=None", "-n", NAMESPACE];
  const { code, stderr } = await kubernetes.kubectl(headless);
  if (code !== 0) throw new Error(stderr);
  const workerKubeconfig = await kubernetes.serviceAccountKubeconfig("daypass-system", "worker");
  const installation = createInstallation({
    ...{ guardian, folder: join(guardian.folder, "daypass"), redisUrl: redis.url, workerKubeconfig },
    slack: { botToken: "xoxb-nobody", appToken: "xapp-nobody" },
    policy: northwindPolicy({ namespaces: [NAMESPACE], contractors: ASKERS }),
  });
  const worker = await installation.startWorker();
  const desk = await openDesk(redis.url, installation.policyFile);
  const target = benchTarget(await desk.facts());

  const ca = readFileSync(kubernetes.caFile, "utf8");
  const clients: BareClient[] = [];
  const client = (agent: string) => {
    const opened = createBareClient(kubernetes.server, ca, agent);
    clients.push(opened);
    return opened;
  };
  const admin = client("daypass-bench");
  const asAdmin: Ground["asAdmin"] = (method, path, body) =>
    admin.send(method, path, body, kubernetes.coordinates.adminToken);
  const { rules } = await asAdmin<{ rules: RoleRules }>(
    ...["GET" as const, `/apis/rbac.authorization.k8s.io/v1/clusterroles/${target.role}`, null],
  );
  const shared = { workerToken: tokenOf(workerKubeconfig), rules };
  return {
    ...{ workbench, desk, worker, target, asAdmin },
    limit: { ...shared, asWorker: client(AGENTS.limit), asTrial: client(AGENTS.limit) },
    bare: { ...shared, asWorker: client(AGENTS.bare), asTrial: client(AGENTS.bare) },
    close: async () => {
      await Promise.all([desk.close(), ...clients.map((one) => one.close())]);
    },
  };
}

/** Takes the ground; returns what a connection of one's own to the API server needs, as the admin. */
export function whereOf({ workbench: { kubernetes } }: Ground): { server: string; ca: string; token: string } {
  const { server, caFile, coordinates } = kubernetes;
  return { server, ca: readFileSync(caFile, "utf8"), token: coordinates.adminToken };
}

const Kubeconfig = z.object({ users: z.tuple([z.object({ user: z.object({ token: z.string() }) })]) });

function tokenOf(kubeconfigPath: string): string {
  return Kubeconfig.parse(parse(readFileSync(kubeconfigPath, "utf8"))).users[0].user.token;
}
