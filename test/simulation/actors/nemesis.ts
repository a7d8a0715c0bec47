/** Troubles that last: F1 to F11 of performance.md §5.4, each at a moment and for a time that the tape chooses. */
import type { Run } from "../core/run-state.ts";
import { controllersOf } from "../oracle/excuses.ts";
import { POLICIES } from "../world/town.ts";
import type { World } from "../world/world.ts";
import { type Act, clusterAt, endAfter, type NemesisParts } from "./acts.ts";
import { CLOCKS_AND_WAKES } from "./clocks-and-wakes.ts";
import { LISTS_AND_LINES } from "./lists-and-lines.ts";

const SHORT_MS = [3_000, 400, 12_000, 30_000];
const MEDIUM_MS = [3_000, 12_000, 30_000, 90_000];
const LONG_MS = [60_000, 600_000, 3_600_000, 18_000_000];
/** When the last trouble begins, at the latest. */
const LATEST_MS = { short: 45_000, medium: 240_000, long: 1_200_000 };

function wait(run: Run, ms: number, then: () => void): void {
  run.timeline.plan(ms, then, null);
}

/** Redis is away in one way or another, and comes back: with all that it had, unless it says that it forgets. */
function redisTrouble(
  begin: (world: World) => void,
  over: (world: World) => void,
  { forgets } = { forgets: false },
): Act["begin"] {
  return (parts, lastsMs) => {
    const { world, oracle } = parts;
    oracle.excuses.begin("redis");
    begin(world);
    endAfter(parts, lastsMs, () => {
      if (forgets) oracle.redisForgets(() => over(world));
      else over(world);
      oracle.excuses.over("redis");
    });
  };
}

function idOf(parts: NemesisParts, nth: number): string {
  return clusterAt(parts, nth).kubernetes.id;
}

/** New ones are the last, so that a recorded tape goes on choosing what it chose. */
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
    begin: ({ run, world, oracle }, lastsMs) => {
      const replica = world.replica();
      replica.hold();
      wait(run, Math.min(lastsMs, 3_000), () => {
        oracle.redisForgets(() => world.failOver(), { keepsAnswers: true });
        oracle.excuses.note("redis", world.now());
      });
    },
  },
  {
    words: "a cluster is silent",
    begin: (parts, lastsMs, nth) => parts.run.weather.begin(idOf(parts, nth), "silent", lastsMs),
  },
  {
    words: "a cluster refuses every connection",
    begin: (parts, lastsMs, nth) => parts.run.weather.begin(idOf(parts, nth), "refusing", lastsMs),
  },
  {
    words: "a cluster's controllers stand still",
    begin: (parts, lastsMs, nth) => {
      const { run, oracle } = parts;
      const living = clusterAt(parts, nth);
      living.slowDown(lastsMs);
      oracle.excuses.note(controllersOf(living.kubernetes.id), run.timeline.now() + lastsMs);
      endAfter(parts, lastsMs, () => {
        if (living.slowDown(0)) run.count.add("controllers that stood still over work");
      });
    },
  },
  { words: "a worker is killed", begin: ({ fleet }, lastsMs, nth) => fleet.kill("worker", nth, lastsMs) },
  {
    words: "all workers are killed",
    begin: ({ fleet }, lastsMs) => {
      for (let n = 0; n < 3; n++) fleet.kill("worker", n, lastsMs);
    },
  },
  { words: "a bot is killed", begin: ({ fleet }, lastsMs, nth) => fleet.kill("bot", nth, lastsMs) },
  {
    words: "a machine's clock jumps",
    begin: ({ fleet, run }, _, nth) =>
      fleet.skew(nth, [4_000, -4_000, 60_000, -60_000, 3_600_000, -3_600_000][run.tape.below(6)] ?? 0),
  },
  { words: "Slack is silent", begin: ({ run }, lastsMs) => run.weather.begin("slack", "silent", lastsMs) },
  {
    words: "Slack wants to be left alone",
    begin: ({ run }, lastsMs) => run.weather.begin("slack", "refusing", lastsMs),
  },
  {
    words: "the policy is changed and the processes are started anew",
    begin: ({ run, world, fleet }, lastsMs, nth) => {
      world.town.changePolicy(1 + (nth % (POLICIES.length - 1)));
      for (let n = 0; n < 3; n++) fleet.kill(n % 2 === 0 ? "worker" : "bot", n, 300);
      run.whenHealing(() => world.town.changePolicy(0));
      wait(run, lastsMs, () => world.town.changePolicy(0));
    },
  },
  {
    words: "somebody is switched off in Slack",
    begin: ({ world }, _, nth) => world.town.deactivate(["ada", "mia", "max", "ben"][nth % 4] ?? "ada"),
  },
  {
    words: "everything is killed at once",
    begin: ({ fleet }, lastsMs) => {
      for (let n = 0; n < 3; n++) for (const kind of ["worker", "bot"] as const) fleet.kill(kind, n, lastsMs);
    },
  },
  ...LISTS_AND_LINES,
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
    const lastsMs = lengths[tape.below(lengths.length)] ?? 0;
    const nth = tape.below(12);
    const at = (tape.below(64) / 64) * LATEST_MS[span];
    wait(run, at, () => {
      if (act === undefined || run.isHealing()) return;
      run.trace.say("trouble", `${act.words} (${lastsMs} ms)`);
      run.count.add(`trouble: ${act.words}`);
      parts.oracle.disturbed();
      act.begin(parts, lastsMs, nth);
    });
  }
}
