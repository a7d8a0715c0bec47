/** The composition root: the only place where settings, Slack, Redis and clusters meet. */
import { type Bot, createBot } from "./bot/app.ts";
import { readClusters, unreadableKubeconfigs } from "./clusters-file.ts";
import { ConfigError, readConfig } from "./config.ts";
import { sayFault } from "./fault.ts";
import { awaitRedis, openLog, prepare, untilStopped } from "./ground.ts";
import { hashedIds } from "./ids.ts";
import { createAlarms } from "./jobs/alarms.ts";
import { createBullWaker } from "./jobs/bull-waker.ts";
import { createDeliveryCounter, createDeliveryDesk } from "./jobs/delivery-desk.ts";
import { createEndings } from "./jobs/endings.ts";
import { startFollowers } from "./jobs/followers.ts";
import { startLedger } from "./jobs/ledger.ts";
import { createRecall } from "./jobs/ledger-recall.ts";
import { lookInTurn } from "./jobs/look-in-turn.ts";
import { startOutbox } from "./jobs/outbox.ts";
import { createPager } from "./jobs/pager.ts";
import { DELIVERIES, openQueue, WAKES } from "./jobs/queues.ts";
import { createRedisCards } from "./jobs/redis-cards.ts";
import { createRedisFacts } from "./jobs/redis-facts.ts";
import { type RedisHealth, startRedisHealth, TIME_UNREAD } from "./jobs/redis-health.ts";
import { createRedisPeople } from "./jobs/redis-people.ts";
import { createRedisStore } from "./jobs/redis-store.ts";
import { createServerClock } from "./jobs/server-clock.ts";
import { createSettling } from "./jobs/settle-clock.ts";
import { startSweeper } from "./jobs/sweeper.ts";
import { startWorker } from "./jobs/worker.ts";
import { createEvents } from "./log.ts";
import { createMetrics, withMetrics } from "./metrics.ts";
import { openMetricsDoor } from "./metrics-door.ts";
import { watchPolicy } from "./policy/watched-policy.ts";
import { createClusters } from "./provisioner/clusters.ts";
import { createPulse } from "./pulse.ts";
import type { Bench } from "./workflows/bench.ts";
import { checkDelivery, deliver } from "./workflows/deliver.ts";
import { heed } from "./workflows/heed.ts";
import { hasEnded } from "./workflows/let-go.ts";
import { tellPolicyNews } from "./workflows/policy-news.ts";
import { puttingBack } from "./workflows/rearm.ts";
import { reconcile } from "./workflows/reconcile.ts";
import { endOnTime, type Look, publishFacts, sweepCluster, sweepStore } from "./workflows/sweep.ts";

/**
 * What is due is looked for at least this often, whatever became of alarm and wake. Both have two seconds before a
 * sweep looks at what is theirs, so this keeps the sweep alone within its bound of 15 s.
 */
const SWEEP_MS = 12_000;
/** Namespaces, labels and roles change rarely; by what is older than five minutes nothing is lent (around.ts). */
const FACTS_MS = 30_000;

/** Runs `daypass bot` until it is told to stop. Returns the exit code; throws ConfigError for wrong settings. */
export async function runBot(): Promise<number> {
  const { config, secrets } = readConfig();
  const { slack } = secrets;
  if (slack === null) {
    throw new ConfigError([
      "SLACK_BOT_TOKEN is missing, with SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP).",
    ]);
  }
  const log = openLog("bot", config);
  const ground = prepare(log, createEvents(log), secrets);
  const { events, producer, consumer } = ground;
  const clock = createServerClock();
  await awaitRedis(ground);
  const health = await startRedisHealth({ connection: producer, clock, events });
  const wakes = openQueue(WAKES, producer.redis, events);
  const deliveries = openQueue(DELIVERIES, producer.redis, events);
  const store = createRedisStore(producer.redis, { clock, replicas: health.replicas });
  const policy = watchPolicy({
    ...{ path: config.policyPath, events },
    tell: async ({ hash, faults, inForce }) => {
      const news = { policy: inForce.policy, hash, faults: faults.map(sayFault), at: clock.now() };
      await store.commit(tellPolicyNews(news));
    },
  });
  await policy.first;
  const bot: Bot = createBot({
    slack,
    ...(config.slackApiUrl === null ? {} : { apiUrl: config.slackApiUrl }),
    desk: {
      ...{ store, clock, events, ids: hashedIds, caution: health.caution },
      people: createRedisPeople(producer.redis),
      facts: createRedisFacts(producer.redis),
      waker: createBullWaker(wakes, clock),
      policy,
    },
    cards: createRedisCards(producer.redis),
    counter: createDeliveryCounter(producer.redis, consumer, deliveries),
    log: {
      debug: (message, fields) => log.debug(fields ?? {}, message),
      info: (message, fields) => log.info(fields ?? {}, message),
      warn: (message, fields) => log.warn(fields ?? {}, message),
      error: (message, fields) => log.error(fields ?? {}, message),
    },
  });
  await bot.start();
  const outbox = startOutbox({ connection: consumer, notifier: bot.notifier, events });
  log.info("ready");
  return untilStopped(log, bot.failed, [
    () => producer.close(),
    () => consumer.close(),
    () => wakes.close(),
    () => deliveries.close(),
    () => policy.close(),
    () => bot.stop(),
    () => outbox.close(),
    () => health.close(),
  ]);
}

