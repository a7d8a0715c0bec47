/** How somebody who holds a pass asks the cluster, from outside and with nothing but the kubeconfig. */
import { join } from "node:path";
import pLimit from "p-limit";
import { Pool } from "undici";
import { parse } from "yaml";
import { z } from "zod";
import { saveKubeconfig } from "../workbench/journey.ts";
import type { AttachedKubernetes } from "../workbench/kubernetes/attached-kubernetes.ts";
import type { Lent } from "./lent.ts";
import type { Answer } from "./watch.ts";

/** Two cores: more kubectls at a time would only wait for each other. */
const KUBECTLS_AT_A_TIME = 2;

const Kubeconfig = z.object({
  clusters: z.tuple([
    z.object({ cluster: z.object({ server: z.string(), "certificate-authority-data": z.string() }) }),
  ]),
  users: z.tuple([z.object({ user: z.object({ token: z.string() }) })]),
});

/** Returns how to ask by kubectl, a process for each question, in turns. */
export function byKubectl(kubernetes: AttachedKubernetes, folder: string): (lent: Lent) => Promise<Answer> {
  const inTurn = pLimit(KUBECTLS_AT_A_TIME);
  const paths = new Map<string, string>();
  return (lent) =>
    inTurn(async () => {
      const kubeconfig = paths.get(lent.id) ?? saveKubeconfig(folder, `pass-${lent.id}.yaml`, lent.kubeconfig);
      paths.set(lent.id, kubeconfig);
      const { code, stdout, stderr } = await kubernetes.kubectl(["get", "pod", "api-0", "--no-headers"], {
        kubeconfig,
      });
      const words = (stdout + stderr).trim().split("\n").at(-1) ?? "";
      if (code === 0) return { verdict: "allowed", words };
      return { verdict: /\((Unauthorized|Forbidden)\)/.test(stderr) ? "refused" : "neither", words };
    });
}

/** Returns how to ask by the GET that kubectl would send, with the kubeconfig's token. All are of one server. */
export function byGet(): (lent: Lent) => Promise<Answer> {
  const tokens = new Map<string, string>();
  let pool: Pool | undefined;
  return async ({ id, kubeconfig, namespace }) => {
    let token = tokens.get(id);
    if (token === undefined || pool === undefined) {
      const { clusters, users } = Kubeconfig.parse(parse(kubeconfig));
      const { server, "certificate-authority-data": data } = clusters[0].cluster;
      // Over HTTP/2 each 401 is followed by GOAWAY, which fails the questions of others on that connection.
      pool ??= new Pool(server, { connect: { ca: Buffer.from(data, "base64") }, connections: 20, allowH2: false });
      token = users[0].user.token;
      tokens.set(id, token);
    }
    const path = join("/api/v1/namespaces", namespace, "pods/api-0");
    const headers = { authorization: `Bearer ${token}`, accept: "application/json" };
    try {
      const { statusCode, body } = await pool.request({ method: "GET", path, headers });
      await body.dump();
      if (statusCode === 200) return { verdict: "allowed", words: "200" };
      return { verdict: statusCode === 401 || statusCode === 403 ? "refused" : "neither", words: String(statusCode) };
    } catch (cause) {
      return { verdict: "neither", words: cause instanceof Error ? cause.message : String(cause) };
    }
  };
}
