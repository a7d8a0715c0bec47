import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Child, Guardian } from "../guardian.ts";
import { findFreePort } from "../ports.ts";
import { waitUntil } from "../readiness.ts";
import { apiGet } from "./api-request.ts";
import type { KubernetesCoordinates } from "./coordinates.ts";
import type { ApiServer } from "./kube-apiserver.ts";
import { writeKubeconfig } from "./kubeconfig.ts";
import { expectKubectl } from "./kubectl.ts";

/** The one node, on which pods must be put by `spec.nodeName`, since no scheduler runs. */
export const nodeName = "workbench-node";

/** What `kubectl logs` shows of every container. */
const logLines = [
  "listening on :8080",
  "GET /orders/1041 200 3ms",
  "GET /orders/1042 200 2ms",
  "POST /orders 201 11ms",
  "GET /orders/1043 404 1ms",
  "retrying payment for order 1044: upstream timeout",
];

export interface KwokOptions {
  guardian: Guardian;
  program: string;
  folder: string;
  apiServer: ApiServer;
  coordinates: KubernetesCoordinates;
}

/** Starts kwok in a kubelet's place, with one node, and resolves when that node is ready. */
export async function startKwok({ guardian, program, folder, apiServer, coordinates }: KwokOptions): Promise<Child> {
  const port = await findFreePort();
  const kubeconfig = writeKubeconfig(join(folder, "kwok.kubeconfig"), {
    server: apiServer.url,
    caFile: apiServer.caFile,
    user: "workbench-kwok",
    token: apiServer.tokens.kwok,
  });
  const child = guardian.spawn("kwok", program, [
    `--kubeconfig=${kubeconfig}`,
    `--config=${writeConfig(folder)}`,
    "--manage-all-nodes=true",
    "--node-ip=127.0.0.1",
    `--node-port=${port}`,
    `--server-address=127.0.0.1:${port}`,
    `--tls-cert-file=${apiServer.certificateFile}`,
    `--tls-private-key-file=${apiServer.keyFile}`,
  ]);
  const node = { apiVersion: "v1", kind: "Node", metadata: { name: nodeName } };
  await expectKubectl(coordinates, ["create", "-f", "-"], { input: JSON.stringify(node) });
  await waitUntil({ what: "The node is ready", probe: () => nodeIsReady(apiServer), child });
  return child;
}

function writeConfig(folder: string): string {
  const logFile = join(folder, "container.log");
  // The format of the container runtime interface: time, stream, whether the line is full, text.
  const startedAt = Date.now() - logLines.length * 1000;
  const line = (text: string, index: number) =>
    `${new Date(startedAt + index * 1000).toISOString()} stdout F ${text}\n`;
  writeFileSync(logFile, logLines.map(line).join(""));
  const config = join(folder, "kwok.yaml");
  const template = readFileSync(join(import.meta.dirname, "kwok.yaml"), "utf8");
  writeFileSync(config, template.replace("logsFile: LOG_FILE", `logsFile: ${JSON.stringify(logFile)}`));
  return config;
}

async function nodeIsReady({ url, caFile, tokens }: ApiServer): Promise<boolean> {
  const path = `/api/v1/nodes/${nodeName}`;
  const { body } = await apiGet({ server: url, path, caFile, token: tokens.admin });
  const node: { status?: { conditions?: { type: string; status: string }[] } } = JSON.parse(body);
  return node.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;
}
