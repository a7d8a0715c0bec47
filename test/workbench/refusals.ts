import { request as httpsRequest } from "node:https";
import { setTimeout as pause } from "node:timers/promises";
import { parse } from "yaml";
import { z } from "zod";

const Kubeconfig = z.object({
  clusters: z.tuple([
    z.object({ cluster: z.object({ server: z.string(), "certificate-authority-data": z.string() }) }),
  ]),
  users: z.tuple([z.object({ user: z.object({ token: z.string() }) })]),
});

/** What a kubeconfig's holder sees of one path: the HTTP status. Takes the kubeconfig's text. */
export function tryOnce(kubeconfig: string, path: string): Promise<number> {
  const parsed = Kubeconfig.parse(parse(kubeconfig));
  const { cluster } = parsed.clusters[0];
  const ca = Buffer.from(cluster["certificate-authority-data"].replaceAll(/\s/g, ""), "base64");
  const headers = { authorization: `Bearer ${parsed.users[0].user.token}` };
  return new Promise((resolve, reject) => {
    const sent = httpsRequest(new URL(path, cluster.server), { ca, headers, timeout: 3_000 }, (response) => {
      response.resume();
      response.once("end", () => resolve(response.statusCode ?? 0));
    });
    sent.once("error", reject);
    sent.end();
  });
}

/** Asks again and again, from outside, until the cluster refuses (401 or 403); returns when and how. At most 90 s. */
export async function firstRefusal(kubeconfig: string, path: string): Promise<{ at: number; status: number }> {
  const giveUpAt = Date.now() + 90_000;
  while (Date.now() < giveUpAt) {
    const status = await tryOnce(kubeconfig, path);
    if (status === 401 || status === 403) return { at: Date.now(), status };
    await pause(10);
  }
  throw new Error(`${path} was still answered after 90 s`);
}
