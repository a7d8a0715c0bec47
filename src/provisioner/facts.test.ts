import { ApiException } from "@kubernetes/client-node";
import { expect, test } from "vitest";
import { ClusterTrouble } from "../workflows/trouble.ts";
import type { Connection } from "./connections.ts";
import { readFacts } from "./facts.ts";
import { NoAnswer } from "./undici-http.ts";

const AT = Date.parse("2026-06-01T12:00:00Z");

/** Three namespaces that are open, each with its name as its label; one is answered in such a way, so many times. */
function clusterThat(fails: (name: string) => unknown, times: number): { cluster: Connection; asked: string[] } {
  const asked: string[] = [];
  const open = (namespace: string) => ({
    ...{ roleRef: { kind: "ClusterRole", name: "daypass-worker-target" }, metadata: { namespace } },
  });
  const stub = {
    id: "prod",
    labels: {},
    rbac: {
      listRoleBindingForAllNamespaces: async () => ({ items: ["ledger", "payments", "web"].map(open) }),
      listClusterRoleWithHttpInfo: async () => ({ data: { items: [] }, headers: {} }),
    },
    core: {
      readNamespace: async ({ name }: { name: string }) => {
        asked.push(name);
        const failure = asked.filter((one) => one === name).length > times ? undefined : fails(name);
        if (failure !== undefined) throw failure;
        return { metadata: { labels: { name } } };
      },
    },
  };
  return { cluster: stub as unknown as Connection, asked };
}

const answered = (code: number, headers: Record<string, string> = {}) =>
  new ApiException(code, "as the test wants it", "", headers);
const ALL = { ledger: { name: "ledger" }, payments: { name: "payments" }, web: { name: "web" } };

test.each<[string, unknown]>([
  ["500", answered(500)],
  ["503", answered(503)],
  ["429", answered(429)],
  ["nothing", new NoAnswer("reset")],
])("P12 · a namespace that is answered with %s twice costs no other its reading, nor its own", async (_, failure) => {
  const { cluster, asked } = clusterThat((name) => (name === "payments" ? failure : undefined), 2);

  const facts = await readFacts(cluster, AT);

  expect(facts).toMatchObject({ readAt: AT, namespaces: ["ledger", "payments", "web"], namespaceLabels: ALL });
  expect(asked.filter((name) => name === "payments")).toHaveLength(3);
});

test("P12 · the reads of a cluster that is too busy go on after the pause that it asks for", async () => {
  const { cluster } = clusterThat(() => answered(429, { "retry-after": "1" }), 1);
  const since = performance.now();

  expect(await readFacts(cluster, AT)).toMatchObject({ namespaceLabels: ALL });

  expect(performance.now() - since).toBeGreaterThan(990);
});

test.each<[string, unknown, number]>([
  ["goes on failing", answered(500), 3],
  ["needs another credential", answered(401), 1],
  ["asks for a long pause", answered(429, { "retry-after": "6" }), 1],
])("a read that %s is the whole reading's trouble", async (_, failure, times) => {
  const { cluster, asked } = clusterThat((name) => (name === "web" ? failure : undefined), 9);

  await expect(readFacts(cluster, AT)).rejects.toThrow(ClusterTrouble);

  expect(asked.filter((name) => name === "web")).toHaveLength(times);
});

test("P12 · a namespace that the worker may not read is told as unread, and costs no other its reading", async () => {
  const { cluster, asked } = clusterThat((name) => (name === "web" ? answered(403) : undefined), 9);

  const facts = await readFacts(cluster, AT);

  expect(facts).toMatchObject({ namespaces: ["ledger", "payments"], unread: ["web"] });
  expect(Object.keys(facts.namespaceLabels)).toEqual(["ledger", "payments"]);
  expect(asked.filter((name) => name === "web")).toHaveLength(1);
});

test("a namespace that was deleted meanwhile is left out", async () => {
  const { cluster } = clusterThat((name) => (name === "web" ? answered(404) : undefined), 9);

  const facts = await readFacts(cluster, AT);

  expect(facts).toMatchObject({ namespaces: ["ledger", "payments"] });
  expect(facts).not.toHaveProperty("unread");
});
