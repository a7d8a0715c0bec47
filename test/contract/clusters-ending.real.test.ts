import { join } from "node:path";
import { expect, test } from "vitest";
import { createClusters } from "../../src/provisioner/clusters.ts";
import { objectName } from "../../src/provisioner/objects.ts";
import { useKubernetes } from "../workbench/for-tests.ts";
import { handOver, newGrant } from "./clusters.contract.ts";
import { useRealClusters } from "./real-clusters.ts";

const kubernetes = useKubernetes();
const real = useRealClusters(kubernetes, "ending");

test("P1 · a token in use is refused within a second of the ending's beginning, and dead within 11 s", async () => {
  const { clusters, open, ask } = real.current;
  const grant = await newGrant(real.current, { namespaces: open });
  await clusters.make(grant);
  const { kubeconfig } = await handOver(clusters, grant, 1);
  expect(await ask(kubeconfig, open[0])).toBe(200);

  const beganAt = performance.now();
  let refusedAfterMs = Number.POSITIVE_INFINITY;
  const ending = clusters.end(grant, 0);
  while (refusedAfterMs === Number.POSITIVE_INFINITY && performance.now() - beganAt < 5_000) {
    if ((await ask(kubeconfig, open[0])) !== 200) refusedAfterMs = performance.now() - beganAt;
  }

  expect(refusedAfterMs).toBeLessThan(1_000);
  expect(await ending).toEqual({ refused: true });
  expect(await ask(kubeconfig, open[1])).not.toBe(200);
  const untilDead = { timeout: 11_000 - (performance.now() - beganAt), interval: 200 };
  await expect.poll(() => ask(kubeconfig, open[0]), untilDead).toBe(401);
});

test("P1 · an ending takes bindings first, then Secrets and identity, then the rest; nothing of the grant stays", async () => {
  const { clusters, open, objectsOf } = real.current;
  const grant = await newGrant(real.current, { namespaces: open });
  await clusters.make(grant);
  await handOver(clusters, grant, 1);
  await handOver(clusters, grant, 2);
  const before = (await kubernetes.readAudit()).length;

  await clusters.end(grant, 2);

  await expect.poll(() => objectsOf(grant.id), { timeout: 10_000 }).toEqual([]);
  const deleted = (await kubernetes.readAudit())
    .slice(before)
    .filter(
      ({ verb, user, objectRef }) =>
        verb === "delete" && user.username.endsWith(":worker") && objectRef?.name?.startsWith(objectName(grant)),
    )
    .map(({ objectRef }) => `${objectRef?.resource} ${objectRef?.name?.slice(objectName(grant).length)}`);
  expect(deleted.slice(0, 2)).toEqual(["rolebindings ", "rolebindings "]);
  expect(deleted.slice(2, -1).toSorted()).toEqual(["secrets -d1", "secrets -d2", "serviceaccounts "]);
  expect(deleted.at(-1)).toBe("accessgrants ");
});

test("P7 · a grant ends though its namespace was deleted", async () => {
  const { clusters, open, admin } = real.current;
  await kubernetes.createNamespace("ending-doomed", { grantable: true });
  const grant = await newGrant(real.current, { namespaces: [open[0], "ending-doomed"] });
  expect(await clusters.make(grant)).toEqual({ proven: true });
  const { kubeconfig } = await handOver(clusters, grant, 1);

  await admin("delete", "namespace", "ending-doomed", "--wait=false");
  const ended = () => clusters.end(grant, 0).catch((error: unknown) => error);
  await expect.poll(ended, { timeout: 20_000 }).toEqual({ refused: true });

  expect(await real.current.ask(kubeconfig, open[0])).not.toBe(200);
});

test("P7 · a grant ends though its role was deleted", async () => {
  const { clusters, admin, objectsOf } = real.current;
  const grant = await newGrant(real.current, { profile: "view" });
  await clusters.make(grant);

  await admin("delete", "clusterrole", grant.role);
  const ended = await clusters.end(grant, 0).catch((error: unknown) => error);
  await admin("apply", "-f", join(import.meta.dirname, "../../deploy/cluster/catalogue.yaml"));

  expect(ended).toEqual({ refused: true });
  await expect.poll(() => objectsOf(grant.id), { timeout: 10_000 }).toEqual([]);
});

test.each(["serviceaccount", "accessgrant", "job", "rolebinding"])(
  "P7 · a grant ends though somebody deleted its %s",
  async (kind) => {
    const { clusters, open, admin, objectsOf } = real.current;
    const grant = await newGrant(real.current);
    await clusters.make(grant);
    const place = { serviceaccount: "daypass-grants", job: "daypass-grants", rolebinding: open[0] }[kind];
    await admin("delete", kind, objectName(grant), ...(place === undefined ? [] : ["-n", place]));

    expect(await clusters.end(grant, 0)).toEqual({ refused: true });

    await expect.poll(() => objectsOf(grant.id), { timeout: 10_000 }).toEqual([]);
  },
);

test("P7 · a grant ends though its namespace was closed to Daypass meanwhile", async () => {
  const { clusters, open, objectsOf, admin } = real.current;
  const grant = await newGrant(real.current, { namespaces: [open[1]] });
  await clusters.make(grant);
  const { kubeconfig } = await handOver(clusters, grant, 1);
  expect(await real.current.ask(kubeconfig, open[1])).toBe(200);
  await admin("delete", "rolebinding", "daypass-worker-target", "-n", open[1]);

  const ended = () => clusters.end(grant, 0).catch((error: unknown) => error);
  await expect.poll(ended, { timeout: 10_000 }).toEqual({ refused: true });

  expect(await real.current.ask(kubeconfig, open[1])).not.toBe(200);
  await expect.poll(() => objectsOf(grant.id), { timeout: 10_000 }).toEqual([]);
  await admin("apply", "-n", open[1], "-k", join(import.meta.dirname, "../../deploy/cluster/target"));
});

test("P1 · a grant that another worker made ends the same", async () => {
  const { clusters, workerKubeconfig, objectsOf } = real.current;
  const grant = await newGrant(real.current);
  await clusters.make(grant);
  const other = createClusters({
    ...{ clusters: [{ id: "prod", kubeconfig: workerKubeconfig }], now: Date.now },
    events: { happened() {}, failed() {} },
  });

  const ended = await other.end(grant, 0);
  await other.close();

  expect(ended).toEqual({ refused: true });
  await expect.poll(() => objectsOf(grant.id), { timeout: 10_000 }).toEqual([]);
});

test("a binding that took the place of ours while the grant was active is left alone", async () => {
  const { clusters, open, admin } = real.current;
  const grant = await newGrant(real.current);
  await clusters.make(grant);
  const at = [objectName(grant), "-n", open[0]];
  await admin("delete", "rolebinding", ...at);
  await admin("create", "rolebinding", ...at, "--clusterrole=view", "--user=somebody-else");

  expect(await clusters.end(grant, 0)).toEqual({ refused: true });

  expect(await admin("get", "rolebinding", ...at, "-o", "name")).toContain(objectName(grant));
  await admin("delete", "rolebinding", ...at);
});

test("an ending that somebody else is doing at the same time is an ending", async () => {
  const { clusters, objectsOf } = real.current;
  const grant = await newGrant(real.current);
  await clusters.make(grant);

  const endings = await Promise.all([clusters.end(grant, 0), clusters.end(grant, 0), clusters.end(grant, 0)]);

  expect(endings).toEqual([{ refused: true }, { refused: true }, { refused: true }]);
  await expect.poll(() => objectsOf(grant.id), { timeout: 10_000 }).toEqual([]);
});
