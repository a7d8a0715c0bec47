/**
 * What must fail: the same harness and the same oracle on a worker from which something was taken away. A harness that
 * finds nothing here could not see.
 */
import { setTimeout as wait } from "node:timers/promises";
import { redisDead } from "../breaks.ts";
import { BOUNDS, type Case, type CaseStage } from "../case.ts";
import { faultCase, trouble, whenActive } from "../fault-case.ts";
import { flushedInAbsence } from "../flush.ts";
import { killAndRestart } from "../kill-cases.ts";
import type { Patch } from "./patched-source.ts";

/** A worker with something taken away, the case it is put to, and what must be found. */
export interface Control {
  readonly name: string;
  /** What is taken away, in words. */
  readonly without: string;
  readonly patches: readonly Patch[];
  /** Whether the cluster's own timer is left out, too. */
  readonly withoutTimer: boolean;
  readonly case: Case;
  /** One of the violations must say this; null for a twin of a control that must hold. */
  readonly finds: RegExp | null;
}

const noStoreSweep: Patch = {
  ...{ file: "src/main.ts", from: "sweepStore(bench, sweeping))", to: "Promise.resolve())" },
};
const noClusterSweep: Patch = {
  ...{ file: "src/main.ts", from: "() => sweepCluster(bench, look, cluster)", to: "async () => void cluster" },
};
const noFollowing: Patch = {
  ...{ file: "src/main.ts", from: "return heed(bench, look, cluster, news);", to: "return [];" },
};
const noAlarm: Patch = {
  ...{ file: "src/main.ts", from: "ring: (access) => endOnTime(bench, look, access)", to: "ring: async () => {}" },
};
/** A BullMQ job is all that ends access then. */
const wakeAlone = [noStoreSweep, noClusterSweep, noFollowing, noAlarm];

const stockOptions: readonly Patch[] = [
  {
    ...{ file: "src/jobs/worker.ts", to: "" },
    from: "  lockDuration: 5_000,\n  stalledInterval: 2_000,\n  maxStalledCount: 1_000_000,\n  runRetryDelay: 500,\n",
  },
  {
    ...{ file: "src/jobs/worker.ts", to: "{}" },
    from: '{ attempts: 1_000_000, backoff: { type: "custom" }, stackTraceLimit: 0 }',
  },
];
const olderBullMq: readonly Patch[] = ["src/jobs/worker.ts", "src/jobs/queues.ts"].map((file) => ({
  ...{ file, from: ' from "bullmq";', to: ' from "bullmq-6-1-2";' },
}));

/** By then workers wait for jobs. Where Redis died at once when the pass was active, 6.1.2's resumed in one run of seven. */
const IDLE_MS = 4_000;

async function whenIdle(stage: CaseStage): Promise<void> {
  await whenActive(stage);
  await wait(IDLE_MS);
}

/** Longer than 6.1.2's drain delay (5 s), after which its workers never resume (bullmq#4585). */
const outage: Case["act"] = trouble(whenIdle, "Redis is dead", 20_000, redisDead);
const afterOutage = { boundMs: BOUNDS.timer, seconds: 40, allows: { unkept: 1 } } as const;

/** Returns the controls, with the twin of the one that is about a version. */
export function controls(): readonly Control[] {
  return [
    {
      name: "stock BullMQ options, no sweep and no timer",
      without: "the queue's own options; sweeps, watches and alarms of the worker; the cluster's timer",
      patches: [...stockOptions, ...wakeAlone],
      withoutTimer: true,
      case: control("killed once in the job that ends access", killedInJob, { boundMs: BOUNDS.timer }),
      finds: /never refused|let in/,
    },
    {
      name: "the same with our queue's options, which must hold",
      without: "sweeps, watches and alarms of the worker; the cluster's timer",
      patches: wakeAlone,
      withoutTimer: true,
      case: control("killed once in the job that ends access", killedInJob, { boundMs: BOUNDS.timer }),
      finds: null,
    },
    {
      name: "bullmq 6.1.2 through an outage longer than its drain delay",
      without: "bullmq 6.7.0; sweeps, watches and alarms of the worker; the cluster's timer",
      patches: [...olderBullMq, ...wakeAlone],
      withoutTimer: true,
      case: control("Redis is killed for 20 s in mid-life, the wake alone ends access", outage, afterOutage),
      finds: /never refused|let in/,
    },
    {
      name: "the same with bullmq 6.7.0, which must hold",
      without: "sweeps, watches and alarms of the worker; the cluster's timer",
      patches: wakeAlone,
      withoutTimer: true,
      case: control("Redis is killed for 20 s in mid-life, the wake alone ends access", outage, afterOutage),
      finds: null,
    },
    {
      name: "no cluster sweep",
      without: "what reads grants back from the cluster: its sweep, and the watch with its lists",
      patches: [noClusterSweep, noFollowing],
      withoutTimer: false,
      case: control("Redis is flushed while no worker lives", flushedInAbsence, forgotten),
      finds: /left behind: .*AccessGrant/,
    },
  ];
}

/** What is not on record any more cannot be told; that it ends is what is asked for. */
const forgotten = { boundMs: BOUNDS.timer, allows: { forgotten: "gone", unkept: 1 } } as const;

function control(name: string, act: Case["act"], options: Parameters<typeof faultCase>[2]): Case {
  return { ...faultCase(name, act, options), group: "control" };
}

function killedInJob(stage: CaseStage): Promise<void> {
  const bait = { side: "worker", line: "cluster", call: "DELETE rolebindings", nth: 1, when: "before" } as const;
  return killAndRestart(stage, bait, "at once");
}
