/** Four enders, each alone sufficient: in each story the other three are off. */
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { createAlarms } from "../../src/jobs/alarms.ts";
import { createBullWaker } from "../../src/jobs/bull-waker.ts";
import { openQueue, WAKES } from "../../src/jobs/queues.ts";
import { startSweeper } from "../../src/jobs/sweeper.ts";
import { startWorker } from "../../src/jobs/worker.ts";
import type { Alarms } from "../../src/workflows/ports.ts";
import { reconcile } from "../../src/workflows/reconcile.ts";
import { endOnTime, type Look, sweepCluster, sweepStore } from "../../src/workflows/sweep.ts";
import { useKubernetes } from "../workbench/for-tests.ts";
import { pauseControllerManager } from "../workbench/kubernetes/kube-controller-manager.ts";
import { setWorkerStage } from "./worker-stage.ts";
import { openQuietBench, type QuietBench } from "./worker-stage-bench.ts";

const NAMESPACE = "enders";
const kubernetes = useKubernetes();
beforeAll(() => kubernetes.createNamespace(NAMESPACE, { grantable: true }));

/** The tick of every replica: src/main.ts. */
const SWEEP_MS = 12_000;
/** A test's own asking, minting and looking, and a busy machine. */
const MARGIN_MS = 300;

const setStage = () => setWorkerStage({ kubernetes, namespaces: [NAMESPACE] });
const wish = (seconds: number) => ({ seconds, namespaces: [NAMESPACE] });

/** From here on the cluster's own timers end nothing; at the end of the test they do again. */
function stopTimers(): void {
  onTestFinished(pauseControllerManager(kubernetes.coordinates.folder));
}

const lookWith =
  ({ bench }: QuietBench): Look =>
  (ref) =>
    reconcile(bench, ref);

test("P1 · the alarm alone ends access within a second of its end", async () => {
  const stage = await setStage();
  // Set at the time of making, when the bench that it rings for is not there yet.
  const late: { alarms?: Alarms } = {};
  const quiet = await openQuietBench(stage, {
    alarms: {
      set: (access, afterMs) => late.alarms?.set(access, afterMs),
      forget: (id) => late.alarms?.forget(id),
    },
  });
  const { bench } = quiet;
  const alarms = createAlarms({
    clock: bench.clock,
    ring: (access) => endOnTime(bench, lookWith(quiet), access),
  });
  onTestFinished(() => alarms.close());
  late.alarms = alarms;
  const approved = await quiet.lend(wish(5));
  const holder = await stage.probes.hold(approved);
  stopTimers();

  const { lagMs, status } = await holder.firstRefusal();

  expect(status).toBe(403);
  expect(lagMs).toBeGreaterThan(-5);
  expect(lagMs).toBeLessThan(1_000);
  expect(await stage.desk.untilEnded(approved.id)).toMatchObject({ ending: { why: "expired" } });
});

test("P1 · the wake alone ends access within a second of its end", async () => {
  const stage = await setStage();
  const late: { wake?: QuietBench["bench"]["waker"]["wake"] } = {};
  const quiet = await openQuietBench(stage, { waker: { wake: async (...args) => late.wake?.(...args) } });
  const { bench, producer, consumer, events } = quiet;
  const wakes = openQueue(WAKES, producer.redis, events);
  late.wake = createBullWaker(wakes, bench.clock).wake;
  const approved = await quiet.lend(wish(5));
  // Before that it would make the grant beside the story's own looks.
  const worker = startWorker({
    ...{ connection: consumer, events, reconcile: lookWith(quiet) },
    deliver: async () => {},
    checkDelivery: async () => {},
  });
  onTestFinished(async () => {
    await worker.close();
    await wakes.close();
  });
  const holder = await stage.probes.hold(approved);
  stopTimers();

  const { lagMs, status } = await holder.firstRefusal();

  expect(status).toBe(403);
  expect(lagMs).toBeGreaterThan(-5);
  expect(lagMs).toBeLessThan(1_000);
  expect(await stage.desk.untilEnded(approved.id)).toMatchObject({ ending: { why: "expired" } });
});

test("P1 · the sweep alone ends access within its tick, what Redis knows and what only the cluster knows", async () => {
  const stage = await setStage();
  const quiet = await openQuietBench(stage);
  const [known, unknown] = await Promise.all([quiet.lend(wish(4)), quiet.lend(wish(4))]);
  const holders = await Promise.all([known, unknown].map((access) => stage.probes.hold(access)));
  const look = lookWith(quiet);
  await quiet.producer.redis.del(`{daypass}:grant:${unknown.id}`);
  stopTimers();
  const sweeper = startSweeper({
    ...{ what: "sweep", everyMs: SWEEP_MS, events: quiet.events },
    sweep: () =>
      Promise.all([
        sweepStore(quiet.bench, { look, check: async () => undefined }),
        sweepCluster(quiet.bench, look, "prod"),
      ]),
  });
  onTestFinished(() => sweeper.close());

  const refusals = await Promise.all(holders.map((holder) => holder.firstRefusal()));

  for (const { lagMs } of refusals) {
    expect(lagMs).toBeGreaterThan(-5);
    expect(lagMs).toBeLessThan(SWEEP_MS + MARGIN_MS);
  }
  expect(await stage.desk.untilEnded(known.id)).toMatchObject({ ending: { why: "expired" } });
}, 40_000);

test("P2 · the cluster alone takes the identity within 15 s of the end, with all of ours dead", async () => {
  const stage = await setStage();
  const worker = await stage.installation.startWorker();
  const approved = await stage.desk.lend(wish(5));
  await stage.desk.untilArmed(approved.id);
  const holder = await stage.probes.hold(approved);
  worker.signal("SIGKILL");
  await Promise.all([worker.exited, stage.redis.kill()]);

  const { lagMs, status } = await holder.firstRefusal();

  expect(status).toBe(401);
  expect(lagMs).toBeGreaterThan(-5);
  expect(lagMs).toBeLessThan(15_000);
}, 40_000);
