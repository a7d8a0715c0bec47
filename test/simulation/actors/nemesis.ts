/** Troubles that last: F1 to F11 of performance.md §5.4, each at a moment and for a time that the tape chooses. */
import type { Run } from "../core/run-state.ts";
import { controllersOf } from "../oracle/excuses.ts";
import { CLUSTERS, POLICIES } from "../world/town.ts";
import type { World } from "../world/world.ts";
import type { Act, NemesisParts } from "./acts.ts";
import { CLOCKS_AND_WAKES } from "./clocks-and-wakes.ts";

const SHORT_MS = [3_000, 400, 12_000, 30_000];
const MEDIUM_MS = [3_000, 12_000, 30_000, 90_000];
const LONG_MS = [60_000, 600_000, 3_600_000, 18_000_000];
/** When the last trouble begins, at the latest. */
const LATEST_MS = { short: 45_000, medium: 240_000, long: 1_200_000 };

const cluster = (which: number) => CLUSTERS[which % CLUSTERS.length] ?? "prod";

function wait(run: Run, ms: number, then: () => void): void {
  run.timeline.plan(ms, then, null);
}

/** Redis is away in one way or another, and comes back: with all that it had, unless it says that it forgets. */
function redisTrouble(
  begin: (world: World) => void,
  over: (world: World) => void,
  { forgets } = { forgets: false },
): Act["begin"] {
  return ({ run, world, oracle }, forMs) => {
    oracle.excuses.begin("redis");
    begin(world);
    let isOver = false;
    const end = () => {
      if (isOver) return;
      isOver = true;
      if (forgets) oracle.redisForgets(() => over(world));
      else over(world);
      oracle.excuses.over("redis");
    };
    run.whenHealing(end);
    wait(run, forMs, end);
  };
}

const ACTS: readonly Act[] = [
  ...CLOCKS_AND_WAKES,
  {
    words: "Redis hangs",
    begin: redisTrouble(
      (world) => world.redis.pause(),
      (world) => world.redis.resume(),
    ),
  },
  {
    words: "Redis dies",
    begin: redisTrouble(
      (world) => world.redis.stop(),
      (world) => world.redis.restart(),
    ),
  },
  {
    words: "Redis dies and loses its last second",
    begin: redisTrouble(
      (world) => world.redis.stop(),
      (world) => world.redis.restart({ lastMs: 1_000 }),
      { forgets: true },
    ),
  },
  {
    words: "Redis is full",
    begin: redisTrouble(
      (world) => world.redis.refuse("OOM"),
      (world) => world.redis.refuse(null),
    ),
  },
  {
    words: "somebody flushes Redis",
    begin: ({ world, oracle }) => {
      oracle.redisForgets(() => world.redis.look("flushall"));
      oracle.excuses.note("redis", world.now());
    },
  },
  {
    words: "Redis fails over to a replica that lags",
    begin: ({ run, world, oracle }, forMs) => {
      const replica = world.replica();
      replica.hold();
      wait(run, Math.min(forMs, 3_000), () => {
        oracle.redisForgets(() => world.failOver(), { keepsAnswers: true });
        oracle.excuses.note("redis", world.now());
      });
    },
  },
  {
    words: "a cluster is silent",
    begin: ({ run }, forMs, which) => run.weather.begin(cluster(which), "silent", forMs),
  },
  {
    words: "a cluster refuses every connection",
    begin: ({ run }, forMs, which) => run.weather.begin(cluster(which), "refusing", forMs),
  },
  {
    words: "a cluster's controllers stand still",
    begin: ({ run, world, oracle }, forMs, which) => {
      const living = world.cluster(cluster(which));
      living.slowDown(forMs);
      // In a run with one cluster both names are its own.
      oracle.excuses.note(controllersOf(living.kubernetes.id), world.now() + forMs);
      run.whenHealing(() => living.slowDown(0));
      wait(run, forMs, () => living.slowDown(0));
    },
  },
  { words: "a worker is killed", begin: ({ fleet }, forMs, which) => fleet.kill("worker", which, forMs) },
  {
    words: "all workers are killed",
    begin: ({ fleet }, forMs) => {
      for (let n = 0; n < 3; n++) fleet.kill("worker", n, forMs);
    },
  },
  { words: "a bot is killed", begin: ({ fleet }, forMs, which) => fleet.kill("bot", which, forMs) },
  {
    words: "a machine's clock jumps",
    begin: ({ fleet, run }, _, which) =>
      fleet.skew(which, [4_000, -4_000, 60_000, -60_000, 3_600_000][run.tape.below(5)] ?? 0),
  },
  { words: "Slack is silent", begin: ({ run }, forMs) => run.weather.begin("slack", "silent", forMs) },
  { words: "Slack wants to be left alone", begin: ({ run }, forMs) => run.weather.begin("slack", "refusing", forMs) },
  {
    words: "the policy is changed and the processes are started anew",
    begin: ({ run, world, fleet }, forMs, which) => {
      world.town.changePolicy(1 + (which % (POLICIES.length - 1)));
      for (let n = 0; n < 3; n++) fleet.kill(n % 2 === 0 ? "worker" : "bot", n, 300);
      run.whenHealing(() => world.town.changePolicy(0));
      wait(run, forMs, () => world.town.changePolicy(0));
    },
  },
  {
    words: "somebody is switched off in Slack",
    begin: ({ world }, _, which) => world.town.deactivate(["ada", "mia", "max", "ben"][which % 4] ?? "ada"),
  },
  {
    words: "everything is killed at once",
    begin: ({ fleet }, forMs) => {
      for (let n = 0; n < 3; n++) for (const kind of ["worker", "bot"] as const) fleet.kill(kind, n, forMs);
    },
  },
];

function lengthsOf({ run, span }: NemesisParts): readonly number[] {
  if (span === "medium") return MEDIUM_MS;
  return span === "long" && run.tape.choose(600, 1) === 1 ? LONG_MS : SHORT_MS;
}

/** Lets troubles come as the tape chooses, at most four. Resolves when the last one has begun. */
export async function letTroublesCome(parts: NemesisParts): Promise<void> {
  const { run, span } = parts;
  const { tape } = run;
  for (let left = tape.choose(700, 4); left > 0; left--) {
    const act = ACTS[tape.below(ACTS.length)];
    const lengths = lengthsOf(parts);
    const forMs = lengths[tape.below(lengths.length)] ?? 0;
    const which = tape.below(12);
    const at = (tape.below(64) / 64) * LATEST_MS[span];
    wait(run, at, () => {
      if (act === undefined || run.isHealing()) return;
      run.trace.say("trouble", `${act.words} (${forMs} ms)`);
      run.count.add(`trouble: ${act.words}`);
      parts.oracle.disturbed();
      act.begin(parts, forMs, which);
    });
  }
}
