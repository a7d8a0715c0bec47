import { createBullWaker } from "../../../src/jobs/bull-waker.ts";
import { LATE, within } from "../../../src/jobs/patience.ts";
import { type JobQueue, PREFIX, WAKES } from "../../../src/jobs/queues.ts";
import type { Connection } from "../../../src/jobs/redis.ts";
import { answered } from "../../../src/jobs/store-unavailable.ts";
import type { QueueName } from "../../../src/jobs/worker.ts";
import type { Millis } from "../../../src/workflows/person.ts";
import type { Clock, Waker } from "../../../src/workflows/ports.ts";
import { StoreUnavailable } from "../../../src/workflows/trouble.ts";
import type { MemoryRedis } from "./memory-redis.ts";
import { type MemoryWorker, startMemoryWorker } from "./memory-worker.ts";
import type { MemoryWorkerParts } from "./queue-worker.ts";

/** A job as it stands in Redis. */
export interface StandingJob {
  readonly queue: QueueName;
  readonly id: string;
  readonly name: string;
  readonly data: unknown;
  /** When it is due, by its producer's clock; null where it waits for a worker alone, or is at work. */
  readonly at: Millis | null;
  readonly state: "delayed" | "wait" | "active";
}

/** BullMQ in memory: jobs that stand in the Redis in memory and are lost, kept and brought back with it. */
export interface MemoryBull {
  /**
   * Takes a queue, a producer's connection and its machine's time; returns what src/jobs/queues.ts `openQueue` does.
   */
  queue(name: QueueName, connection: Connection, wall: () => Millis): JobQueue;
  /** Takes a producer's connection and the product's clock; returns the waker of src/jobs/bull-waker.ts. */
  waker(connection: Connection, clock: Clock): Waker;
  /** Starts a process' worker: src/jobs/worker.ts but for BullMQ itself. */
  work(parts: MemoryWorkerParts): MemoryWorker;
  /** All jobs of both queues. */
  jobs(): StandingJob[];
  /** One job is gone, as if it had never been added. */
  lose(job: StandingJob): void;
  /** One job comes twice: what is at work is handed out once more at once, what stands has its like beside it. */
  double(job: StandingJob): void;
  /** One delayed job comes so many milliseconds later; earlier where that is negative. */
  postpone(job: StandingJob, ms: number): void;
}

/** How the id of a doubled job's like begins; it ends as the job's own does, which bears its moment. */
export const LIKE = "like:";

/** As long as an add may take: see src/jobs/queues.ts. */
const ADD_MS = 1_100;
const QUEUES: readonly QueueName[] = ["wake", "deliver"];
const STATES = ["delayed", "wait", "active"] as const;

/** Takes the Redis in which the jobs stand; returns BullMQ on it. */
export function createMemoryBull(redis: MemoryRedis): MemoryBull {
  const hearing = new Set<() => void>();
  const members = (key: string) => redis.look("zrange", key, 0, -1, "WITHSCORES") as string[];
  const fieldsOf = (name: QueueName, id: string) =>
    Object.entries(redis.look("hgetall", `${keyOf(name)}:${id}`) as Record<string, string>);
  const queue = (name: QueueName, connection: Connection, wall: () => Millis) =>
    openMemoryQueue(name, connection, wall);
  return {
    queue,
    waker: (connection, clock) => createBullWaker(queue(WAKES, connection, clock.now), clock),
    work: (parts) => startMemoryWorker(parts, hearing),
    jobs: () =>
      QUEUES.flatMap((name) =>
        STATES.flatMap((state) =>
          pairs(members(`${keyOf(name)}:${state}`)).map(([id, score]) => {
            const fields: Record<string, string> = Object.fromEntries(fieldsOf(name, id));
            const at = state === "delayed" ? score : null;
            return { queue: name, id, name: fields.name ?? "", data: JSON.parse(fields.data ?? "null"), at, state };
          }),
        ),
      ),
    lose: ({ queue: name, id }) => {
      for (const state of STATES) redis.ask("zrem", `${keyOf(name)}:${state}`, id);
      redis.ask("del", `${keyOf(name)}:${id}`);
    },
    double: ({ queue: name, id, at, state }) => {
      const isAtWork = state === "active";
      const like = isAtWork ? id : `${LIKE}${id}`;
      if (!isAtWork) redis.ask("hset", `${keyOf(name)}:${like}`, ...fieldsOf(name, id).flat());
      redis.ask("zadd", `${keyOf(name)}:${at === null ? "wait" : "delayed"}`, at ?? 0, like);
      redis.ask("zadd", `${keyOf(name)}:marker`, 0, "0");
    },
    postpone: ({ queue: name, id, at }, ms) => {
      if (at !== null) redis.ask("zadd", `${keyOf(name)}:delayed`, at + ms, id);
    },
  };
}

function keyOf(queue: QueueName): string {
  return `${PREFIX}:${queue}`;
}

function pairs(flat: readonly string[]): [string, number][] {
  return flat.flatMap((member, i) => (i % 2 === 0 ? [[member, Number(flat[i + 1])] as [string, number]] : []));
}

function openMemoryQueue(name: QueueName, { redis }: Connection, wall: () => Millis): JobQueue {
  redis.defineCommand("addJob", { numberOfKeys: 1, lua: "" });
  return {
    add: async (job, id, data, delayMs) => {
      const texts = [id, job, JSON.stringify(data), wall(), Math.max(0, delayMs)];
      const added = await within(answered(redis.addJob(keyOf(name), ...texts)), ADD_MS);
      if (added === LATE) throw new StoreUnavailable("unknown", `no job could be added within ${ADD_MS / 1000} s`);
    },
    close: async () => undefined,
  };
}
