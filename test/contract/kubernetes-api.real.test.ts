import { randomUUID } from "node:crypto";
import { ApiException, HttpMethod, RequestContext } from "@kubernetes/client-node";
import { request } from "undici";
import { afterAll, beforeAll } from "vitest";
import { type Connection, connect } from "../../src/provisioner/connections.ts";
import { KINDS, type Ref, type Stored } from "../fakes/kubernetes/stored-object.ts";
import { useKubernetes } from "../workbench/for-tests.ts";
import { apiGet } from "../workbench/kubernetes/api-request.ts";
import { type Admin, describeKubernetesApi, type KubernetesUnderTest } from "./kubernetes-api.contract.ts";
import { describeOwners } from "./kubernetes-owners.contract.ts";
import { describeTokens } from "./kubernetes-tokens.contract.ts";

const kubernetes = useKubernetes();
const [OPEN, CLOSED] = ["api-open", "api-closed"];
let under: KubernetesUnderTest | undefined;
let close: () => Promise<unknown> = async () => {};

beforeAll(async () => {
  await kubernetes.createNamespace(OPEN, { grantable: true });
  await kubernetes.createNamespace(CLOSED);
  const kubeconfig = await kubernetes.serviceAccountKubeconfig("daypass-system", "worker");
  const [worker, admin] = [
    connect({ id: "prod", kubeconfig }),
    connect({ id: "admin", kubeconfig: kubernetes.adminKubeconfig }),
  ];
  close = () => Promise.all([worker.close(), admin.close()]);
  under = { ...{ worker, admin: createRealAdmin(admin), open: OPEN, closed: CLOSED }, access };
});
afterAll(() => close());

function createRealAdmin(connection: Connection): Admin {
  return {
    read: (ref) => send(connection, HttpMethod.GET, ref),
    patch: (ref, patch) => send(connection, HttpMethod.PATCH, ref, patch),
    remove: async (ref, options) => void (await send(connection, HttpMethod.DELETE, ref, options)),
    async openNamespace() {
      const namespace = `doomed-${randomUUID().slice(0, 8)}`;
      await kubernetes.createNamespace(namespace, { grantable: true });
      return namespace;
    },
  };
}

async function send(connection: Connection, method: HttpMethod, ref: Ref, body?: object): Promise<Stored> {
  const url = `${connection.endpoint.server}${pathOf(ref)}`;
  const context = new RequestContext(url, method);
  await connection.sign(context);
  const dispatcher = context.getDispatcher();
  const answer = await request(url, {
    ...{
      method,
      headers: { ...context.getHeaders(), "content-type": method === "PATCH" ? MERGE : "application/json" },
    },
    body: body === undefined ? null : JSON.stringify(body),
    ...(dispatcher === undefined ? {} : { dispatcher }),
  });
  const text = await answer.body.text();
  if (answer.statusCode >= 300) throw new ApiException(answer.statusCode, "refused", text, {});
  return JSON.parse(text) as Stored;
}

const MERGE = "application/merge-patch+json";

function pathOf({ plural, namespace, name }: Ref): string {
  const { apiVersion } = KINDS[plural];
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return `${root}${namespace === undefined ? "" : `/namespaces/${namespace}`}/${plural}/${name}`;
}

async function access(token: string, namespace: string): Promise<number> {
  const path = `/api/v1/namespaces/${namespace}/pods/none-of-this-name`;
  const { status } = await apiGet({ server: kubernetes.server, caFile: kubernetes.caFile, token, path });
  // Whoever may look learns that there is no such pod.
  return status === 404 ? 200 : status;
}

async function setup(): Promise<KubernetesUnderTest> {
  if (under === undefined) throw new Error("connected before the file's first test: do not ask earlier");
  return under;
}

describeKubernetesApi("a real API server", setup);
describeOwners("a real API server", setup);
describeTokens("a real API server", setup);
