import { stringify } from "yaml";

/** What a kubeconfig is made of. */
interface KubeconfigParts {
  /** The cluster's id. */
  readonly cluster: string;
  readonly server: string;
  /** The cluster's CA certificates, PEM; null where the system's own are used. */
  readonly ca: string | null;
  readonly tlsServerName: string | null;
  readonly token: string;
  /** Where kubectl looks unless told otherwise. */
  readonly namespace: string;
}

/** As in PEM: short enough for any window. kubectl's base64 reader skips line ends. */
const LINE = /.{1,64}/g;

/** Takes a cluster's id; returns the name under which people save its kubeconfig. */
export function fileName(cluster: string): string {
  return `daypass-${cluster}.yaml`;
}

/**
 * Takes the parts; returns a kubeconfig as YAML. The CA stands in short lines, so that the text can be shown in
 * several parts without one line that is longer than a part; the token's line, the only secret one, is the last.
 */
export function kubeconfig({ cluster, server, ca, tlsServerName, token, namespace }: KubeconfigParts): string {
  const name = `daypass-${cluster}`;
  const where = {
    server,
    ...(tlsServerName === null ? {} : { "tls-server-name": tlsServerName }),
    ...(ca === null ? {} : { "certificate-authority-data": lines(Buffer.from(ca).toString("base64")) }),
  };
  return stringify(
    {
      apiVersion: "v1",
      kind: "Config",
      "current-context": name,
      contexts: [{ name, context: { cluster, user: name, namespace } }],
      clusters: [{ name: cluster, cluster: where }],
      users: [{ name, user: { token } }],
    },
    { lineWidth: 0 },
  );
}

function lines(base64: string): string {
  return `${(base64.match(LINE) ?? []).join("\n")}\n`;
}
