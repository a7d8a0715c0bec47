/** The worker's parts in this process, wired as src/main.ts does it, but for those that end access: none is on. */

import { join } from "node:path";
import { onTestFinished } from "vitest";
import { createEndings } from "../../src/jobs/endings.ts";
import { type Connection, connectConsumer, connectProducer } from "../../src/jobs/redis.ts";
import { createRedisFacts } from "../../src/jobs/redis-facts.ts";
import { createRedisPeople } from "../../src/jobs/redis-people.ts";
import { createRedisStore } from "../../src/jobs/redis-store.ts";
import { readPolicy } from "../../src/policy/read-policy.ts";
import { createClusters } from "../../src/provisioner/clusters.ts";
import type { Bench } from "../../src/workflows/bench.ts";
import type { Ref } from "../../src/workflows/ports.ts";
import { reconcile } from "../../src/workflows/reconcile.ts";
import { publishFacts } from "../../src/workflows/sweep.ts";
import { createRecordedEvents, type RecordedEvents } from "../fakes/recorded-events.ts";
import type { WorkerStage } from "./worker-stage.ts";
import type { Approved, Wish } from "./worker-stage-desk.ts";

/** A bench on which nothing rings, nothing is woken and nothing is swept, unless the story puts it there. */
export interface QuietBench {
  readonly bench: Bench;
  readonly events: RecordedEvents;
  readonly producer: Connection;
  readonly consumer: Connection;
  /** Approves, makes, and waits until the timer's countdown runs, all by the story's own looks. */
  lend(wish: Wish): Promise<Approved>;
}

/** Takes the stage and the ports that are to be real; returns the bench. Closed after the test. */
export async function openQuietBench(stage: WorkerStage, ports: Partial<Bench> = {}): Promise<QuietBench> {
  const events = createRecordedEvents();
  const [producer, consumer] = [connectProducer(stage.redis.url, events), connectConsumer(stage.redis.url, events)];
  await producer.ready(5_000);
  const clusters = createClusters({ clusters: stage.clusters, now: Date.now, events });
  onTestFinished(async () => {
    await Promise.all([clusters.close(), producer.close(), consumer.close()]);
  });
  const inForce = await readPolicy(join(stage.guardian.folder, "daypass", "policy.yaml"));
  const bench: Bench = {
    ...{ clusters, events, clock: { now: () => Date.now() } },
    store: createRedisStore(producer.redis),
    people: createRedisPeople(producer.redis),
    facts: createRedisFacts(producer.redis),
    policy: { current: () => inForce },
    waker: { wake: async () => {} },
    alarms: { set: () => {}, forget: () => {} },
    endings: createEndings(),
    leftovers: new Map(),
    pager: { overdue: () => {}, settled: () => {} },
    caution: { whyNot: () => null },
    ...ports,
  };
  await publishFacts(bench);
  return {
    ...{ bench, events, producer, consumer },
    lend: async (wish) => {
      const approved = await stage.desk.lend(wish);
      await untilArmed(bench, { kind: "grant", id: approved.id });
      return approved;
    },
  };
}

/** Looks until the timer is armed, as the wakes of a worker would. */
async function untilArmed(bench: Bench, ref: Ref): Promise<void> {
  for (let looks = 0; looks < 100; looks++) {
    await reconcile(bench, ref);
    const grant = await bench.store.grant(ref.id);
    if (grant?.state === "active" && grant.timerArmed) return;
    if (grant?.state !== "active") throw new Error(`grant ${ref.id} is ${grant?.state} before its time`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`grant ${ref.id} was not armed in time`);
}
