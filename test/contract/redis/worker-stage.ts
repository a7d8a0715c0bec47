import { Queue } from "bullmq";
import type { Redis } from "ioredis";
import { afterEach, beforeEach, expect } from "vitest";
import { createBullWaker } from "../../../src/jobs/bull-waker.ts";
import { type JobQueue, openQueue, PREFIX, WAKES } from "../../../src/jobs/queues.ts";
import type { Connection } from "../../../src/jobs/redis.ts";
import { type RunningWorker, startWorker, type WorkerParts } from "../../../src/jobs/worker.ts";
import type { Ref, Waker } from "../../../src/workflows/ports.ts";
import { createRecordedEvents, type RecordedEvents } from "../../fakes/recorded-events.ts";
import { type ConnectionsUnderTest, emptied } from "../redis-for-contracts.ts";

/** When the worker was asked to look at which record. */
export interface Look {
  readonly id: string;
  readonly at: number;
}

/** Whose queues and workers they are. */
export interface Engine {
  openQueue(connection: Connection): JobQueue;
  startWorker(parts: WorkerParts): RunningWorker;
}

const bullMq: Engine = {
  openQueue: ({ redis }) => openQueue(WAKES, redis, createRecordedEvents()),
  startWorker,
};

export type WorkerStage = ReturnType<typeof useWorkerStage>;

/** An empty Redis with a waker for each test, and workers that are closed after it. */
export function useWorkerStage(connections: ConnectionsUnderTest, engine: Engine = bullMq) {
  const workers: RunningWorker[] = [];
  let line: Redis | undefined;
  let waker: Waker | undefined;

  beforeEach(async () => {
    const connection = await connections.producer();
    line = await emptied(connection.redis);
    waker = createBullWaker(engine.openQueue(connection), { now: () => Date.now() });
  });
  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.close(500)));
  });

  return {
    connections,
    get line() {
      if (line === undefined) throw new Error("the line to Redis comes with each test");
      return line;
    },
    wake: async (ref: Ref, version: number, at: number) => waker?.wake(ref, version, at),
    /** The queue of wakes as BullMQ itself shows it. */
    queue() {
      return new Queue(WAKES, { connection: this.line, prefix: PREFIX });
    },
    /** Starts a worker that does what the test wants, and keeps what it was asked to look at, and when. */
    async start(parts: Partial<WorkerParts> = {}) {
      const seen: Look[] = [];
      const events: RecordedEvents = createRecordedEvents();
      const worker = engine.startWorker({
        connection: await connections.consumer(),
        deliver: async () => undefined,
        checkDelivery: async () => undefined,
        events,
        ...parts,
        reconcile: async (ref) => {
          seen.push({ id: ref.id, at: Date.now() });
          return parts.reconcile?.(ref);
        },
      });
      workers.push(worker);
      await worker.ready();
      return { worker, seen, events };
    },
    /** Resolves when no job, done or failed, stands in Redis. */
    async nothingLeft() {
      await expect.poll(() => this.line.keys(`${PREFIX}:${WAKES}:g-*`), { timeout: 5_000 }).toEqual([]);
    },
  };
}

/** Takes a grant's id; returns what a wake of it carries. */
export function grant(id: string): Ref {
  return { kind: "grant", id };
}

/** Takes looks; returns whom they were for. */
export function ids(seen: readonly Look[]): string[] {
  return seen.map(({ id }) => id);
}
