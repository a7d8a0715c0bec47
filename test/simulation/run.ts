import type { Call } from "../fakes/gate.ts";
import { openGate } from "../fakes/gate.ts";
import { LIKE } from "../fakes/redis/memory-bull.ts";
import { RedisCall } from "../fakes/redis/pending.ts";
import { createClicking } from "./actors/clicking.ts";
import { createHands } from "./actors/hands.ts";
import { letTroublesCome } from "./actors/nemesis.ts";
import { tellStory } from "./actors/story.ts";
import { createClimate } from "./core/climate.ts";
import { type Counts, createCount } from "./core/count.ts";
import { currentMachine } from "./core/machine.ts";
import { liveIn } from "./core/patched-time.ts";
import { takeRejection } from "./core/rejections.ts";
import { type Run, Violation } from "./core/run-state.ts";
import { chooseSpan } from "./core/span.ts";
import type { Tape } from "./core/tape.ts";
import { createTimeline } from "./core/timeline.ts";
import { createTrace, noTrace } from "./core/trace.ts";
import { createWeather } from "./core/weather.ts";
import { createOracle } from "./oracle/oracle.ts";
import { settle } from "./oracle/settled.ts";
import { createFleet, gateOf } from "./processes/fleet.ts";
import { createQuietEvents, TOKEN } from "./processes/quiet-events.ts";
import { createWorld } from "./world/world.ts";

/** 2026-06-01T12:00:00Z, as in the sample stories. */
const NOON = 1_780_315_200_000;
/** By when the stories of a run of this span are over. */
const HORIZON_MS = { short: 240_000, medium: 1_800_000, long: 6 * 3_600_000 };

/** Runs of minutes are so many times as long as those of half a minute. */
const MEDIUM_TIMES = 5;

/** Redis' is its socket's, of which src/jobs/redis.ts knows. */
const PATIENCE_MS: Readonly<Record<string, number>> = { redis: 5_000, disk: 1_000, slack: 3_000 };
/** Of a cluster: it is to be as in src/provisioner/kept-dispatcher.ts, and a fault there must not make it longer here. */
const CLUSTER_PATIENCE_MS = 3_500;

export interface Outcome {
  readonly violation: Violation | null;
  readonly counts: Counts;
  readonly choices: readonly number[];
  readonly trace: readonly string[];
}

/** Plays a run by a tape: `play`, but for tests of what is made of its outcomes. */
export type Play = (tape: Tape, options: { readonly isTraced: boolean }) => Promise<Outcome>;

/** Takes a tape; plays one run by it. Returns what was seen; keeps a trace where somebody will read it. */
export async function play(tape: Tape, { isTraced }: { readonly isTraced: boolean }): Promise<Outcome> {
  const timeline = createTimeline(NOON);
  liveIn({ timeline, random: pseudoRandom(tape.below(1 << 16)) });
  const trace = isTraced ? createTrace(NOON, timeline.now) : noTrace;
  const count = createCount();
  const climate = createClimate(tape);
  const healers: (() => void)[] = [];
  let isHealing = false;
  const run: Run = {
    ...{ tape, timeline, climate, trace, count },
    weather: createWeather(
      timeline,
      (part) => oracle.excuses.over(part),
      (part) => oracle.excuses.begin(part),
    ),
    patienceMs: ({ to }) => PATIENCE_MS[to] ?? CLUSTER_PATIENCE_MS,
    crash: (machine) => fleet.crash(machine),
    effectDone: (call: Call) => {
      if (call instanceof RedisCall) {
        if (call.mentions(TOKEN)) oracle.leaked(new Violation("I11", `a token was sent to Redis: ${call.what}`));
        if (call.name === "finishJob" && call.mentions(LIKE)) count.add("jobs that came twice, and ran twice");
        if (call.name === "commitDaypass") {
          // What a worker writes in the very step in which it starts by a wrong time is to be known as such.
          fleet.noteClocks();
          oracle.rowsMayBeNew();
        }
      } else oracle.look();
    },
    faultDone: (part, lastsMs) => oracle.excuses.note(part, timeline.now() + lastsMs),
    gateOfCaller: () => {
      const machine = currentMachine();
      return (machine === undefined ? undefined : gateOf(machine)) ?? openGate;
    },
    whenHealing: (work) => void healers.push(work),
    isHealing: () => isHealing,
  };
  const oracle = createOracle(run, () => fleet.livingWorkers());
  const world = createWorld(run, oracle);
  oracle.open(world);
  const fleet = createFleet({ run, world, excuses: oracle.excuses, events: createQuietEvents(run, oracle) });
  const span = chooseSpan(tape);
  if (span === "medium") climate.thinOut(MEDIUM_TIMES);
  const clicking = createClicking(run, fleet);
  const clusters = world.clusters.map(({ kubernetes }) => kubernetes.id);
  const hands = createHands(run, world, oracle);
  const { heard } = oracle;

  const workers = 1 + tape.choose(300, 2);
  oracle.setMakers(workers);
  fleet.start({ workers, bots: 1 + tape.choose(250, 1) });
  const settled = () => {
    fleet.noteClocks();
    oracle.look();
  };
  const isSeen = () => oracle.violation() !== null;
  await timeline.run(NOON + 2_000, settled, isSeen);
  let open = 0;
  for (let number = tape.choose(200, 2); number >= 0; number--) {
    open += 1;
    void tellStory({ run, town: world.town, clusters, clicking, heard, hands, span }, number).finally(() => {
      open -= 1;
    });
  }
  void letTroublesCome({ run, world, fleet, oracle, span });
  await timeline.run(NOON + HORIZON_MS[span], settled, () => isSeen() || open === 0);

  isHealing = true;
  trace.say("world", "all is mended, and everything that died is started");
  climate.calmDown();
  run.weather.clear();
  for (const heal of healers) heal();
  fleet.heal();
  const violation =
    oracle.violation() ?? (await settle({ run, world, oracle, holding: fleet.holding, settled, isSeen }));
  count.add("runs");
  count.add(`runs whose span is ${span}`);
  count.all["virtual minutes"] = (timeline.now() - NOON) / 60_000;
  count.all.steps = timeline.steps();
  // What some library keeps until the next full collection must not keep the whole run with it.
  fleet.close();
  for (const { kubernetes } of world.clusters) kubernetes.forgetWatches();
  timeline.close();
  const died = await takeRejection();
  if (violation === null && died !== null) trace.say("oracle", `!! ${died.invariant}: ${died.message}`);
  return { violation: violation ?? died, counts: count.all, choices: tape.choices, trace: trace.lines };
}

/** For what must only differ: ids and jitter. They are no part of the tape, so that shrinking leaves them alone. */
function pseudoRandom(seed: number): () => number {
  let state = seed + 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
