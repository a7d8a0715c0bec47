import { join } from "node:path";
import { waitUntil } from "../readiness.ts";
import { apiGet } from "./api-request.ts";
import type { KubernetesCoordinates } from "./coordinates.ts";
import { expectKubectl } from "./kubectl.ts";
import { nodeName } from "./kwok.ts";

const targetFolder = join(import.meta.dirname, "../../../deploy/cluster/target");

export interface NamespaceOptions {
  /** Whether the worker may bind catalogue roles there, as a platform team allows it with `deploy/cluster/target`. */
  grantable?: boolean;
  /** Names of pods that run there from the start. */
  pods?: readonly string[];
}

/** Makes a namespace and resolves when its pods run. */
export async function createNamespace(
  coordinates: KubernetesCoordinates,
  namespace: string,
  { grantable = false, pods = [] }: NamespaceOptions = {},
): Promise<void> {
  const objects = [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    // Its controller would make it a moment later; a pod is refused before it is there.
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace } },
    ...pods.map((name) => describePod(namespace, name)),
  ];
  const list = { apiVersion: "v1", kind: "List", items: objects };
  await expectKubectl(coordinates, ["apply", "--server-side", "-f", "-"], { input: JSON.stringify(list) });
  if (grantable) await expectKubectl(coordinates, ["apply", `--namespace=${namespace}`, "-k", targetFolder]);
  await waitUntil({
    what: `The pods of ${namespace} run`,
    probe: async () =>
      (await readPhases(coordinates, namespace)).filter((phase) => phase === "Running").length >= pods.length,
  });
}

function describePod(namespace: string, name: string): object {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace, labels: { app: name } },
    spec: {
      nodeName,
      automountServiceAccountToken: false,
      containers: [{ name: "app", image: "registry.example/app:1" }],
    },
  };
}

async function readPhases({ server, caFile, adminToken }: KubernetesCoordinates, namespace: string): Promise<string[]> {
  const { body } = await apiGet({ server, caFile, token: adminToken, path: `/api/v1/namespaces/${namespace}/pods` });
  const list: { items?: { status: { phase: string } }[] } = JSON.parse(body);
  return (list.items ?? []).map((pod) => pod.status.phase);
}
