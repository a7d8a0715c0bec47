import type { Redis } from "ioredis";
import { pause } from "../../../src/jobs/patience.ts";
import { PREFIX } from "../../../src/jobs/queues.ts";
import { reportRarely } from "../../../src/jobs/rare-reports.ts";
import {
  CONCURRENCY,
  comeAgainMs,
  type QueueName,
  settings,
  type WorkedOn,
  type WorkerParts,
  work,
} from "../../../src/jobs/worker.ts";
import type { Millis } from "../../../src/workflows/person.ts";
import type { Taken } from "./job-scripts.ts";

export interface MemoryWorkerParts extends WorkerParts {
  /** Its machine's time, by which BullMQ goes. */
  readonly wall: () => Millis;
  /** Names this process, unlike any other. */
  readonly token: string;
}

/** How long BullMQ waits for a mark where it knows of no delayed job, and at most. */
const DRAIN_MS = 5_000;
const LONGEST_WAIT_MS = 10_000;

/** A job at work, and by which token its lock is this worker's. */
interface AtWork {
  readonly id: string;
  readonly token: string;
  readonly done: Promise<void>;
}

/** One queue's part of a worker: takes jobs, as many at a time as there may be, keeps their locks, and ends them. */
export class QueueWorker {
  readonly #parts: MemoryWorkerParts;
  readonly #queue: QueueName;
  readonly #key: string;
  readonly #redis: Redis;
  readonly #line: Redis;
  readonly #hearing: Set<() => void>;
  readonly #report: (cause: unknown) => void;
  readonly #over = new AbortController();
  readonly #atWork = new Set<AtWork>();
  readonly #loop: Promise<void>;
  #taken = 0;
  #stalledTimer: NodeJS.Timeout | null = null;
  #lockTimer: NodeJS.Timeout | null = null;

  /** `hearing`: who is told whenever anybody takes a job, and then looks for stalled ones. */
  constructor(parts: MemoryWorkerParts, queue: QueueName, hearing: Set<() => void>) {
    this.#parts = parts;
    this.#queue = queue;
    this.#key = `${PREFIX}:${queue}`;
    this.#redis = parts.connection.redis;
    this.#line = parts.connection.open();
    this.#hearing = hearing;
    this.#report = reportRarely(parts.events, "the worker is in trouble");
    hearing.add(this.#expectStalled);
    this.#redis.on("ready", this.#expectStalled);
    void this.#lookForStalled();
    this.#loop = this.#takeJobs();
  }

  /** Takes no more jobs and resolves when those it has are over. */
  async close(): Promise<void> {
    this.#stopLooking();
    this.#line.disconnect();
    await Promise.all([this.#loop, ...[...this.#atWork].map(({ done }) => done)]);
    clearTimeout(this.#lockTimer ?? undefined);
  }

  /** Its process is dead. */
  kill(): void {
    this.#stopLooking();
    clearTimeout(this.#lockTimer ?? undefined);
  }

  #stopLooking(): void {
    this.#over.abort();
    this.#hearing.delete(this.#expectStalled);
    this.#redis.off("ready", this.#expectStalled);
    clearTimeout(this.#stalledTimer ?? undefined);
  }

  async #takeJobs(): Promise<void> {
    const { signal } = this.#over;
    while (!signal.aborted) {
      try {
        if (this.#atWork.size >= CONCURRENCY[this.#queue])
          await Promise.race([...this.#atWork].map(({ done }) => done));
        this.#taken += 1;
        const token = `${this.#parts.token}:${this.#taken}`;
        const taken = await this.#redis.takeJob(this.#key, token, this.#parts.wall());
        if (typeof taken === "number") await this.#waitForMark(taken);
        else this.#begin(taken, token);
      } catch (cause) {
        if (signal.aborted) return;
        this.#report(cause);
        await pause(settings.runRetryDelay, signal);
      }
    }
  }

  /** Resolves when there may be a job: when somebody says so, or when the next one is due; 0 where none is known. */
  async #waitForMark(nextAt: number): Promise<void> {
    if (this.#over.signal.aborted) return;
    const inMs = nextAt === 0 ? DRAIN_MS : Math.min(nextAt - this.#parts.wall(), LONGEST_WAIT_MS);
    if (inMs > 0) await this.#line.bzpopmin(`${this.#key}:marker`, inMs / 1_000);
  }

  #begin([id, name, data, attemptsMade]: Exclude<Taken, number>, token: string): void {
    const job = { id, name, data: JSON.parse(data), attemptsMade: Number(attemptsMade) };
    const done = this.#run(job, token)
      .catch(this.#report)
      .finally(() => this.#atWork.delete(atWork));
    const atWork = { id, token, done };
    this.#atWork.add(atWork);
    this.#lockTimer ??= this.#setLockTimer();
    for (const hear of this.#hearing) hear();
  }

  async #run(job: WorkedOn & { readonly id: string }, token: string): Promise<void> {
    const tries = job.attemptsMade + 1;
    const inMs = await work(this.#parts, this.#queue, job).then(
      () => null,
      (cause: unknown) => comeAgainMs(tries, cause),
    );
    const ended =
      inMs === null
        ? await this.#redis.finishJob(this.#key, job.id, token)
        : await this.#redis.delayJob(this.#key, job.id, token, tries, this.#parts.wall() + inMs);
    if (ended === 0) throw new Error(`Missing lock for job ${job.id}`);
  }

  #setLockTimer(): NodeJS.Timeout {
    const timer = setTimeout(() => {
      this.#lockTimer = this.#atWork.size === 0 ? null : this.#setLockTimer();
      for (const { id, token } of this.#atWork) {
        this.#redis.extendLock(this.#key, id, token).catch(this.#report);
      }
    }, settings.lockDuration / 2);
    timer.unref?.();
    return timer;
  }

  readonly #expectStalled = (): void => {
    if (this.#over.signal.aborted || this.#stalledTimer !== null) return;
    this.#stalledTimer = setTimeout(() => {
      this.#stalledTimer = null;
      void this.#lookForStalled();
    }, settings.stalledInterval);
    this.#stalledTimer.unref?.();
  };

  /** BullMQ looks always; where nothing is at work there is nothing to see. */
  async #lookForStalled(): Promise<void> {
    try {
      if ((await this.#redis.takeStalledJobs(this.#key)) > 0) this.#expectStalled();
    } catch (cause) {
      if (this.#over.signal.aborted) return;
      this.#report(cause);
      this.#expectStalled();
    }
  }
}
