import { spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { runMarker } from "../guardian.ts";
import type { KubernetesCoordinates } from "./coordinates.ts";

export interface KubectlOptions {
  /** A kubeconfig's path; left out, the admin's. */
  kubeconfig?: string;
  /** What it reads from stdin, for `-f -`. */
  input?: string;
}

export interface KubectlResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs kubectl and returns what it said. A refusal is a result (code other than 0), never an exception. */
export async function runKubectl(
  coordinates: KubernetesCoordinates,
  args: readonly string[],
  { kubeconfig = coordinates.adminKubeconfig, input = "" }: KubectlOptions = {},
): Promise<KubectlResult> {
  const { KUBECONFIG: _own, ...env } = process.env;
  const kubectl = spawn(coordinates.kubectlProgram, args, {
    stdio: ["pipe", "pipe", "pipe"],
    env: {
      ...env,
      KUBECONFIG: kubeconfig,
      // What an earlier control plane served on this port must not be believed.
      KUBECACHEDIR: join(coordinates.folder, "kubectl-cache"),
      [runMarker]: coordinates.runId,
    },
  });
  // kubectl may end without having read all of its input.
  kubectl.stdin.on("error", () => {});
  kubectl.stdin.end(input);
  const exit = new Promise<number>((resolve, reject) => {
    kubectl.once("error", reject);
    kubectl.once("close", (code) => resolve(code ?? 1));
  });
  const [code, stdout, stderr] = await Promise.all([exit, text(kubectl.stdout), text(kubectl.stderr)]);
  return { code, stdout, stderr };
}

/** Runs kubectl where anything but success is a fault of the workbench, and returns its stdout. */
export async function expectKubectl(
  coordinates: KubernetesCoordinates,
  args: readonly string[],
  options?: KubectlOptions,
): Promise<string> {
  const { code, stdout, stderr } = await runKubectl(coordinates, args, options);
  if (code !== 0) throw new Error(`kubectl ${args.join(" ")} ended with ${code}: ${stderr.trim()}`);
  return stdout;
}
