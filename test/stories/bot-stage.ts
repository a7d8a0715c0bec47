import { afterEach } from "vitest";
import { parse } from "yaml";
import { type Bot, createBot, type SlackAccess } from "../../src/bot/app.ts";
import type { BotLog } from "../../src/bot/slack-log.ts";
import { hashedIds } from "../../src/ids.ts";
import { createEndings } from "../../src/jobs/endings.ts";
import type { Bench } from "../../src/workflows/bench.ts";
import { deliver } from "../../src/workflows/deliver.ts";
import type { Desk } from "../../src/workflows/desk.ts";
import { Policy } from "../../src/workflows/policy.ts";
import type { Conditions, Facts, People, RoleRisk } from "../../src/workflows/ports.ts";
import { reconcile } from "../../src/workflows/reconcile.ts";
import type { Cards, DeliveryCounter } from "../../src/workflows/telling.ts";
import { StoreUnavailable } from "../../src/workflows/trouble.ts";
import { createFakeClusters } from "../fakes/fake-clusters.ts";
import { createMemoryAlarms, createMemoryPager } from "../fakes/memory-alarms.ts";
import { createMemoryDesk } from "../fakes/memory-desk.ts";
import { createMemoryCards, createMemoryFacts, createMemoryPeople } from "../fakes/memory-records.ts";
import { createMemoryStore, type MemoryStore } from "../fakes/memory-store.ts";
import { createMemoryWaker } from "../fakes/memory-waker.ts";
import { createRecordedEvents } from "../fakes/recorded-events.ts";
import { northwindPolicy } from "../workbench/northwind.ts";
import type { SlackDouble } from "../workbench/slack-double.ts";

const TURN_MS = 20;

/** A bot on Slack's double, with all behind it in memory. Tests reach it through Slack alone. */
export interface BotStage {
  readonly bot: Bot;
  readonly store: MemoryStore;
  readonly people: People;
  readonly cards: Cards;
  readonly clusters: ReturnType<typeof createFakeClusters>;
  /** Everything the bot logged, one line each, at every level. */
  readonly logged: readonly string[];
  /** The deliveries that the bot said it could show. */
  readonly received: readonly string[];
  /** While set, the store fails as Redis does when it is away. */
  away: "nothing" | "unknown" | null;
  /** While set, the bot meets a fault of its own whenever it looks at a cluster's facts. */
  faulty: boolean;
  /** While set, nothing may be granted, for this reason. */
  unsafe: string | null;
  /** While set, no delivery is answered in time. */
  deliveryStands: boolean;
  /** While set, it cannot be written down that a delivery was shown. */
  receivingFails: boolean;
  /** Takes the settings that stand in place of Northwind's own from now on, by name; puts that policy in force. */
  amend(changes: Readonly<Record<string, unknown>>): void;
}

interface StageOptions {
  readonly double: SlackDouble;
  readonly slack?: SlackAccess;
  readonly cards?: Cards;
  readonly namespaces?: readonly string[];
  /** Settings that stand in place of Northwind's own, by name. */
  readonly changes?: Readonly<Record<string, unknown>>;
  /** By role: how dangerous the worker reads it to be, where that is not low. */
  readonly risks?: Readonly<Record<string, RoleRisk>>;
}

const stages: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const stage of stages.splice(0)) await stage.stop();
});