/** Runs `daypass worker` until it is told to stop. Returns the exit code; throws for wrong settings. Needs no Slack. */
export async function runWorker(): Promise<number> {
  const { config, secrets } = readConfig();
  if (config.ledger === null) throw new ConfigError(["DAYPASS_LEDGER is missing: the folder where history is kept."]);
  const location = config.ledger;
  const settings = readClusters(config.clustersPath);
  const ids = settings.map(({ id }) => id);
  const log = openLog("worker", config);
  const clock = createServerClock({ stepped: (ms) => stepped(ms) });
  const pager = createPager({ page: secrets.page, now: clock.now, events: createEvents(log) });
  const metrics = createMetrics({ clusters: ids, debts: pager.debts, now: clock.now });
  const ground = prepare(log, withMetrics(createEvents(log), metrics), secrets);
  const { events, producer, consumer } = ground;
  for (const fault of unreadableKubeconfigs(settings)) log.error(fault);
  const connected = createClusters({ clusters: settings, now: clock.now, events });
  const clusters: typeof connected = {
    ...connected,
    facts: async (id) => {
      const facts = await connected.facts(id);
      clock.witness(id, clock.now() + facts.skewMs);
      return facts;
    },
  };

  const look: Look = lookInTurn((ref) => reconcile(bench, ref));
  const alarms = createAlarms({ clock, ring: (access) => endOnTime(bench, look, access) });
  const stepped = (ms: number) => {
    events.happened("the clock was corrected", { ms });
    alarms.setAnew();
  };
  const policy = watchPolicy({ path: config.policyPath, events });
  let health: RedisHealth | null = null;
  const wakes = openQueue(WAKES, producer.redis, events);
  const deliveries = openQueue(DELIVERIES, producer.redis, events);
  const bench: Bench = {
    ...{
      clusters,
      clock,
      events,
      alarms,
      pager,
      leftovers: new Map(),
      endings: createEndings(createRecall(location, clock.now, events)),
    },
    caution: { whyNot: () => (health === null ? TIME_UNREAD : health.caution.whyNot()) },
    store: createRedisStore(producer.redis, { clock }),
    people: createRedisPeople(producer.redis),
    facts: createRedisFacts(producer.redis),
    waker: createBullWaker(wakes, clock),
    policy,
  };
  // Alarms, sweeps of the clusters and what these say of themselves need no Redis, so nothing here waits for it long.
  const settle = createSettling({ clock, clusters });
  const followers = startFollowers({
    clusters,
    hear: async (cluster, news) => {
      await settle();
      return heed(bench, look, cluster, news);
    },
  });
  const forgotten = puttingBack(bench, followers.again);
  await awaitRedis(ground);
  health = await startRedisHealth({ connection: producer, clock, events, forgotten });
  const pulse = createPulse(["sweep", "facts"]);
  const inPulse = (name: string, round: () => Promise<void>) => () => round().finally(() => pulse.beat(name));
  const isEnded = async (id: string) => hasEnded(bench, id, await bench.store.grant(id));
  const door = config.metrics === null ? null : await openMetricsDoor({ ...config.metrics, metrics, pulse, events });
  const ledger = startLedger({ connection: consumer, location, events });
  const desk = createDeliveryDesk(producer.redis, deliveries);
  const sweeping = { look, check: desk.checkNow };
  await settle();
  const facts = startSweeper({
    ...{ what: "reading the clusters", everyMs: FACTS_MS, events },
    sweep: inPulse("facts", () => publishFacts(bench)),
  });
  const rounds = [
    startSweeper({
      what: "sweep",
      everyMs: SWEEP_MS,
      sweep: inPulse("sweep", () => sweepStore(bench, sweeping)),
      events,
    }),
    ...ids.map((cluster) => {
      const sweep = () => sweepCluster(bench, look, cluster);
      return startSweeper({ what: `sweep of ${cluster}`, everyMs: SWEEP_MS, sweep, events });
    }),
    facts,
    startSweeper({ what: "review of debts", everyMs: SWEEP_MS, sweep: () => pager.review(isEnded), events }),
  ];
  // What ends goes on beside it; what is to be made could only come again.
  await policy.first;
  if (policy.current() === null) log.warn("endings only: the policy cannot be read");
  const worker = startWorker({
    ...{ connection: consumer, events, clock },
    reconcile: look,
    deliver: (id) => deliver(bench, desk, id),
    checkDelivery: (check) => checkDelivery(bench, desk, check),
  });
  await worker.ready();
  await facts.first;
  log.info("ready");
  return untilStopped(log, null, [
    () => clusters.close(),
    () => producer.close(),
    () => consumer.close(),
    () => wakes.close(),
    () => deliveries.close(),
    () => policy.close(),
    () => pager.close(),
    async () => door?.close(),
    () => ledger.close(),
    async () => alarms.close(),
    async () => health?.close(),
    () => Promise.all([worker.close(), followers.close(), ...rounds.map((round) => round.close())]),
  ]);
}
