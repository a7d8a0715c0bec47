import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createBullWaker } from "../../../src/jobs/bull-waker.ts";
import { createDeliveryCounter, createDeliveryDesk } from "../../../src/jobs/delivery-desk.ts";
import { startLedger } from "../../../src/jobs/ledger.ts";
import { startOutbox } from "../../../src/jobs/outbox.ts";
import { DELIVERIES, openQueue, WAKES } from "../../../src/jobs/queues.ts";
import { createRedisCards } from "../../../src/jobs/redis-cards.ts";
import { createRedisFacts } from "../../../src/jobs/redis-facts.ts";
import { startRedisHealth } from "../../../src/jobs/redis-health.ts";
import { createRedisPeople } from "../../../src/jobs/redis-people.ts";
import { createRedisStore } from "../../../src/jobs/redis-store.ts";
import { createServerClock } from "../../../src/jobs/server-clock.ts";
import { startWorker } from "../../../src/jobs/worker.ts";
import { createRecordedEvents } from "../../fakes/recorded-events.ts";
import { NOON, SAMPLE_FACTS, SAMPLE_HISTORY, sampleGrant, sampleRecord, sampleRequest } from "../../fakes/samples.ts";
import { useRedis } from "../../workbench/for-tests.ts";
import { useConnections } from "../redis-for-contracts.ts";

const redis = useRedis();
const connections = useConnections(() => redis.current.url);

test("every key that anything of ours makes in Redis begins with {daypass}", async () => {
  const { redis: line } = await connections.producer();
  const consumer = await connections.consumer();
  const events = createRecordedEvents();
  const folder = mkdtempSync(join(tmpdir(), "daypass-ledger-"));
  const seen = new Set<string>();
  const look = async () => {
    for await (const names of line.scanStream()) for (const name of names) seen.add(name);
  };

  const wakes = openQueue(WAKES, line, events);
  const deliveries = openQueue(DELIVERIES, line, events);
  const desk = createDeliveryDesk(line, deliveries);
  const counter = createDeliveryCounter(line, consumer, deliveries);
  await createRedisStore(line).commit({
    writes: [
      { kind: "request", expected: null, next: sampleRequest() },
      { kind: "grant", expected: null, next: sampleGrant() },
      { kind: "history", expected: null, next: SAMPLE_HISTORY },
    ],
    tellings: [{ key: "verdict", lane: "C1", tell: { kind: "verdict", request: "abcdefghij" } }],
    rows: [{ at: NOON, what: "asked", by: "mia", request: "abcdefghij", grant: null, detail: {} }],
  });
  await createRedisPeople(line).save(sampleRecord("mia"));
  await createRedisFacts(line).publish(SAMPLE_FACTS);
  await createRedisCards(line).keep("card-abcdefghij", { channel: "C1", ts: "1.0" });
  await counter.ask({ id: "click", grant: "abcdefghija", person: "mia", key: {}, at: NOON });
  // What was asked goes with its answer.
  await look();
  await desk.answer("click", { refused: "notActive" });
  await counter.received("click", 1);
  await createBullWaker(wakes, { now: () => Date.now() }).wake({ kind: "grant", id: "later" }, 1, Date.now() + 60_000);
  await look();

  const gate = Promise.withResolvers<void>();
  const health = await startRedisHealth({
    ...{ connection: await connections.producer(), clock: createServerClock(), events },
    forgotten: async () => undefined,
  });
  const running = [
    health,
    startOutbox({ connection: consumer, notifier: { tell: async () => ({ told: true }) }, events }),
    startLedger({ connection: consumer, location: folder, events }),
    startWorker({
      ...{ connection: consumer, events, reconcile: async () => undefined },
      deliver: () => gate.promise,
      checkDelivery: async () => undefined,
    }),
  ];
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  await expect.poll(() => line.exists("{daypass}:told:verdict")).toBe(1);
  await expect.poll(() => line.xlen("{daypass}:ledger")).toBe(0);
  await look();
  gate.resolve();
  await Promise.all(running.map((part) => part.close()));
  await look();

  expect([...seen].filter((name) => !name.startsWith("{daypass}:"))).toEqual([]);
  expect([...seen]).toEqual(
    expect.arrayContaining([
      ...["request:abcdefghij", "grant:abcdefghija", "due", "outbox", "ledger", "epoch"].map(
        (name) => `{daypass}:${name}`,
      ),
      ...["outbox:lease", "ledger:lease", "told:verdict", "wake:delayed", "deliver:meta"].map((n) => `{daypass}:${n}`),
      ...["person:mia", "facts:prod", "card:abcdefghij"].map((name) => `{daypass}:${name}`),
      ...["delivery:click", "answer:click", "received:click:1"].map((name) => `{daypass}:${name}`),
    ]),
  );
});
