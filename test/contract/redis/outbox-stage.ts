import type { Redis } from "ioredis";
import { afterEach, beforeEach, expect } from "vitest";
import { startOutbox } from "../../../src/jobs/outbox.ts";
import type { Connection } from "../../../src/jobs/redis.ts";
import { createRedisStore } from "../../../src/jobs/redis-store.ts";
import type { Telling } from "../../../src/workflows/ports.ts";
import type { Told } from "../../../src/workflows/telling.ts";
import { createRecordedEvents, type RecordedEvents } from "../../fakes/recorded-events.ts";
import { type ConnectionsUnderTest, emptied, readFields } from "../redis-for-contracts.ts";

/** What the notifier of a test says to a telling that it is given for the nth time. */
type Answer = (telling: Telling, tries: number) => Told | Promise<Told>;

/** What a notifier was given, and when by `performance.now()`. */
export interface Given {
  readonly key: string;
  readonly at: number;
}

interface RunningOutbox {
  readonly outbox: { close(): Promise<void> };
  readonly connection: Connection;
  readonly given: readonly Given[];
  readonly events: RecordedEvents;
}

/** An empty Redis with an outbox, for one test after another. */
export interface OutboxStage {
  readonly line: Redis;
  /** Starts a process' outbox; without an answer of the test's own everything is told. */
  start(answer?: Answer): Promise<RunningOutbox>;
  /** Puts tellings into the outbox as a commit does. */
  say(...tellings: Telling[]): Promise<unknown>;
  /** What stands in the outbox. */
  left(): Promise<string[]>;
  nothingLeft(): Promise<void>;
}

/** Takes connections to Redis; returns the stage. All that was started on it is closed after each test. */
export function useOutboxStage(connections: ConnectionsUnderTest): OutboxStage {
  const running: { close(): Promise<void> }[] = [];
  let line: Redis;
  beforeEach(async () => {
    line = await emptied((await connections.producer()).redis);
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((outbox) => outbox.close()));
  });
  const left = () => readFields(line, "{daypass}:outbox");
  return {
    get line() {
      return line;
    },
    start: async (answer = () => ({ told: true })) => {
      const given: Given[] = [];
      const events = createRecordedEvents();
      const connection = await connections.consumer();
      const notifier = {
        tell: async (telling: Telling) => {
          given.push({ key: telling.key, at: performance.now() });
          return answer(telling, given.filter(({ key }) => key === telling.key).length);
        },
      };
      const outbox = startOutbox({ connection, notifier, events });
      running.push(outbox);
      return { outbox, connection, given, events };
    },
    say: (...tellings) => createRedisStore(line).commit({ writes: [], tellings, rows: [] }),
    left,
    nothingLeft: () => expect.poll(left, { timeout: 10_000 }).toEqual([]),
  };
}

/** Takes a key and a lane; returns a telling of its own. */
export function verdict(key: string, lane = "C1"): Telling {
  return { key, lane, tell: { kind: "verdict", request: key } };
}

/** Takes a key and a lane; returns a telling that goes before all in its lane that are not urgent. */
export function urgent(key: string, lane = "C1"): Telling {
  return { key, lane, urgent: true, tell: { kind: "overdue", grant: key } };
}

/** Takes a key and a request; returns a telling of that request's card. */
export function card(key: string, request: string): Telling {
  return { key, lane: "C1", tell: { kind: "card", request } };
}

/** Takes what a notifier was given; returns the keys in order. */
export function keysOf(given: readonly Given[]): string[] {
  return given.map(({ key }) => key);
}
