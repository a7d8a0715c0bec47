import { join } from "node:path";
import { waitUntil } from "../readiness.ts";
import { type AuditEvent, readAuditLog } from "./audit-log.ts";
import type { KubernetesCoordinates } from "./coordinates.ts";
import { writeKubeconfig } from "./kubeconfig.ts";
import { expectKubectl, type KubectlOptions, type KubectlResult, runKubectl } from "./kubectl.ts";
import { createNamespace, type NamespaceOptions } from "./namespaces.ts";

/** A running control plane, to use but not to stop. */
export interface AttachedKubernetes {
  /** Plain data, from which `attachKubernetes` makes the same in another process. */
  coordinates: KubernetesCoordinates;
  server: string;
  caFile: string;
  adminKubeconfig: string;
  auditLog: string;
  /** Runs kubectl, as the admin unless another kubeconfig is given. A refusal is a result, never an exception. */
  kubectl(args: readonly string[], options?: KubectlOptions): Promise<KubectlResult>;
  readAudit(): Promise<AuditEvent[]>;
  /** Writes a kubeconfig with a token of a ServiceAccount, good for 24 hours, and returns its path. */
  serviceAccountKubeconfig(namespace: string, name: string): Promise<string>;
  createNamespace(name: string, options?: NamespaceOptions): Promise<void>;
  /** Deletes every AccessGrant and resolves when what they owned in daypass-grants is collected too. */
  deleteAllAccessGrants(): Promise<void>;
}

/** Makes a running control plane usable from its coordinates. */
export function attachKubernetes(coordinates: KubernetesCoordinates): AttachedKubernetes {
  const { server, caFile, adminKubeconfig, auditLog } = coordinates;
  return {
    coordinates,
    server,
    caFile,
    adminKubeconfig,
    auditLog,
    kubectl: (args, options) => runKubectl(coordinates, args, options),
    readAudit: () => readAuditLog(auditLog),
    serviceAccountKubeconfig: (namespace, name) => writeServiceAccountKubeconfig(coordinates, namespace, name),
    createNamespace: (name, options) => createNamespace(coordinates, name, options),
    deleteAllAccessGrants: () => deleteAllAccessGrants(coordinates),
  };
}

async function writeServiceAccountKubeconfig(
  coordinates: KubernetesCoordinates,
  namespace: string,
  name: string,
): Promise<string> {
  const args = ["create", "token", name, `--namespace=${namespace}`, "--duration=24h"];
  const token = (await expectKubectl(coordinates, args)).trim();
  const { server, caFile, folder } = coordinates;
  return writeKubeconfig(join(folder, `${namespace}-${name}.kubeconfig`), { server, caFile, user: name, token });
}

async function deleteAllAccessGrants(coordinates: KubernetesCoordinates): Promise<void> {
  await expectKubectl(coordinates, ["delete", "accessgrants", "--all", "--cascade=background"]);
  const leftovers = [
    "get",
    "jobs,serviceaccounts,secrets",
    "--namespace=daypass-grants",
    "--selector=daypass.dev/grant",
    "--output=name",
  ];
  await waitUntil({
    what: "What the AccessGrants owned is collected",
    probe: async () => (await expectKubectl(coordinates, leftovers)) === "",
  });
}
