import { readFileSync, writeFileSync } from "node:fs";
import { stringify } from "yaml";

export interface KubeconfigParts {
  server: string;
  caFile: string;
  user: string;
  token: string;
}

/** Writes a kubeconfig with one context, readable by this user alone, and returns its path. */
export function writeKubeconfig(path: string, { server, caFile, user, token }: KubeconfigParts): string {
  const certificate = readFileSync(caFile).toString("base64");
  const kubeconfig = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "workbench", cluster: { server, "certificate-authority-data": certificate } }],
    users: [{ name: user, user: { token } }],
    contexts: [{ name: "workbench", context: { cluster: "workbench", user } }],
    "current-context": "workbench",
  };
  writeFileSync(path, stringify(kubeconfig, { lineWidth: 0 }), { mode: 0o600 });
  return path;
}
