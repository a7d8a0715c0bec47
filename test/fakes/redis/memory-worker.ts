import type { Result } from "ioredis";
import { within } from "../../../src/jobs/patience.ts";
import { CONCURRENCY, type QueueName, type RunningWorker } from "../../../src/jobs/worker.ts";
import type { Taken } from "./job-scripts.ts";
import { type MemoryWorkerParts, QueueWorker } from "./queue-worker.ts";

declare module "ioredis" {
  interface RedisCommander<Context> {
    addJob(queue: string, ...args: (string | number)[]): Result<number, Context>;
    takeJob(queue: string, token: string, now: number): Result<Taken, Context>;
    finishJob(queue: string, id: string, token: string): Result<number, Context>;
    delayJob(queue: string, id: string, token: string, attemptsMade: number, at: number): Result<number, Context>;
    extendLock(queue: string, id: string, token: string): Result<number, Context>;
    takeStalledJobs(queue: string): Result<number, Context>;
  }
}

export interface MemoryWorker extends RunningWorker {
  /** Its process is dead: it takes no jobs, and its locks run out. */
  kill(): void;
}

const CLOSE_MS = 5_000;

/** Starts a worker for both queues. `hearing`: who must look for stalled jobs, told whenever anybody takes a job. */
export function startMemoryWorker(parts: MemoryWorkerParts, hearing: Set<() => void>): MemoryWorker {
  const names = ["takeJob", "finishJob", "delayJob", "extendLock", "takeStalledJobs"];
  for (const name of names) parts.connection.redis.defineCommand(name, { numberOfKeys: 1, lua: "" });
  const workers = (Object.keys(CONCURRENCY) as QueueName[]).map((queue) => new QueueWorker(parts, queue, hearing));
  return {
    ready: () => parts.connection.ready(CLOSE_MS),
    close: async (graceMs = CLOSE_MS) => {
      await within(Promise.all(workers.map((worker) => worker.close())), graceMs);
    },
    kill: () => {
      for (const worker of workers) worker.kill();
    },
  };
}
