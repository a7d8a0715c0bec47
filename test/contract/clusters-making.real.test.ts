import { expect, test } from "vitest";
import { createClusters } from "../../src/provisioner/clusters.ts";
import * as objects from "../../src/provisioner/objects.ts";
import type { Lent } from "../../src/workflows/grant.ts";
import { useKubernetes } from "../workbench/for-tests.ts";
import type { AuditEvent } from "../workbench/kubernetes/audit-log.ts";
import { newGrant } from "./clusters.contract.ts";
import { type RealClusters, type Stored, useRealClusters } from "./real-clusters.ts";

const kubernetes = useKubernetes();
const real = useRealClusters(kubernetes, "making");
const WORKER = "system:serviceaccount:daypass-system:worker";

/** The same cluster, as somebody sees it who goes by another time. */
function clustersOf(now: () => number) {
  const events = { happened() {}, failed() {} };
  return createClusters({ clusters: [{ id: "prod", kubeconfig: real.current.workerKubeconfig }], now, events });
}

test("each object has its one owner, its labels and its end; the trial is gone, and nothing has a finalizer", async () => {
  const { clusters, open, objectsOf } = real.current;
  const grant = await newGrant(real.current, { namespaces: open });
  const name = objects.objectName(grant);

  await clusters.make(grant);

  const all = await objectsOf(grant.id);
  const found = (kind: string) => all.filter((one) => one.kind === kind);
  expect(all.map(({ kind, metadata }) => [kind, metadata.namespace, metadata.name])).toEqual(
    expect.arrayContaining([
      ["AccessGrant", undefined, name],
      ["Job", "daypass-grants", name],
      ["ServiceAccount", "daypass-grants", name],
      ["RoleBinding", open[0], name],
      ["RoleBinding", open[1], name],
    ]),
  );
  expect(all).toHaveLength(5);
  const owners = (kind: string) => found(kind).map(({ metadata }) => metadata.ownerReferences);
  const [access, timer] = [found("AccessGrant")[0], found("Job")[0]];
  expect(owners("AccessGrant")).toEqual([undefined]);
  expect(owners("Job")).toEqual([[ownerOf(access)]]);
  expect(owners("ServiceAccount")).toEqual([[ownerOf(timer)]]);
  expect(owners("RoleBinding")).toEqual([[ownerOf(access)], [ownerOf(access)]]);
  for (const { metadata } of all) {
    expect(metadata.finalizers).toBeUndefined();
    expect(metadata.annotations?.["daypass.dev/expires-at"]).toBe(new Date(grant.end).toISOString());
    expect(metadata.labels).toMatchObject({
      "daypass.dev/grant": grant.id,
      "daypass.dev/end-minute": String(Math.floor(grant.end / 60_000)),
      "app.kubernetes.io/managed-by": "daypass",
    });
  }
  await clusters.end(grant, 0);
});

test("P3 · the objects are made each after its owner, by the worker alone, and the proof is the grant's own", async () => {
  const { clusters, open } = real.current;
  const grant = await newGrant(real.current, { namespaces: open });
  const name = objects.objectName(grant);

  await clusters.make(grant);

  const audit = await kubernetes.readAudit();
  const itself = audit.filter(({ user }) => user.username === objects.userName(name));
  const written = audit.filter(({ verb, objectRef }) => verb !== "get" && objectRef?.name?.startsWith(name));
  const madeWhen = (resource: string, subresource?: string) =>
    written.filter(
      ({ verb, objectRef }) =>
        verb === "create" && objectRef?.resource === resource && objectRef.subresource === subresource,
    );
  const trial = written.filter(({ verb, objectRef }) => verb === "delete" && objectRef?.name === `${name}-d0`);
  const order = [
    madeWhen("accessgrants"),
    madeWhen("jobs"),
    [...madeWhen("serviceaccounts"), ...madeWhen("rolebindings"), ...madeWhen("secrets")],
    madeWhen("serviceaccounts", "token"),
    itself,
    trial,
  ];
  expect(order.map((events) => events.length)).toEqual([1, 1, 4, 1, itself.length, 1]);
  for (const [i, later] of order.slice(1).entries()) expect(lastEnd(order[i]) <= firstStart(later)).toBe(true);
  const byPeople = written.filter(({ user }) => !user.username.startsWith("system:serviceaccount:kube-system:"));
  expect(new Set(byPeople.map(({ user }) => user.username).filter((user) => user !== CONTROLLERS))).toEqual(
    new Set([WORKER]),
  );
  expect(new Set(itself.map(({ objectRef }) => objectRef?.resource))).toEqual(new Set(["selfsubjectaccessreviews"]));
  // For each namespace three of the role's rights and two canaries, and one foreign namespace.
  expect(itself).toHaveLength(11);
  await clusters.end(grant, 0);
});

test("the timer completes with no pod, and its seconds end a second or two after the grant's end", async () => {
  const { clusters, objectsOf, admin } = real.current;
  const grant = await newGrant(real.current);

  await clusters.make(grant);
  await expect.poll(() => clusters.timer(grant), { timeout: 5_000 }).toBe("armed");

  const timer = (await objectsOf(grant.id)).find(({ kind }) => kind === "Job");
  const fires = Date.parse(String(timer?.status?.completionTime)) + Number(timer?.spec?.ttlSecondsAfterFinished) * 1000;
  expect(fires).toBeGreaterThanOrEqual(grant.end);
  expect(fires).toBeLessThanOrEqual(grant.end + 3_000);
  expect(await admin("get", "pods", "-n", "daypass-grants", "-o", "name")).toBe("");
  await clusters.end(grant, 0);
});

