import { expect, test } from "vitest";
import { WAKES } from "../../../src/jobs/queues.ts";
import { openGate } from "../../fakes/gate.ts";
import { createRecordedEvents } from "../../fakes/recorded-events.ts";
import { createMemoryBull, type MemoryBull, type StandingJob } from "../../fakes/redis/memory-bull.ts";
import { describeWaker } from "../waker.contract.ts";
import { useMemoryConnections } from "./memory-connections.ts";
import { describeWorker } from "./worker.contract.ts";
import { grant, ids, useWorkerStage } from "./worker-stage.ts";

const connections = useMemoryConnections();
const bulls = new WeakMap<object, MemoryBull>();
let processes = 0;
const stage = useWorkerStage(connections, {
  openQueue: (connection) => bull().queue(WAKES, connection, Date.now),
  startWorker: (parts) => bull().work({ ...parts, wall: Date.now, token: `process-${++processes}` }),
});

describeWaker("the waker on BullMQ in memory", async () => {
  const clock = { now: () => Date.now() };
  const waker = bull().waker(await connections.producer(), clock);
  const waiting = async () =>
    bull()
      .jobs()
      .map(({ data, at }) => ({ ref: data as { kind: "grant"; id: string }, at: at ?? clock.now() }));
  return { waker, clock, waiting };
});

describeWorker(stage);

test("a dead worker's job is taken over within 9 s in memory too, and what is due later comes on time", async () => {
  const connection = connections.server.connect(openGate, "consumer");
  const seen: string[] = [];
  const dead = bull().work({
    ...{ connection, wall: Date.now, token: "dead", events: createRecordedEvents() },
    reconcile: ({ id }) => {
      seen.push(id);
      return new Promise(() => undefined);
    },
    deliver: async () => undefined,
    checkDelivery: async () => undefined,
  });
  await stage.wake(grant("hanging"), 1, Date.now());
  await expect.poll(() => seen).toEqual(["hanging"]);
  const due = Date.now() + 2_000;
  await stage.wake(grant("later"), 1, due);

  dead.kill();
  connection.kill();
  const killedAt = Date.now();
  const next = await stage.start();

  await expect.poll(() => ids(next.seen), { timeout: 10_000 }).toEqual(["later", "hanging"]);
  expect((next.seen[0]?.at ?? 0) - due).toBeLessThan(500);
  expect((next.seen[1]?.at ?? 0) - killedAt).toBeGreaterThan(4_000);
  expect((next.seen[1]?.at ?? 0) - killedAt).toBeLessThan(9_500);
});

test("jobs are lost, doubled and late where somebody wants it, and gone after a flush", async () => {
  const gate = Promise.withResolvers<void>();
  const { seen } = await stage.start({ reconcile: ({ id }) => (id === "twice" ? gate.promise : Promise.resolve()) });
  await stage.wake(grant("lost"), 1, Date.now() + 1_000);
  await stage.wake(grant("late"), 1, Date.now() + 1_000);
  await stage.wake(grant("twice"), 1, Date.now());
  await stage.wake(grant("both"), 1, Date.now() + 900);
  bull().double(jobOf("both"));
  await expect.poll(() => ids(seen)).toEqual(["twice"]);

  bull().lose(jobOf("lost"));
  bull().postpone(jobOf("late"), 200);
  bull().double(jobOf("twice"));
  await expect.poll(() => ids(seen)).toEqual(["twice", "twice", "both", "both", "late"]);
  gate.resolve();
  await stage.nothingLeft();
  expect(bull().jobs()).toEqual([]);

  await stage.wake(grant("flushed"), 2, Date.now() + 1_000);
  connections.server.ask("flushall");
  await stage.wake(grant("after"), 1, Date.now() + 1_200);
  await expect.poll(() => ids(seen)).toEqual(["twice", "twice", "both", "both", "late", "after"]);
});

function jobOf(id: string): StandingJob {
  const job = bull()
    .jobs()
    .find(({ data }) => (data as { id: string }).id === id);
  if (job === undefined) throw new Error(`no job of ${id}`);
  return job;
}

function bull(): MemoryBull {
  const known = bulls.get(connections.server) ?? createMemoryBull(connections.server);
  bulls.set(connections.server, known);
  return known;
}
