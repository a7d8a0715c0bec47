import type { Caution } from "./desk.ts";
import type { Endings, Leftovers, Pager } from "./ending-ports.ts";
import type { Alarms, Clock, Clusters, Events, Facts, People, PolicySource, Store, Waker } from "./ports.ts";

/** The ports the worker's use cases stand on. */
export interface Bench {
  readonly store: Store;
  readonly people: People;
  readonly facts: Facts;
  readonly clusters: Clusters;
  readonly waker: Waker;
  readonly alarms: Alarms;
  readonly endings: Endings;
  readonly leftovers: Leftovers;
  readonly pager: Pager;
  readonly caution: Caution;
  readonly policy: PolicySource;
  readonly clock: Clock;
  readonly events: Events;
}
