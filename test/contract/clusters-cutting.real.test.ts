import { expect, test } from "vitest";
import { createClusters } from "../../src/provisioner/clusters.ts";
import { objectName } from "../../src/provisioner/objects.ts";
import type { Lent } from "../../src/workflows/grant.ts";
import { useKubernetes } from "../workbench/for-tests.ts";
import { handOver, newGrant } from "./clusters.contract.ts";
import { useRealClusters } from "./real-clusters.ts";

const kubernetes = useKubernetes();
const real = useRealClusters(kubernetes, "cutting");

test("P1 · a cut is one call for each namespace and no other, and refuses from then on", async () => {
  const { clusters, open, ask } = real.current;
  const grant = await newGrant(real.current, { namespaces: open });
  await clusters.make(grant);
  const { kubeconfig } = await handOver(clusters, grant, 1);
  expect(await ask(kubeconfig, open[0])).toBe(200);

  const calls = await callsDuring(async () => {
    await clusters.cut(grant);
    await clusters.cut(grant);
  });

  expect(calls.toSorted()).toEqual(open.map((namespace) => `delete rolebindings ${namespace}`));
  await expect.poll(() => ask(kubeconfig, open[0]), { timeout: 1_000, interval: 5 }).toBe(403);
  expect(await ask(kubeconfig, open[1])).toBe(403);
  await clusters.end(grant, 1);
});

test("P1 · an ending after a cut neither deletes the bindings again nor looks for them before its proof", async () => {
  const { clusters, open, objectsOf } = real.current;
  const grant = await newGrant(real.current, { namespaces: open });
  await clusters.make(grant);
  await clusters.cut(grant);

  const calls = await callsDuring(() => clusters.end(grant, 0));

  expect(calls.filter((call) => call.startsWith("delete"))).toEqual([
    "delete serviceaccounts daypass-grants",
    "delete accessgrants ",
  ]);
  expect(calls.slice(2).toSorted()).toEqual([
    ...Array.from({ length: 6 }, () => "create subjectaccessreviews "),
    ...open.map((namespace) => `get rolebindings ${namespace}`),
    "get serviceaccounts daypass-grants",
  ]);
  await expect.poll(() => objectsOf(grant.id), { timeout: 10_000 }).toEqual([]);
});

test("P1 · of 40 grants that end in one tick every binding is deleted before anything else of any ending", async () => {
  const { clusters, open } = real.current;
  const grants = await Promise.all(Array.from({ length: 40 }, () => newGrant(real.current, { namespaces: [open[0]] })));
  await Promise.all(grants.map((grant) => clusters.make(grant)));

  const calls = await callsDuring(() =>
    Promise.all(
      // As an alarm does it, which awaits its cut last of all.
      grants.map(async (grant) => Promise.all([clusters.cut(grant), clusters.end(grant, 0)])),
    ),
  );

  expect(new Set(calls.slice(0, 40))).toEqual(new Set([`delete rolebindings ${open[0]}`]));
  expect(calls.slice(40)).not.toContain(`delete rolebindings ${open[0]}`);
  expect(calls.filter((call) => call === `get rolebindings ${open[0]}`)).toHaveLength(40);
});

test("a cut of what this process did not make does nothing, and the ending does all of it", async () => {
  const { clusters, workerKubeconfig, objectsOf } = real.current;
  const grant = await newGrant(real.current);
  await clusters.make(grant);
  const other = createClusters({
    ...{ clusters: [{ id: "prod", kubeconfig: workerKubeconfig }], now: Date.now },
    events: { happened() {}, failed() {} },
  });

  expect(await callsDuring(() => other.cut(grant))).toEqual([]);
  expect(await other.end(grant, 0)).toEqual({ refused: true });

  await other.close();
  await clusters.cut(grant);
  await expect.poll(() => objectsOf(grant.id), { timeout: 10_000 }).toEqual([]);
});

test("a cut leaves alone what took the binding's place, and so does the ending", async () => {
  const { clusters, open, admin } = real.current;
  const grant = await newGrant(real.current);
  await clusters.make(grant);
  const at = await replaceBinding(grant);

  await clusters.cut(grant);
  expect(await clusters.end(grant, 0)).toEqual({ refused: true });

  expect(await admin("get", "rolebinding", ...at, "-o", "name")).toContain(objectName(grant));
  await admin("delete", "rolebinding", objectName(grant), "-n", open[0]);
});

test("P7 · a binding that the cluster does not let us cut keeps no ending from being tried", async () => {
  const { clusters, open, admin, objectsOf } = real.current;
  const grant = await newGrant(real.current, { namespaces: [open[1]] });
  await clusters.make(grant);
  await admin("delete", "rolebinding", "daypass-worker-target", "-n", open[1]);

  await clusters.cut(grant);
  const ended = () => clusters.end(grant, 0).catch((error: unknown) => error);

  await expect.poll(ended, { timeout: 10_000 }).toEqual({ refused: true });
  await expect.poll(() => objectsOf(grant.id), { timeout: 10_000 }).toEqual([]);
});

test("P1 · a binding that somebody put back after the cut is found by the ending and taken", async () => {
  const { clusters, open, create, admin, objectsOf } = real.current;
  const grant = await newGrant(real.current);
  await clusters.make(grant);
  const binding = JSON.parse(await admin("get", "rolebinding", objectName(grant), "-n", open[0], "-o", "json"));
  await clusters.cut(grant);
  const { name, namespace, labels, annotations, ownerReferences } = binding.metadata;
  await create({ ...binding, metadata: { name, namespace, labels, annotations } });
  expect(ownerReferences).toHaveLength(1);

  const ended = () => clusters.end(grant, 0).catch((error: unknown) => error);
  expect(await ended()).toMatchObject({ name: "ClusterTrouble", message: expect.stringContaining("still has") });
  expect(await ended()).toEqual({ refused: true });

  await expect.poll(() => objectsOf(grant.id), { timeout: 10_000 }).toEqual([]);
});

/** Returns what the worker asked for while something was done, in the order in which the API server got it. */
async function callsDuring(work: () => Promise<unknown>): Promise<readonly string[]> {
  const before = new Set((await kubernetes.readAudit()).map(({ auditID }) => auditID));
  await work();
  return (await kubernetes.readAudit())
    .filter(
      ({ auditID, user }) => !before.has(auditID) && user.username === "system:serviceaccount:daypass-system:worker",
    )
    .toSorted((one, other) => (one.requestReceivedTimestamp < other.requestReceivedTimestamp ? -1 : 1))
    .map(({ verb, objectRef }) => `${verb} ${objectRef?.resource} ${objectRef?.namespace ?? ""}`);
}

async function replaceBinding(grant: Lent): Promise<readonly string[]> {
  const { open, admin } = real.current;
  const at = [objectName(grant), "-n", open[0]];
  await admin("delete", "rolebinding", ...at);
  await admin("create", "rolebinding", ...at, "--clusterrole=view", "--user=somebody-else");
  return at;
}
