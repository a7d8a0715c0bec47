import { join } from "node:path";
import type { Child, Guardian } from "../guardian.ts";
import { findFreePorts } from "../ports.ts";
import { waitUntil } from "../readiness.ts";

export interface Etcd {
  child: Child;
  url: string;
}

/** Starts an etcd of one's own on loopback and resolves when it is healthy. */
export async function startEtcd(options: { guardian: Guardian; program: string; folder: string }): Promise<Etcd> {
  const [clientPort, peerPort] = await findFreePorts(2);
  const url = `http://127.0.0.1:${clientPort}`;
  const peerUrl = `http://127.0.0.1:${peerPort}`;
  const child = options.guardian.spawn("etcd", options.program, [
    `--data-dir=${join(options.folder, "etcd")}`,
    `--listen-client-urls=${url}`,
    `--advertise-client-urls=${url}`,
    `--listen-peer-urls=${peerUrl}`,
    `--initial-advertise-peer-urls=${peerUrl}`,
    `--initial-cluster=default=${peerUrl}`,
    "--unsafe-no-fsync",
    "--log-level=warn",
  ]);
  const probe = async () => {
    const answer = await fetch(`${url}/health`, { signal: AbortSignal.timeout(1000) });
    return answer.ok && (await answer.text()).includes('"true"');
  };
  await waitUntil({ what: "etcd is healthy", probe, child });
  return { child, url };
}
