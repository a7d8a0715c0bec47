import { createAlarms } from "../../../src/jobs/alarms.ts";
import { createEndings } from "../../../src/jobs/endings.ts";
import { startFollowers } from "../../../src/jobs/followers.ts";
import { lookInTurn } from "../../../src/jobs/look-in-turn.ts";
import { createPager } from "../../../src/jobs/pager.ts";
import { type RedisHealth, TIME_UNREAD } from "../../../src/jobs/redis-health.ts";
import type { ServerClock } from "../../../src/jobs/server-clock.ts";
import { createServerClock } from "../../../src/jobs/server-clock.ts";
import { createSettling } from "../../../src/jobs/settle-clock.ts";
import { startSweeper } from "../../../src/jobs/sweeper.ts";
import type { Bench } from "../../../src/workflows/bench.ts";
import { checkDelivery, deliver } from "../../../src/workflows/deliver.ts";
import type { Caution } from "../../../src/workflows/desk.ts";
import { heed } from "../../../src/workflows/heed.ts";
import { hasEnded } from "../../../src/workflows/let-go.ts";
import type { Clock, Clusters, Events, News, PolicySource } from "../../../src/workflows/ports.ts";
import { puttingBack } from "../../../src/workflows/rearm.ts";
import { reconcile } from "../../../src/workflows/reconcile.ts";
import { endOnTime, type Look, publishFacts, sweepCluster, sweepStore } from "../../../src/workflows/sweep.ts";
import type { WorkerLines } from "./lines.ts";

/** As in src/main.ts. */
const SWEEP_MS = 12_000;
const FACTS_MS = 30_000;

export interface WorkerProcess {
  readonly lines: WorkerLines;
  readonly events: Events;
  readonly policy: PolicySource;
  /** Is given what this process takes for the time, and why it grants nothing, where it does not. */
  readonly goesBy: (clock: Pick<Clock, "now">, caution: Caution) => void;
}

/**
 * Starts a worker as `runWorker` in src/main.ts does, of the very same parts: written once more, since there each part is
 * made from settings, Redis and BullMQ, and here from lines that are given. A test holds both to the same parts, sweeps and
 * pauses; how they are joined it does not see. What is left out has no effect on access: settings, the log, metrics and
 * their door, and the close at the end, which in a simulation is always a kill.
 */
export async function startWorkerProcess({ lines, events, policy, goesBy }: WorkerProcess): Promise<void> {
  const clock = createServerClock({ stepped: () => alarms.setAnew() });
  const pager = createPager({ page: null, now: clock.now, events });
  const clusters = witnessed(lines.clusters({ now: clock.now, events }), clock);
  const look: Look = lookInTurn((ref) => reconcile(bench, ref));
  const alarms = createAlarms({ clock, ring: (access) => endOnTime(bench, look, access) });
  let health: RedisHealth | null = null;
  const caution: Caution = { whyNot: () => (health === null ? TIME_UNREAD : health.caution.whyNot()) };
  goesBy(clock, caution);
  const bench: Bench = {
    ...{
      clusters,
      clock,
      events,
      alarms,
      pager,
      policy,
      leftovers: new Map(),
      endings: createEndings(lines.recall(clock, events)),
    },
    caution,
    store: lines.store({ clock }),
    people: lines.people,
    facts: lines.facts,
    waker: lines.waker(clock),
  };
  const settle = createSettling({ clock, clusters });
  const hear = async (cluster: string, news: News) => {
    await settle();
    return heed(bench, look, cluster, news);
  };
  const followers = startFollowers({ clusters, hear });
  const forgotten = puttingBack(bench, followers.again);
  health = await lines.health({ clock, events, forgotten });
  await settle();
  const isEnded = async (id: string) => hasEnded(bench, id, await bench.store.grant(id));
  const { desk } = lines;
  lines.startJobs({
    ...{ reconcile: look, events, clock },
    deliver: (id) => deliver(bench, desk, id),
    checkDelivery: (check) => checkDelivery(bench, desk, check),
  });
  lines.startLedger(events);
  startSweeper({ what: "reading the clusters", everyMs: FACTS_MS, sweep: () => publishFacts(bench), events });
  startSweeper({
    what: "sweep",
    everyMs: SWEEP_MS,
    sweep: () => sweepStore(bench, { look, check: desk.checkNow }),
    events,
  });
  for (const cluster of clusters.ids) {
    const sweep = () => sweepCluster(bench, look, cluster);
    startSweeper({ what: `sweep of ${cluster}`, everyMs: SWEEP_MS, sweep, events });
  }
  startSweeper({ what: "review of debts", everyMs: SWEEP_MS, sweep: () => pager.review(isEnded), events });
}

/** What a cluster's clock says bears witness, as in src/main.ts. */
function witnessed(clusters: Clusters, clock: ServerClock): Clusters {
  return {
    ...clusters,
    facts: async (id) => {
      const facts = await clusters.facts(id);
      clock.witness(id, clock.now() + facts.skewMs);
      return facts;
    },
  };
}
