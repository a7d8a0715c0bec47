import { type Job, type JobsOptions, Worker, type WorkerOptions } from "bullmq";
import { z } from "zod";
import type { Clock, DeliveryCheck, Events, Ref } from "../workflows/ports.ts";
import { ClusterTrouble, TooEarly } from "../workflows/trouble.ts";
import { momentOf } from "./bull-waker.ts";
import { within } from "./patience.ts";
import { DELIVERIES, PREFIX, WAKES } from "./queues.ts";
import { reportRarely } from "./rare-reports.ts";
import type { Connection } from "./redis.ts";

/**
 * A dead worker's job is taken over within 9 s: a lock of 5 s and two looks for stalled jobs, 2 s apart, at most. Once
 * it is over nothing is left of a job: an id that is still there would swallow a later one of the same name.
 */
export const settings = {
  lockDuration: 5_000,
  stalledInterval: 2_000,
  maxStalledCount: 1_000_000,
  runRetryDelay: 500,
  removeOnComplete: { count: 0 },
  removeOnFail: { count: 0 },
} satisfies Partial<WorkerOptions>;

/**
 * A job is only waiting for a cluster, and the cluster's calls take turns elsewhere: many fit beside one another, so
 * that a silent cluster, each call to which lasts its whole deadline, does not keep the others' jobs waiting.
 */
export const CONCURRENCY = { [WAKES]: 1_000, [DELIVERIES]: 50 } as const;

export type QueueName = keyof typeof CONCURRENCY;

/** A job never gives up. No stack is kept, since a job's record is in Redis for all to read. */
const persistence = { attempts: 1_000_000, backoff: { type: "custom" }, stackTraceLimit: 0 } satisfies JobsOptions;

const LONGEST_BACKOFF_MS = 15_000;
/** What a cluster asks for with Retry-After counts up to here: an ending is overdue after a minute. */
const LONGEST_RETRY_AFTER_MS = 60_000;
const CLOSE_MS = 5_000;

const Wake = z.object({ kind: z.enum(["request", "grant"]), id: z.string() });
const Delivery = z.object({ id: z.string() });
const Check = z.object({ id: z.string(), grant: z.string(), n: z.number() });

/** What the jobs call. */
export interface WorkParts {
  readonly reconcile: (ref: Ref) => Promise<unknown>;
  readonly deliver: (id: string) => Promise<unknown>;
  readonly checkDelivery: (check: DeliveryCheck) => Promise<unknown>;
  readonly events: Events;
  /** The waker's own, by which a wake that comes too early is known; this machine's where none is given. */
  readonly clock?: Clock;
}

/** What the jobs call, and what they need to run. */
export interface WorkerParts extends WorkParts {
  /** A consumer's connection, which the caller closes after the worker. */
  readonly connection: Connection;
}

export interface RunningWorker {
  /** Resolves when it can take jobs. */
  ready(): Promise<void>;
  /**
   * Takes no more jobs and waits for those it has, at most so many milliseconds (5 s): BullMQ's own close never
   * returns while Redis is away (https://github.com/taskforcesh/bullmq/issues/4656).
   */
  close(graceMs?: number): Promise<void>;
}

/** Runs wakes and deliveries until it is closed. A job that throws comes again, at most 15 s later, without limit. */
export function startWorker(parts: WorkerParts): RunningWorker {
  const workers = [start(parts, WAKES), start(parts, DELIVERIES)];
  return {
    ready: async () => {
      await Promise.all(workers.map((worker) => worker.waitUntilReady()));
    },
    close: async (graceMs = CLOSE_MS) => {
      const closed = Promise.allSettled(workers.map((worker) => worker.close()));
      await within(closed, graceMs);
    },
  };
}

/** What a job's work needs of it. */
export type WorkedOn = Pick<Job, "id" | "name" | "data" | "attemptsMade">;

/** Takes what the jobs call, a queue and one of its jobs; does it. Throws where the job must come again. */
export function work(parts: WorkParts, queue: QueueName, job: WorkedOn): Promise<void> {
  if (queue === WAKES) return look(parts, job);
  return job.name === "check" ? check(parts, job) : deliver(parts, job);
}

