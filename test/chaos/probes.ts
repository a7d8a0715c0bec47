import { type ChildProcess, fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Pool } from "undici";
import type { AttachedKubernetes } from "../workbench/kubernetes/attached-kubernetes.ts";
import type { Answered, Probing } from "./probe-process.ts";

/** All answers that one token got, change by change. */
export interface Probe {
  /** Whose: the person's own, or one that the admin minted of the grant's identity. */
  readonly whose: "own" | "minted";
  readonly answers: readonly Answered[];
  stop(): void;
}

/** Somebody outside who holds tokens and goes on using them. */
export interface Probes {
  /** Takes a namespace and a token; asks for a pod there until stopped. */
  begin(whose: Probe["whose"], namespace: string, token: string): Probe;
  /** Has the admin mint a token of an identity in daypass-grants, past every line with faults; null where it is gone. */
  mint(account: string): Promise<string | null>;
  close(): Promise<void>;
}

/** Takes the control plane; starts the process that asks. */
export function openProbes({ server, caFile, coordinates }: AttachedKubernetes): Probes {
  const asking: ChildProcess = fork(join(import.meta.dirname, "probe-process.ts"));
  const ca = readFileSync(caFile, "utf8");
  const pool = new Pool(server, { connect: { ca } });
  const heard = new Map<string, Answered[]>();
  asking.on("message", (answered: Answered) => heard.get(answered.id)?.push(answered));
  let begun = 0;
  return {
    begin: (whose, namespace, token) => {
      begun += 1;
      const id = `probe-${begun}`;
      const answers: Answered[] = [];
      heard.set(id, answers);
      const path = `/api/v1/namespaces/${namespace}/pods/none-of-this-name`;
      asking.send({ id, server, ca, path, token } satisfies Probing);
      const stop = () => {
        asking.send({ stop: id });
        heard.delete(id);
      };
      return { whose, answers, stop };
    },
    mint: async (account) => {
      const path = `/api/v1/namespaces/daypass-grants/serviceaccounts/${account}/token`;
      const headers = { authorization: `Bearer ${coordinates.adminToken}`, "content-type": "application/json" };
      const body = JSON.stringify({ spec: { audiences: [], expirationSeconds: 600 } });
      const answer = await pool.request({ method: "POST", path, headers, body });
      const minted = (await answer.body.json()) as { status?: { token?: string } };
      return answer.statusCode === 201 ? (minted.status?.token ?? null) : null;
    },
    close: async () => {
      asking.disconnect();
      await pool.destroy();
    },
  };
}
