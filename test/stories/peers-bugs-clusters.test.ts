/** Bugs that others of the kind shipped, as promises of ours: what they did between clusters and in their sweeps. */
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { keys } from "../../src/jobs/keys.ts";
import { reconcile } from "../../src/workflows/reconcile.ts";
import { sweepCluster, sweepStore } from "../../src/workflows/sweep.ts";
import { type FaultProxy, startFaultProxy } from "../workbench/fault-proxy.ts";
import { useKubernetes } from "../workbench/for-tests.ts";
import { setWorkerStage } from "./worker-stage.ts";
import { openQuietBench } from "./worker-stage-bench.ts";

const NAMESPACE = "peers-clusters";
const kubernetes = useKubernetes();
beforeAll(() => kubernetes.createNamespace(NAMESPACE, { grantable: true }));

async function openLine(): Promise<FaultProxy> {
  const proxy = await startFaultProxy(kubernetes.coordinates, { ownGrantsOnly: true });
  onTestFinished(() => proxy.close());
  return proxy;
}

/** A cluster by way of a line, with a token of its own. */
async function reachBy(id: string, line: FaultProxy) {
  const kubeconfig = await kubernetes.serviceAccountKubeconfig("daypass-system", "worker");
  return { id, kubeconfig: line.writeKubeconfig(kubeconfig) };
}

const workersToken = ({ calls }: FaultProxy): string =>
  calls.find(({ path }) => path.includes("/clusterroles"))?.authorization ?? "none";

test("peers #9 · k8s-breakglass, whose clusters shared one identity: calls at the same time each go as who they are", async () => {
  const [one, other] = [await openLine(), await openLine()];
  const clusters = [await reachBy("one", one), await reachBy("other", other)];
  const stage = await setWorkerStage({ kubernetes, namespaces: [NAMESPACE], clusters });
  await stage.installation.startWorker();
  const ids = ["one", "other", "one", "other", "one", "other"];

  const lent = await Promise.all(
    ids.map((cluster) => stage.desk.lend({ seconds: 60, namespaces: [NAMESPACE], cluster })),
  );
  await Promise.all(lent.map(({ id }) => stage.desk.untilArmed(id)));

  const [ours, theirs] = [workersToken(one), workersToken(other)];
  expect(ours).not.toBe(theirs);
  expect(one.calls.filter(({ authorization }) => authorization === theirs)).toEqual([]);
  expect(other.calls.filter(({ authorization }) => authorization === ours)).toEqual([]);
  // Each trial is somebody else again, and asks only about itself.
  const trials = [...one.calls, ...other.calls].filter(({ path }) => path.includes("selfsubjectaccessreviews"));
  expect(new Set(trials.map(({ authorization }) => authorization)).size).toBe(ids.length);
  expect(trials.filter(({ authorization }) => authorization === ours || authorization === theirs)).toEqual([]);
  for (const { id } of lent) await stage.desk.revoke(id);
  await Promise.all(lent.map(({ id }) => stage.desk.untilEnded(id)));
}, 40_000);

test("peers #13 · sso-elevator, which says granted before it is: while the cluster answers 500 nothing is said, and it is said once when it is true", async () => {
  const line = await openLine();
  const stage = await setWorkerStage({
    ...{ kubernetes, namespaces: [NAMESPACE], clusters: [await reachBy("prod", line)] },
  });
  await stage.installation.startWorker();
  const { desk, redis } = stage;
  const broken = line.play({ method: "POST", path: /rolebindings/, how: { kind: "answer", status: 500 } });
  const approved = await desk.lend({ seconds: 60, namespaces: [NAMESPACE] });

  await expect
    .poll(() => desk.grant(approved.id), { timeout: 10_000 })
    .toMatchObject({ state: "making", trouble: expect.anything() });
  expect(broken.met.length).toBeGreaterThan(0);
  expect(await redis.ask(`XRANGE ${keys.outbox} - +`)).not.toContain("ready-");
  broken.lift();

  await desk.untilArmed(approved.id);
  expect((await redis.ask(`XRANGE ${keys.outbox} - +`)).split(`"ready-${approved.id}"`)).toHaveLength(2);
  await desk.revoke(approved.id);
  await desk.untilEnded(approved.id);
}, 40_000);

test("peers #17 · k8s-breakglass, whose clean-up deletes what is approved: a sweep touches nothing before its end", async () => {
  const stage = await setWorkerStage({ kubernetes, namespaces: [NAMESPACE] });
  const quiet = await openQuietBench(stage);
  const approved = await quiet.lend({ seconds: 120, namespaces: [NAMESPACE] });
  const holder = await stage.probes.hold(approved);
  const before = await stage.desk.grant(approved.id);
  const look = (ref: Parameters<typeof reconcile>[1]) => reconcile(quiet.bench, ref);

  for (let times = 0; times < 3; times++) {
    await sweepStore(quiet.bench, { look, check: async () => undefined });
    await sweepCluster(quiet.bench, look, "prod");
  }

  expect(await holder.look()).toBe(200);
  expect(await stage.desk.grant(approved.id)).toEqual(before);
  await stage.desk.revoke(approved.id);
  await look({ kind: "grant", id: approved.id });
  expect(await stage.probes.isThere(approved)).toBe(false);
}, 40_000);