/** Takes the number of tries so far and what the last one threw; returns how long to wait before the next. */
export function comeAgainMs(tries: number, cause: unknown): number {
  return cause instanceof ComeAgain ? cause.inMs : backOff(tries);
}

/** Says to BullMQ that the job must come again, and when: it keeps an error's message in Redis, so this one has none. */
class ComeAgain extends Error {
  readonly inMs: number;

  constructor(inMs: number) {
    super("not done yet; why is in the worker's log");
    this.inMs = inMs;
  }
}

/** Takes the number of tries so far; returns how long to wait before the next: from 0.5 s up to 15 s, spread a little. */
export function backOff(tries: number): number {
  return Math.min(LONGEST_BACKOFF_MS, 500 * 2 ** (tries - 1)) * (0.75 + Math.random() / 4);
}

function start(parts: WorkerParts, queue: QueueName): Worker {
  const { connection, events } = parts;
  const process = (job: Job) => {
    job.opts = { ...job.opts, ...persistence };
    return work(parts, queue, job);
  };
  const worker = new Worker(queue, process, {
    ...settings,
    concurrency: CONCURRENCY[queue],
    connection: connection.redis,
    prefix: PREFIX,
    settings: { backoffStrategy: (tries, _, cause) => comeAgainMs(tries, cause) },
  });
  worker.on("error", reportRarely(events, "the worker is in trouble"));
  worker.on("stalled", (job) => events.happened("job taken over from a worker that died", { job }));
  return worker;
}

async function look({ reconcile, events, clock }: WorkParts, job: WorkedOn): Promise<void> {
  const wake = Wake.safeParse(job.data);
  if (!wake.success) return events.failed("a job that says nothing", { job: job.id ?? null }, wake.error);
  // BullMQ goes by this machine's time. Were it looked at now, the wake for its moment would be swallowed by this job.
  const earlyMs = (momentOf(job.id ?? "") ?? 0) - (clock?.now() ?? Date.now());
  if (earlyMs > 0) throw new ComeAgain(earlyMs);
  await attempt(events, "wake not done yet", { ...wake.data, tries: job.attemptsMade + 1 }, () => reconcile(wake.data));
}

async function deliver(parts: WorkParts, job: WorkedOn): Promise<void> {
  const delivery = Delivery.safeParse(job.data);
  if (!delivery.success) return parts.events.failed("a job that says nothing", { job: job.id ?? null }, delivery.error);
  const { id } = delivery.data;
  await attempt(parts.events, "delivery not done yet", { id, tries: job.attemptsMade + 1 }, () => parts.deliver(id));
}

async function check({ checkDelivery, events }: WorkParts, job: WorkedOn): Promise<void> {
  const delivery = Check.safeParse(job.data);
  if (!delivery.success) return events.failed("a job that says nothing", { job: job.id ?? null }, delivery.error);
  const { id, grant } = delivery.data;
  const fields = { id, grant, tries: job.attemptsMade + 1 };
  await attempt(events, "delivery not checked yet", fields, () => checkDelivery(delivery.data));
}

/** BullMQ keeps a job's result and its error's message in Redis, so nothing of either leaves this function. */
async function attempt(
  events: Events,
  what: string,
  fields: { readonly tries: number } & Parameters<Events["failed"]>[1],
  work: () => Promise<unknown>,
): Promise<void> {
  try {
    await work();
  } catch (cause) {
    if (cause instanceof TooEarly) throw new ComeAgain(cause.byMs);
    events.failed(what, fields, cause);
    throw new ComeAgain(Math.max(backOff(fields.tries), retryAfter(cause)));
  }
}

/** How long a cluster in trouble wants to be left alone. */
function retryAfter(cause: unknown): number {
  return cause instanceof ClusterTrouble ? Math.min(cause.retryAfterMs ?? 0, LONGEST_RETRY_AFTER_MS) : 0;
}