/** Starts a bot; what it is told to remember is worked off by an outbox and a worker in memory. Stopped after the test. */
export async function startBotStage({
  double,
  slack = { botToken: double.botToken, appToken: double.appToken },
  cards = createMemoryCards(),
  namespaces = ["payments", "ledger"],
  changes = {},
  risks = {},
}: StageOptions): Promise<BotStage> {
  const clock = { now: () => Date.now() };
  const roles = { "daypass-profile-logs": "sha256:logs", "daypass-profile-restart": "sha256:restart" };
  const clusters = createFakeClusters({ ids: ["prod"], open: namespaces, roles, now: clock.now });
  const store = createMemoryStore();
  const { desk: deliveryDesk, counter: answered, jobs } = createMemoryDesk(clock);
  for (const [role, risk] of Object.entries(risks)) clusters.cluster("prod").risks.set(role, risk);
  let policy = Policy.parse(parse(northwindPolicy({ namespaces, changes })));
  const ticket = new RegExp(`^(?:${policy.tickets?.pattern ?? "(?!)"})$`);
  const conditions: Conditions = { holds: () => null, matchesTicket: (written) => ticket.test(written) };
  const waker = createMemoryWaker(clock);
  const facts = createMemoryFacts();
  await facts.publish(await clusters.facts("prod"));
  const people = createMemoryPeople();
  const stage = {
    away: null as BotStage["away"],
    faulty: false,
    unsafe: null as string | null,
    deliveryStands: false,
    receivingFails: false,
  };
  const caution = { whyNot: () => stage.unsafe };
  const shared = { people, facts, waker, clock, caution, events: createRecordedEvents() };
  const source = { current: () => ({ policy, hash: "sha256:policy", conditions }) };
  const logged: string[] = [];
  const received: string[] = [];
  const counter: DeliveryCounter = {
    ...answered,
    answer: async (id, timeoutMs) => (stage.deliveryStands ? null : answered.answer(id, timeoutMs)),
    received: async (id, n) => {
      if (stage.receivingFails) throw new StoreUnavailable("unknown", "Command timed out");
      received.push(id);
      await answered.received(id, n);
    },
  };
  const of: Facts["of"] = async (cluster) => {
    if (stage.faulty) throw new TypeError("a fault of ours");
    return facts.of(cluster);
  };
  const desk: Desk = {
    ...shared,
    facts: { ...facts, of },
    store: orAway(store, stage),
    policy: source,
    ids: hashedIds,
  };
  const alarms = createMemoryAlarms();
  const bench: Bench = {
    ...shared,
    store,
    clusters,
    alarms,
    endings: createEndings(),
    leftovers: new Map(),
    pager: createMemoryPager(),
    policy: source,
  };
  const bot = createBot({ slack, apiUrl: double.apiUrl, desk, cards, counter, log: logTo(logged) });
  await bot.start();
  const stop = keepTurning(async () => {
    for (const ref of waker.take())
      await reconcile(bench, ref).catch(() => waker.wake(ref, Date.now(), Date.now() + 200));
    if (!stage.deliveryStands) for (const job of jobs.filter(isNew())) await deliver(bench, deliveryDesk, job.id);
  });
  const stopOutbox = drain(store, bot);
  stages.push({
    stop: async () => {
      await Promise.all([stop(), stopOutbox()]);
      await bot.stop();
    },
  });
  const amend: BotStage["amend"] = (amended) => {
    policy = Policy.parse(parse(northwindPolicy({ namespaces, changes: amended })));
  };
  return Object.assign(stage, { bot, store, people, cards, clusters, logged, received, amend });

  function isNew() {
    return (job: (typeof jobs)[number]) => job.name === "deliver" && !seen.has(job.id) && seen.add(job.id).size > 0;
  }
}

const seen = new Set<string>();

/** Redis away: every call fails as jobs/ says it. */
function orAway(store: MemoryStore, stage: { away: BotStage["away"] }): MemoryStore {
  return new Proxy(store, {
    get: (target, name, receiver) => {
      if (stage.away === null) return Reflect.get(target, name, receiver);
      const fault = new StoreUnavailable(stage.away, "no connection");
      return () => Promise.reject(fault);
    },
  });
}

/** An outbox in memory: in order, each until it is told or never can be. */
function drain(store: MemoryStore, bot: Bot): () => Promise<void> {
  let next = 0;
  return keepTurning(async () => {
    const telling = store.tellings[next];
    if (telling === undefined) return;
    const told = await bot.notifier.tell(telling);
    if (told.told || "never" in told) next += 1;
    else await new Promise((resolve) => setTimeout(resolve, Math.min(told.retryAfterMs, 1_500)));
  });
}

function keepTurning(turn: () => Promise<void>): () => Promise<void> {
  let going = true;
  const turning = (async () => {
    while (going) {
      await turn();
      await new Promise((resolve) => setTimeout(resolve, TURN_MS));
    }
  })();
  return async () => {
    going = false;
    await turning;
  };
}

function logTo(logged: string[]): BotLog {
  const write =
    (level: string) =>
    (message: string, fields: object = {}) => {
      logged.push(`${level} ${message} ${JSON.stringify(fields)}`);
    };
  return { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
}
