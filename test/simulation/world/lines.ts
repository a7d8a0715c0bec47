import { createDeliveryCounter, createDeliveryDesk } from "../../../src/jobs/delivery-desk.ts";
import { startLedger } from "../../../src/jobs/ledger.ts";
import { createRecall } from "../../../src/jobs/ledger-recall.ts";
import { startOutbox } from "../../../src/jobs/outbox.ts";
import { DELIVERIES } from "../../../src/jobs/queues.ts";
import { createRedisCards } from "../../../src/jobs/redis-cards.ts";
import { createRedisFacts } from "../../../src/jobs/redis-facts.ts";
import { startRedisHealth } from "../../../src/jobs/redis-health.ts";
import { createRedisPeople } from "../../../src/jobs/redis-people.ts";
import { createRedisStore } from "../../../src/jobs/redis-store.ts";
import { createClusters } from "../../../src/provisioner/clusters.ts";
import type { Seal } from "../../../src/provisioner/seal.ts";
import type { Gate } from "../../fakes/gate.ts";
import type { Machine } from "../core/machine.ts";
import type { BotLines, StoreLines, WorkerLines } from "../processes/lines.ts";
import { DISK } from "./disk.ts";
import type { World } from "./world.ts";

/** The ledger's folder, which all workers share. */
const LEDGER = `${DISK}/ledger`;

/** Who has the private half reads it: a seal is for others, so this one only turns the text around. */
const seal: Seal = async (credential) => [...JSON.stringify(credential)].reverse().join("");

/** Takes what `seal` made; returns what was sealed. */
export function unseal(sealed: string): { readonly kubeconfig: string } {
  return JSON.parse([...sealed].reverse().join(""));
}

function openStoreLines(world: World, machine: Machine, gate: Gate) {
  const producer = world.redis.connect(gate, "producer");
  const consumer = world.redis.connect(gate, "consumer");
  world.whenDead(machine, () => {
    producer.kill();
    consumer.kill();
  });
  const { redis } = producer;
  const deliveries = world.bull.queue(DELIVERIES, producer, Date.now);
  const lines: StoreLines = {
    store: (options) => createRedisStore(redis, options),
    people: createRedisPeople(redis),
    facts: createRedisFacts(redis),
    waker: (clock) => world.bull.waker(producer, clock),
    health: (parts) => startRedisHealth({ connection: producer, ...parts }),
  };
  return { lines, redis, consumer, deliveries };
}

/** Takes a world, one of its processes that starts as a worker, and its gate; returns its lines. */
export function openWorkerLines(world: World, machine: Machine, gate: Gate): WorkerLines {
  const { lines, redis, consumer, deliveries } = openStoreLines(world, machine, gate);
  return {
    ...lines,
    desk: createDeliveryDesk(redis, deliveries),
    clusters: ({ now, events }) =>
      createClusters({
        ...{ clusters: world.clusters.map(({ kubernetes: { id } }) => ({ id })), now, events, seal },
        connect: ({ id }) => world.cluster(id).connect(gate, () => world.staleBy(id)),
      }),
    startJobs: (parts) => {
      const worker = world.bull.work({
        ...parts,
        connection: consumer,
        wall: Date.now,
        token: machine.name + machine.startedAt,
      });
      world.whenDead(machine, worker.kill);
    },
    recall: (clock, events) => createRecall(LEDGER, clock.now, events),
    startLedger: (events) => void startLedger({ connection: consumer, location: LEDGER, events }),
  };
}

/** As `openWorkerLines`, of a bot. */
export function openBotLines(world: World, machine: Machine, gate: Gate): BotLines {
  const { lines, redis, consumer, deliveries } = openStoreLines(world, machine, gate);
  return {
    ...lines,
    cards: createRedisCards(redis),
    counter: createDeliveryCounter(redis, consumer, deliveries),
    startOutbox: (parts) => void startOutbox({ connection: consumer, ...parts }),
  };
}
