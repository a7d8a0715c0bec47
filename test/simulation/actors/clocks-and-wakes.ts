/** Troubles of time itself: of others' clocks, of wakes, and of a site that sleeps. */
import { ReplyError } from "../../fakes/redis/values.ts";
import type { Run } from "../core/run-state.ts";
import { CLOCKS_APART, LEASE_MS } from "../oracle/excuses.ts";
import { type Act, clusterAt, type NemesisParts } from "./acts.ts";

/** By how much Redis' clock goes wrong: less than is followed alone, and more. */
const REDIS_SKEWS_MS = [4_000, -4_000, 30_000, -30_000];
/** By how much a wake is late. */
const LATE_MS = [1_500, 6_000, 25_000];
const HOUR_MS = 3_600_000;

/** One wake, or other job, that stands in Redis. */
function aJob({ world, run }: NemesisParts) {
  const jobs = world.bull.jobs().filter(({ state }) => state !== "active");
  return jobs[run.tape.below(8) % jobs.length];
}

/**
 * A wake is a hint: where it does not come in time, a sweep looks instead. Takes what happens to a job, which returns what
 * that is counted as; null where it is no trouble to this one.
 */
function wakeTrouble(
  happen: (parts: NemesisParts, job: NonNullable<ReturnType<typeof aJob>>) => string | null,
): Act["begin"] {
  return (parts) => {
    const { run, world, oracle } = parts;
    for (const at of [0, 3_000, 6_000]) {
      run.timeline.plan(at, () => tryOne(run, parts, happen), null);
    }
    oracle.excuses.note("redis", world.now() + 6_000);
  };
}

function tryOne(run: Run, parts: NemesisParts, happen: Parameters<typeof wakeTrouble>[0]): void {
  const job = run.isHealing() ? undefined : aJob(parts);
  if (job === undefined) return;
  run.trace.say("trouble", `the job ${job.name} ${job.id} of ${job.queue}`);
  try {
    const became = happen(parts, job);
    if (became !== null) run.count.add(became);
  } catch (cause) {
    // A Redis that is full, or is being loaded, lets nobody touch its jobs.
    if (!(cause instanceof ReplyError)) throw cause;
  }
}

export const CLOCKS_AND_WAKES: readonly Act[] = [
  {
    words: "wakes are lost",
    begin: wakeTrouble(({ world }, job) => {
      world.bull.lose(job);
      return "jobs that were lost";
    }),
  },
  {
    words: "wakes come twice",
    begin: wakeTrouble(({ world }, job) => {
      world.bull.double(job);
      return "jobs that stood twice";
    }),
  },
  {
    words: "wakes are late",
    begin: wakeTrouble(({ world, run }, job) => {
      world.bull.postpone(job, LATE_MS[run.tape.below(LATE_MS.length)] ?? 0);
      return job.at === null ? null : "jobs that came late";
    }),
  },
  {
    words: "Redis' own clock is wrong",
    begin: ({ run, world, oracle }, lastsMs, nth) => {
      // Leases come to an end by it: for a moment two may hold one.
      const jumped = () => oracle.excuses.note("the clock of Redis", world.now() + LEASE_MS);
      jumped();
      oracle.excuses.begin(CLOCKS_APART);
      world.setRedisSkew(REDIS_SKEWS_MS[nth % REDIS_SKEWS_MS.length] ?? 0);
      const mend = () => {
        jumped();
        oracle.excuses.over(CLOCKS_APART);
        world.setRedisSkew(0);
      };
      run.whenHealing(mend);
      run.timeline.plan(lastsMs, mend, null);
    },
  },
  {
    words: "all machines sleep for an hour",
    begin: ({ run, world, oracle }) => {
      run.timeline.skip(HOUR_MS);
      for (const living of world.clusters) living.stoodStill();
      for (const part of [
        "redis",
        "workers",
        "bots",
        "slack",
        ...world.clusters.map(({ kubernetes }) => kubernetes.id),
      ])
        oracle.excuses.note(part, run.timeline.now());
    },
  },
  {
    words: "a cluster has too much to do, and answers 429",
    begin: (parts, lastsMs, nth) => parts.run.weather.begin(clusterAt(parts, nth).kubernetes.id, "throttling", lastsMs),
  },
];
