import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { Pool } from "undici";
import { GRANTS_NAMESPACE, objectName } from "../../src/provisioner/objects.ts";
import type { Access } from "../../src/workflows/ports.ts";
import type { AttachedKubernetes } from "../workbench/kubernetes/attached-kubernetes.ts";

/** The first no: 401 or 403, and how long after the end it came; negative where access ended before that. */
export interface Refusal {
  readonly at: number;
  readonly status: number;
  readonly lagMs: number;
}

/** Somebody outside who holds a grant's token and goes on using it. */
export interface Holder {
  /** The status of one question; 200 stands for "may look". */
  look(namespace?: string): Promise<number>;
  /** Looks again and again until refused; throws where that takes longer than `patienceMs` after the end. */
  firstRefusal(patienceMs?: number): Promise<Refusal>;
}

/** Which grant a holder has, and where it is asked. */
type Held = Pick<Access, "id" | "end" | "namespaces">;

export interface Probes {
  /** Takes a grant whose objects are there; has the admin mint a token of its identity, past every line with faults. */
  hold(access: Held): Promise<Holder>;
  /** Takes a grant; returns whether the cluster holds its AccessGrant, its account or one of its bindings. */
  isThere(access: Access): Promise<boolean>;
  close(): Promise<void>;
}

const OFTEN_MS = 10;
const PATIENCE_MS = 40_000;

/** Takes the control plane; returns what asks it as a grant's holder would. */
export function openProbes({ server, caFile, coordinates }: AttachedKubernetes): Probes {
  // Over HTTP/2 each 401 is followed by GOAWAY, which fails the questions of others on that connection.
  const pool = new Pool(server, { connect: { ca: readFileSync(caFile) }, allowH2: false, headersTimeout: 5_000 });
  const ask = async (method: "GET" | "POST", path: string, token: string, body: string | null) => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const answer = await pool.request({ method, path, headers, body });
    return { status: answer.statusCode, text: await answer.body.text() };
  };
  return {
    async hold(access) {
      const path = `/api/v1/namespaces/${GRANTS_NAMESPACE}/serviceaccounts/${objectName(access)}/token`;
      const body = JSON.stringify({ spec: { audiences: [], expirationSeconds: 600 } });
      const minted = await ask("POST", path, coordinates.adminToken, body);
      if (minted.status !== 201) throw new Error(`no token for ${objectName(access)}: ${minted.text}`);
      const token: string = JSON.parse(minted.text).status.token;
      const look = async (namespace = access.namespaces[0] ?? "") => {
        const { status } = await ask("GET", `/api/v1/namespaces/${namespace}/pods/none-of-this-name`, token, null);
        // Whoever may look learns that there is no such pod.
        return status === 404 ? 200 : status;
      };
      return { look, firstRefusal: (patienceMs = PATIENCE_MS) => untilRefused(access, look, patienceMs) };
    },
    async isThere(access) {
      const name = objectName(access);
      const paths = [
        `/apis/daypass.dev/v1alpha1/accessgrants/${name}`,
        `/api/v1/namespaces/${GRANTS_NAMESPACE}/serviceaccounts/${name}`,
        ...access.namespaces.map(
          (namespace) => `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings/${name}`,
        ),
      ];
      const answers = await Promise.all(paths.map((path) => ask("GET", path, coordinates.adminToken, null)));
      return answers.some(({ status }) => status !== 404);
    },
    close: () => pool.destroy(),
  };
}

async function untilRefused(access: Held, look: () => Promise<number>, patienceMs: number): Promise<Refusal> {
  while (Date.now() < access.end + patienceMs) {
    const status = await look();
    if (status === 401 || status === 403) return { at: Date.now(), status, lagMs: Date.now() - access.end };
    await wait(OFTEN_MS);
  }
  throw new Error(`grant ${access.id} was still in use ${patienceMs / 1000} s after its end`);
}
