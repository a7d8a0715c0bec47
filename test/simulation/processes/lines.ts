import type { Recall } from "../../../src/jobs/endings.ts";
import type { RedisHealth } from "../../../src/jobs/redis-health.ts";
import type { ServerClock } from "../../../src/jobs/server-clock.ts";
import type { WorkParts } from "../../../src/jobs/worker.ts";
import type { DeliveryDesk } from "../../../src/workflows/delivery-ports.ts";
import type { Clock, Clusters, Events, Facts, People, Store, Waker } from "../../../src/workflows/ports.ts";
import type { Cards, DeliveryCounter, Notifier } from "../../../src/workflows/telling.ts";

/** What both kinds of process reach through their lines to Redis. */
export interface StoreLines {
  store(options: { readonly clock: Clock; readonly replicas?: () => number }): Store;
  readonly people: People;
  readonly facts: Facts;
  waker(clock: Clock): Waker;
  health(parts: {
    readonly clock: ServerClock;
    readonly events: Events;
    readonly forgotten?: (loss: string) => Promise<unknown>;
  }): Promise<RedisHealth>;
}

/** How a worker reaches the world. */
export interface WorkerLines extends StoreLines {
  clusters(parts: { readonly now: () => number; readonly events: Events }): Clusters;
  readonly desk: DeliveryDesk;
  /** Runs wakes and deliveries as they come. */
  startJobs(parts: WorkParts): void;
  /** What the ledger says of a grant's ending. */
  recall(clock: Clock, events: Events): Recall;
  startLedger(events: Events): void;
}

/** How a bot reaches the world. */
export interface BotLines extends StoreLines {
  readonly cards: Cards;
  readonly counter: DeliveryCounter;
  startOutbox(parts: { readonly notifier: Notifier; readonly events: Events }): void;
}