test("P2 · a timer is late or not by our own clock, which its cluster's answer sets right", async () => {
  const [ahead, behind] = [clustersOf(() => Date.now() - 4_000), clustersOf(() => Date.now() + 4_000)];
  /** Made by who took the time for so much earlier, so that its timer has that many milliseconds too many. */
  const makeLate = async (ms: number) => {
    const maker = clustersOf(() => Date.now() - ms);
    const grant = await newGrant(real.current, { end: Date.now() + 60_000 });
    expect(await maker.make(grant)).toEqual({ proven: true });
    await maker.close();
    return grant;
  };

  const later = await makeLate(10_500);
  const late = await makeLate(7_000);

  expect(await ahead.make(later)).toEqual({ proven: true });
  await expect.poll(() => ahead.timer(later), { timeout: 5_000 }).toBe("armed");
  expect(await behind.make(late)).toMatchObject({
    refusedBecause: "clusterRefused",
    words: expect.stringMatching("Job"),
  });
  for (const grant of [later, late]) await ahead.end(grant, 0);
  await Promise.all([ahead.close(), behind.close()]);
});

test("P2 · with nobody of ours alive, the identity is gone within 15 s of the end", async () => {
  const { clusters, admin } = real.current;
  const grant = await newGrant(real.current, { end: Date.now() + 4_000 });
  await clusters.make(grant);

  const account = () => admin("get", "sa", "-n", "daypass-grants", "-l", `daypass.dev/grant=${grant.id}`, "-o", "name");
  expect(await account()).not.toBe("");
  await expect.poll(account, { timeout: grant.end + 15_000 - Date.now(), interval: 250 }).toBe("");

  expect(Date.now()).toBeGreaterThan(grant.end);
  await clusters.end(grant, 0);
});

const partial = ["AccessGrant", "Job", "ServiceAccount", "first RoleBinding", "second RoleBinding", "Secret"] as const;
test.each(partial.map((last, i) => ({ last, count: i + 1 })))(
  "what a crash after the $last left is taken over, and there is one of each",
  async ({ count }) => {
    const { clusters, open, objectsOf } = real.current;
    const grant = await newGrant(real.current, { namespaces: open });
    const left = await leave(real.current, grant, count);

    expect(await clusters.make(grant)).toEqual({ proven: true });

    const after = await objectsOf(grant.id);
    expect(after).toHaveLength(5);
    for (const { kind, metadata } of left.filter(({ kind }) => kind !== "Secret")) {
      expect(after.filter((one) => one.kind === kind).map((one) => one.metadata.uid)).toContain(metadata.uid);
    }
    await clusters.end(grant, 0);
  },
);

test("two workers that make the same grant make it once", async () => {
  const { clusters, objectsOf } = real.current;
  const grant = await newGrant(real.current);

  await Promise.allSettled([clusters.make(grant), clusters.make(grant), clusters.make(grant)]);

  expect(await clusters.make(grant)).toEqual({ proven: true });
  expect(await objectsOf(grant.id)).toHaveLength(4);
  await clusters.end(grant, 0);
});

test("a timer that was deleted by hand is made anew, with its identity", async () => {
  const { clusters, admin } = real.current;
  const grant = await newGrant(real.current);
  await clusters.make(grant);

  await admin("delete", "job", "-n", "daypass-grants", objects.objectName(grant));

  const again = () => clusters.make(grant).catch((error: unknown) => error);
  await expect.poll(again, { timeout: 10_000 }).toEqual({ proven: true });
  await expect.poll(() => clusters.timer(grant), { timeout: 5_000 }).toBe("armed");
  await clusters.end(grant, 0);
});

/** The controller-manager's own name where its controllers have none of their own. */
const CONTROLLERS = "system:kube-controller-manager";

function ownerOf(owner: Stored | undefined) {
  const { name, uid } = owner?.metadata ?? {};
  return { apiVersion: owner?.kind === "Job" ? "batch/v1" : "daypass.dev/v1alpha1", kind: owner?.kind, name, uid };
}

function firstStart(events: readonly AuditEvent[] | undefined): string {
  return (events ?? []).map(({ requestReceivedTimestamp }) => requestReceivedTimestamp).sort()[0] ?? "";
}

function lastEnd(events: readonly AuditEvent[] | undefined): string {
  return (
    (events ?? [])
      .map(({ stageTimestamp }) => stageTimestamp)
      .sort()
      .at(-1) ?? ""
  );
}

/** Makes the first so many objects of a grant, as a worker that died would have left them. */
async function leave({ create }: RealClusters, grant: Lent, count: number): Promise<readonly Stored[]> {
  const left: Stored[] = [];
  const owner = (kind: string) => left.find((one) => one.kind === kind)?.metadata ?? { name: "", uid: "" };
  const makers = [
    () => objects.accessGrant(grant),
    () => objects.timerJob(grant, owner("AccessGrant"), Date.now()),
    () => objects.serviceAccount(grant, owner("Job")),
    ...grant.namespaces.map((namespace) => () => objects.roleBinding(grant, namespace, owner("AccessGrant"))),
    () => objects.anchorSecret(grant, 0, owner("Job")),
  ];
  for (const make of makers.slice(0, count)) left.push(await create(make()));
  return left;
}
