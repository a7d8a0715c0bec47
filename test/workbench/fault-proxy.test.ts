import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { Agent, type Dispatcher, request } from "undici";
import { afterEach, expect, test } from "vitest";
import { type FaultProxy, startFaultProxy } from "./fault-proxy.ts";
import { useKubernetes } from "./for-tests.ts";

const kubernetes = useKubernetes();
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close();
});

async function start(options: Parameters<typeof startFaultProxy>[1] = {}): Promise<FaultProxy> {
  const proxy = await startFaultProxy(kubernetes.coordinates, options);
  open.push(proxy);
  return proxy;
}

interface Asked {
  readonly method?: Dispatcher.HttpMethod;
  readonly body?: object;
  readonly patienceMs?: number;
}

/** Asks as the admin; returns the answer, or the code of what broke. */
async function ask(proxy: FaultProxy, path: string, { method = "GET", body, patienceMs = 5_000 }: Asked = {}) {
  const dispatcher = new Agent({ connect: { ca: readFileSync(kubernetes.caFile) }, headersTimeout: patienceMs });
  try {
    const answer = await request(new URL(path, proxy.server), {
      ...{ dispatcher, method, body: body === undefined ? null : JSON.stringify(body) },
      headers: { authorization: `Bearer ${kubernetes.coordinates.adminToken}`, "content-type": "application/json" },
    });
    const text = await answer.body.text();
    return { status: answer.statusCode, retryAfter: answer.headers["retry-after"], text };
  } catch (error) {
    return { broke: error instanceof Error && "code" in error ? String(error.code) : String(error) };
  } finally {
    await dispatcher.destroy();
  }
}

const NAMESPACE = "/api/v1/namespaces/daypass-grants";

test("what nothing is wrong with goes through, by a kubeconfig that differs in its address alone", async () => {
  const proxy = await start();
  const kubeconfig = proxy.writeKubeconfig(kubernetes.adminKubeconfig);

  const { code, stdout } = await kubernetes.kubectl(["get", "namespace", "daypass-grants", "-o", "name"], {
    kubeconfig,
  });

  expect({ code, stdout }).toEqual({ code: 0, stdout: "namespace/daypass-grants\n" });
  expect(proxy.calls.some(({ path, status }) => path.startsWith(NAMESPACE) && status === 200)).toBe(true);
});

test("only the calls that fit meet a fault, and only until it is lifted", async () => {
  const proxy = await start();
  const fault = proxy.play({
    ...{ method: "GET", path: /namespaces\/daypass-grants/, nth: 2 },
    how: { kind: "answer", status: 429, retryAfter: 7 },
  });

  const statuses = [await ask(proxy, NAMESPACE), await ask(proxy, NAMESPACE), await ask(proxy, NAMESPACE)];

  expect(statuses.map(({ status }) => status)).toEqual([200, 429, 200]);
  expect(statuses[1]).toMatchObject({ retryAfter: "7" });
  expect(fault.met).toHaveLength(1);
  proxy.play({ how: { kind: "answer", status: 500 } }).lift();
  expect(await ask(proxy, NAMESPACE)).toMatchObject({ status: 200 });
});

test("a cluster can hang, be slow, and break off in the middle of an answer", async () => {
  const proxy = await start();
  const hang = proxy.play({ how: { kind: "hang" } });
  expect(await ask(proxy, NAMESPACE, { patienceMs: 300 })).toEqual({ broke: "UND_ERR_HEADERS_TIMEOUT" });
  hang.lift();

  const slow = proxy.play({ how: { kind: "slow", ms: 300 } });
  const begunAt = performance.now();
  expect(await ask(proxy, NAMESPACE)).toMatchObject({ status: 200 });
  expect(performance.now() - begunAt).toBeGreaterThan(290);
  slow.lift();

  proxy.play({ how: { kind: "reset", afterBytes: 10 } });
  expect(await ask(proxy, NAMESPACE)).toHaveProperty("broke");
});

test("an answer can be lost after its effect", async () => {
  const proxy = await start();
  const made = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "lost-answer", namespace: "default" } };
  const path = "/api/v1/namespaces/default/configmaps";
  const fault = proxy.play({ method: "POST", how: { kind: "loseAnswer" } });

  const lost = await ask(proxy, path, { method: "POST", body: made });
  fault.lift();

  expect(lost).toHaveProperty("broke");
  expect(await ask(proxy, `${path}/lost-answer`, { method: "DELETE" })).toMatchObject({ status: 200 });
});

test("nobody listens while it refuses, and it is healed on the same port", async () => {
  const proxy = await start();

  await proxy.refuse();
  expect(await ask(proxy, NAMESPACE)).toEqual({ broke: "ECONNREFUSED" });
  await proxy.heal();

  expect(await ask(proxy, NAMESPACE)).toMatchObject({ status: 200 });
});

test("a watch is streamed as it happens, and stands still while the cluster hangs", async () => {
  const proxy = await start();
  const dispatcher = new Agent({ connect: { ca: readFileSync(kubernetes.caFile) } });
  open.push({ close: () => dispatcher.destroy() });
  const headers = { authorization: `Bearer ${kubernetes.coordinates.adminToken}` };
  const path = "/api/v1/namespaces/default/configmaps?watch=true&fieldSelector=metadata.name%3Dwatched";
  const watch = await request(new URL(path, proxy.server), { dispatcher, headers });
  let seen = "";
  watch.body.setEncoding("utf8").on("data", (chunk: string) => {
    seen += chunk;
  });
  watch.body.on("error", () => {});
  await kubernetes.kubectl(["create", "configmap", "watched", "-n", "default"]);
  await expect.poll(() => seen).toContain('"ADDED"');

  const hang = proxy.play({ how: { kind: "hang" } });
  await kubernetes.kubectl(["delete", "configmap", "watched", "-n", "default"]);
  await wait(300);
  expect(seen).not.toContain('"DELETED"');
  hang.lift();

  await expect.poll(() => seen).toContain('"DELETED"');
});

test("two lines to one cluster can look like two clusters, each with its own grants", async () => {
  const [one, other] = [await start({ ownGrantsOnly: true }), await start({ ownGrantsOnly: true })];
  const account = {
    ...{ apiVersion: "v1", kind: "ServiceAccount" },
    metadata: { name: "seen-by-one", labels: { "daypass.dev/grant": "seen" } },
  };
  const path = `${NAMESPACE}/serviceaccounts`;
  const names = async (proxy: FaultProxy) => (await ask(proxy, path)).text;

  await ask(one, path, { method: "POST", body: account });

  expect(await names(one)).toContain("seen-by-one");
  expect(await names(other)).not.toContain("seen-by-one");
  expect(await names(other)).toContain('"name":"default"');
  await ask(one, `${path}/seen-by-one`, { method: "DELETE" });
});
