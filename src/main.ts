/** The composition root: the only place where settings, Slack, Redis and clusters meet. */
import type { Logger } from "pino";
import { type Bot, createBot } from "./bot/app.ts";
import { readClusters, unreadableKubeconfigs } from "./clusters-file.ts";
import { type Config, ConfigError, readConfig, type Secrets } from "./config.ts";
import { hashedIds } from "./ids.ts";
import { createBullWaker } from "./jobs/bull-waker.ts";
import { createDeliveryCounter, createDeliveryDesk } from "./jobs/delivery-desk.ts";
import { startLedger } from "./jobs/ledger.ts";
import { startOutbox } from "./jobs/outbox.ts";
import { DELIVERIES, openQueue, WAKES } from "./jobs/queues.ts";
import { type Connection, connectConsumer, connectProducer } from "./jobs/redis.ts";
import { createRedisCards } from "./jobs/redis-cards.ts";
import { createRedisFacts } from "./jobs/redis-facts.ts";
import { createRedisPeople } from "./jobs/redis-people.ts";
import { createRedisStore } from "./jobs/redis-store.ts";
import { startSweeper } from "./jobs/sweeper.ts";
import { startWorker } from "./jobs/worker.ts";
import { createEvents, createLog } from "./log.ts";
import { readPolicy } from "./policy-source.ts";
import { createClusters } from "./provisioner/clusters.ts";
import { checkDelivery, deliver } from "./workflows/deliver.ts";
import type { Clock, Events } from "./workflows/ports.ts";
import { type Bench, reconcile } from "./workflows/reconcile.ts";
import { publishFacts, sweep } from "./workflows/sweep.ts";

/** What is due is looked for at least this often, whatever became of its wake. */
const SWEEP_MS = 15_000;
/** Namespaces and roles change rarely; a request made from older facts is judged again by the cluster itself. */
const FACTS_MS = 30_000;
/** A process that has not ended by then is killed by most supervisors' second signal anyway. */
const SHUTDOWN_MS = 10_000;
const REDIS_PATIENCE_MS = 5_000;

const clock: Clock = { now: () => Date.now() };

/** What both processes stand on. */
interface Ground {
  readonly log: Logger;
  readonly events: Events;
  /** For commands that somebody waits for. */
  readonly producer: Connection;
  /** For loops that outlast any outage. */
  readonly consumer: Connection;
}

/** Something that was started and must be closed; closed in reverse order. */
type Closing = () => Promise<unknown>;

/** Runs `daypass bot` until it is told to stop. Returns the exit code; throws ConfigError for wrong settings. */
export async function runBot(): Promise<number> {
  const { config, secrets } = readConfig();
  const { slack } = secrets;
  if (slack === null) {
    throw new ConfigError([
      "SLACK_BOT_TOKEN is missing, with SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP).",
    ]);
  }
  const ground = prepare("bot", config, secrets);
  const { log, events, producer, consumer } = ground;
  await awaitRedis(ground);
  const wakes = openQueue(WAKES, producer.redis, events);
  const deliveries = openQueue(DELIVERIES, producer.redis, events);
  const store = createRedisStore(producer.redis);
  const bot: Bot = createBot({
    slack,
    ...(config.slackApiUrl === null ? {} : { apiUrl: config.slackApiUrl }),
    desk: {
      ...{ store, clock, events, ids: hashedIds },
      people: createRedisPeople(producer.redis),
      facts: createRedisFacts(producer.redis),
      waker: createBullWaker(wakes, clock),
      policy: readPolicy(config.policyPath, events),
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
    () => bot.stop(),
    () => outbox.close(),
  ]);
}

/** Runs `daypass worker` until it is told to stop. Returns the exit code; throws for wrong settings. Needs no Slack. */
export async function runWorker(): Promise<number> {
  const { config, secrets } = readConfig();
  if (config.ledger === null) throw new ConfigError(["DAYPASS_LEDGER is missing: the folder where history is kept."]);
  const location = config.ledger;
  const connections = readClusters(config.clustersPath);
  const ground = prepare("worker", config, secrets);
  const { log, events, producer, consumer } = ground;
  for (const fault of unreadableKubeconfigs(connections)) log.error(fault);
  const clusters = createClusters({ clusters: connections, now: clock.now, events });
  await awaitRedis(ground);
  const wakes = openQueue(WAKES, producer.redis, events);
  const deliveries = openQueue(DELIVERIES, producer.redis, events);
  const bench: Bench = {
    ...{ clusters, clock, events },
    store: createRedisStore(producer.redis),
    people: createRedisPeople(producer.redis),
    facts: createRedisFacts(producer.redis),
    waker: createBullWaker(wakes, clock),
    policy: readPolicy(config.policyPath, events),
  };
  if (bench.policy.current() === null) log.warn("endings only: the policy cannot be read");
  const desk = createDeliveryDesk(producer.redis, deliveries);
  const worker = startWorker({
    ...{ connection: consumer, events },
    reconcile: (ref) => reconcile(bench, ref),
    deliver: (id) => deliver(bench, desk, id),
    checkDelivery: (id, grant, n) => checkDelivery(bench, desk, id, grant, n),
  });
  const sweeps = startSweeper({ what: "sweep", everyMs: SWEEP_MS, sweep: () => sweep(bench), events });
  const facts = startSweeper({
    what: "reading the clusters",
    everyMs: FACTS_MS,
    sweep: () => publishFacts(bench),
    events,
  });
  const ledger = startLedger({ connection: consumer, location, events });
  await worker.ready();
  log.info("ready");
  return untilStopped(log, null, [
    () => clusters.close(),
    () => producer.close(),
    () => consumer.close(),
    () => wakes.close(),
    () => deliveries.close(),
    () => ledger.close(),
    () => facts.close(),
    () => sweeps.close(),
    () => worker.close(),
  ]);
}

/** Everything wrong with settings is said before this, since an open connection keeps a process alive. */
function prepare(name: "bot" | "worker", config: Config, secrets: Secrets): Ground {
  if (secrets.redisUrl === null) throw new ConfigError(["REDIS_URL is missing, such as redis://localhost:6379."]);
  const log = createLog(name, config.logLevel);
  const events = createEvents(log);
  const producer = connectProducer(secrets.redisUrl, events);
  return { log, events, producer, consumer: connectConsumer(secrets.redisUrl, events) };
}

/** Starts without Redis too, and says so: people then read "nothing was recorded", and access ends all the same. */
async function awaitRedis({ log, producer }: Ground): Promise<void> {
  await producer.ready(REDIS_PATIENCE_MS).catch(() => log.error("Redis does not answer yet; trying on"));
}

/** Waits for a signal or a failure, then closes in reverse order, at most 10 s. Returns the exit code. */
async function untilStopped(log: Logger, failed: Promise<never> | null, closings: readonly Closing[]): Promise<number> {
  const signal = new Promise<number>((resolve) => {
    for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(name, () => resolve(0));
  });
  const code = await Promise.race([signal, ...(failed === null ? [] : [failed])]).catch((cause: unknown) => {
    log.fatal({ cause }, "stopping: cannot go on");
    return 1;
  });
  log.info("stopping");
  // Whatever still hangs after that (a socket, BullMQ with Redis away) must not keep a supervisor waiting.
  setTimeout(() => process.exit(code), SHUTDOWN_MS).unref();
  for (const close of closings.toReversed()) {
    await close().catch((cause: unknown) => log.warn({ cause }, "not closed cleanly"));
  }
  process.exit(code);
}
