import { createServer } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createClusters } from "../../src/provisioner/clusters.ts";
import * as objects from "../../src/provisioner/objects.ts";
import type { Lent } from "../../src/workflows/grant.ts";
import { useKubernetes } from "../workbench/for-tests.ts";
import { writeKubeconfig } from "../workbench/kubernetes/kubeconfig.ts";
import { newGrant } from "./clusters.contract.ts";
import { useRealClusters } from "./real-clusters.ts";

const kubernetes = useKubernetes();
const real = useRealClusters(kubernetes, "conflicts");

/** Somebody else's objects of the names that a grant would use. */
const FOREIGN = {
  RoleBinding: (grant: Lent, namespace: string) => ({
    ...{ apiVersion: "rbac.authorization.k8s.io/v1", kind: "RoleBinding" },
    metadata: { name: objects.objectName(grant), namespace },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "view" },
    subjects: [{ kind: "User", apiGroup: "rbac.authorization.k8s.io", name: "somebody-else" }],
  }),
  ServiceAccount: (grant: Lent) => ({
    ...{ apiVersion: "v1", kind: "ServiceAccount" },
    metadata: { name: objects.objectName(grant), namespace: "daypass-grants" },
  }),
  Job: (grant: Lent) => ({
    ...objects.timerJob(grant, { name: "", uid: "" }, Date.now()),
    metadata: { name: objects.objectName(grant), namespace: "daypass-grants" },
  }),
  AccessGrant: (grant: Lent) => ({
    ...objects.accessGrant({ ...grant, grantee: "somebody-else" }),
    metadata: { name: objects.objectName(grant) },
  }),
};

test.each(["RoleBinding", "ServiceAccount", "Job", "AccessGrant"] as const)(
  "somebody else's %s of the same name is refused loudly, and survives both making and ending",
  async (kind) => {
    const { clusters, open, admin, create } = real.current;
    const grant = await newGrant(real.current);
    const foreign = await create(FOREIGN[kind](grant, open[0]));
    const { name, namespace, uid } = foreign.metadata;
    const place = namespace === undefined ? [] : ["-n", namespace];

    const answer = await clusters.make(grant);
    await clusters.end(grant, 0);

    expect(answer).toMatchObject({ refusedBecause: "clusterRefused", words: expect.stringContaining(kind) });
    expect(await admin("get", kind.toLowerCase(), name, ...place, "-o", "jsonpath={.metadata.uid}")).toBe(uid);
    await admin("delete", kind.toLowerCase(), name, ...place);
  },
);

test("a binding of ours that was changed by hand is not taken over, and ends all the same", async () => {
  const { clusters, open, admin, objectsOf } = real.current;
  const grant = await newGrant(real.current);
  await clusters.make(grant);
  const more = [{ op: "add", path: "/subjects/-", value: { kind: "Group", name: "everybody", apiGroup: RBAC } }];
  await admin(...["patch", "rolebinding", objects.objectName(grant), "-n", open[0]], "--type=json", "-p", text(more));

  expect(await clusters.make(grant)).toMatchObject({
    refusedBecause: "clusterRefused",
    words: expect.stringContaining(`RoleBinding ${open[0]}/${objects.objectName(grant)}`),
  });

  await clusters.end(grant, 0);
  await expect.poll(() => objectsOf(grant.id), { timeout: 10_000 }).toEqual([]);
});

test("a role that was edited after the yes is not lent", async () => {
  const { clusters, admin } = real.current;
  const grant = await newGrant(real.current, { profile: "restart" });
  const more = [{ op: "add", path: "/rules/-", value: { apiGroups: [""], resources: ["secrets"], verbs: ["get"] } }];
  await admin("patch", "clusterrole", grant.role, "--type=json", "-p", text(more));

  const answer = await clusters.make(grant);
  await admin("apply", "-f", join(import.meta.dirname, "../../deploy/cluster/catalogue.yaml"));

  expect(answer).toMatchObject({ refusedBecause: "roleChanged" });
  expect(await clusters.make(grant)).toEqual({ proven: true });
  await clusters.end(grant, 0);
});

test("what everybody's grant may do is no fault of this one", async () => {
  const { clusters, open, admin } = real.current;
  const grant = await newGrant(real.current);
  await admin("create", "role", "inherited", "-n", open[0], "--verb=get", "--resource=secrets");
  const group = "--group=system:serviceaccounts:daypass-grants";
  await admin("create", "rolebinding", "inherited", "-n", open[0], "--role=inherited", group);

  const made = await clusters.make(grant);
  const ended = await clusters.end(grant, 0);
  await admin("delete", "rolebinding", "inherited", "-n", open[0]);

  expect(made).toEqual({ proven: true });
  expect(ended).toEqual({ refused: true });
});

test("P3 · access that could do more than its profile is never called active, nor called ended while it lasts", async () => {
  const { clusters, open, admin } = real.current;
  const grant = await newGrant(real.current);
  const account = `daypass-grants:${objects.objectName(grant)}`;
  const more = ["create", "rolebinding", "more", "-n", open[0], "--clusterrole=edit", `--serviceaccount=${account}`];
  await admin(...more);

  const made = await clusters.make(grant);
  const ending = await clusters.end(grant, 0).catch((error: unknown) => error);
  await admin("delete", "rolebinding", "more", "-n", open[0]);

  expect(made).toMatchObject({
    refusedBecause: "clusterRefused",
    words: expect.stringContaining(`get secrets in ${open[0]}`),
  });
  expect(String(ending)).toContain(`a right to get pods in ${open[0]}`);
  expect(await clusters.end(grant, 0)).toEqual({ refused: true });
});

test("an API server that takes the connection and never answers is given up within its deadline", async () => {
  const hole = createServer(() => {}).listen(0, "127.0.0.1");
  await new Promise((resolve) => hole.once("listening", resolve));
  const address = hole.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const kubeconfig = writeKubeconfig(join(kubernetes.coordinates.folder, "hole.kubeconfig"), {
    ...{ server: `https://127.0.0.1:${port}`, caFile: kubernetes.caFile, user: "worker", token: "none" },
  });
  const clusters = createClusters({
    ...{ clusters: [{ id: "hole", kubeconfig }], now: Date.now, events: { happened() {}, failed() {} } },
  });
  const startedAt = performance.now();

  await expect(clusters.overdue("hole", Date.now())).rejects.toThrow("hole does not answer");

  expect(performance.now() - startedAt).toBeLessThan(5_000);
  await clusters.close();
  hole.close();
});

test("a credential that is not accepted says which one to renew", async () => {
  const kubeconfig = writeKubeconfig(join(kubernetes.coordinates.folder, "stale.kubeconfig"), {
    ...{ server: kubernetes.server, caFile: kubernetes.caFile, user: "worker", token: "stale" },
  });
  const clusters = createClusters({
    ...{ clusters: [{ id: "prod", kubeconfig }], now: Date.now, events: { happened() {}, failed() {} } },
  });

  await expect(clusters.facts("prod")).rejects.toThrow("does not accept the worker's credential: renew the kubeconfig");
  await clusters.close();
});

const RBAC = "rbac.authorization.k8s.io";

function text(value: unknown): string {
  return JSON.stringify(value);
}
