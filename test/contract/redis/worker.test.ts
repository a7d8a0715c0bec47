import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Queue } from "bullmq";
import { describe, expect, test } from "vitest";
import { createDeliveryCounter, createDeliveryDesk } from "../../../src/jobs/delivery-desk.ts";
import { DELIVERIES, openQueue, PREFIX } from "../../../src/jobs/queues.ts";
import { createRecordedEvents } from "../../fakes/recorded-events.ts";
import { NOON } from "../../fakes/samples.ts";
import { useGuardian, useRedis } from "../../workbench/for-tests.ts";
import { useConnections } from "../redis-for-contracts.ts";
import { describeWorker } from "./worker.contract.ts";
import { grant, ids, useWorkerStage } from "./worker-stage.ts";

const fixture = fileURLToPath(new URL("worker.fixture.ts", import.meta.url));
const guardian = useGuardian();
const redis = useRedis(guardian);
const stage = useWorkerStage(useConnections(() => redis.current.url));

describeWorker(stage);

test("a wake that says nothing is dropped with a line in the log, and the others go on", async () => {
  const { seen, events } = await stage.start();
  const queue = stage.queue();

  await queue.add("wake", { kind: "planet", id: 7 }, { removeOnComplete: true });
  await stage.wake(grant("abcdefghija"), 1, Date.now());

  await expect.poll(() => ids(seen)).toEqual(["abcdefghija"]);
  await expect.poll(() => events.failures.map(({ what }) => what)).toEqual(["a job that says nothing"]);
});

test("deliveries and their checks reach the worker with what they carry", async () => {
  const heard: unknown[] = [];
  const deliveries = openQueue(DELIVERIES, stage.line, createRecordedEvents());
  const counter = createDeliveryCounter(stage.line, await stage.connections.consumer(), deliveries);
  await stage.start({
    deliver: async (id) => heard.push(["deliver", id]),
    checkDelivery: async (check) => heard.push(["check", check]),
  });

  await counter.ask({ id: "click", grant: "abcdefghija", person: "mia", key: {}, at: NOON });
  await createDeliveryDesk(stage.line, deliveries).checkLater({ id: "click", grant: "abcdefghija", n: 2 });
  const queue = new Queue(DELIVERIES, { connection: stage.line, prefix: PREFIX });
  const check = await queue.getJob("check-click-2");
  await check?.promote();

  await expect.poll(() => heard).toEqual(expect.arrayContaining([["deliver", "click"]]));
  await expect
    .poll(() => heard)
    .toEqual(expect.arrayContaining([["check", { id: "click", grant: "abcdefghija", n: 2 }]]));
});

describe("when a worker is killed", () => {
  test("the job it was at is taken over within 9 s, and what is due later comes on time", async () => {
    const child = startProcess("first");
    await expect.poll(() => child.readLog(), { timeout: 10_000 }).toContain("ready");
    await stage.wake(grant("hanging"), 1, Date.now());
    await expect.poll(() => child.readLog(), { timeout: 5_000 }).toContain("looking at hanging");
    const due = Date.now() + 2_000;
    await stage.wake(grant("later"), 1, due);

    child.signal("SIGKILL");
    await child.exited;
    const killedAt = Date.now();
    const { seen, events } = await stage.start();

    await expect.poll(() => ids(seen), { timeout: 10_000 }).toEqual(expect.arrayContaining(["later", "hanging"]));
    const when = (id: string) => seen.find((look) => look.id === id)?.at ?? 0;
    expect(when("hanging") - killedAt).toBeLessThan(9_500);
    expect(when("later") - due).toBeLessThan(500);
    expect(events.happenings.map(({ what }) => what)).toContain("job taken over from a worker that died");
  });

  function startProcess(name: string) {
    return guardian.spawn(name, process.execPath, [fixture, redis.current.url]);
  }
});

test("after Redis was away for longer than a blocking read, overdue wakes are run (bullmq#4585)", async () => {
  const { seen, events } = await stage.start();
  await stage.line.config("SET", "appendfsync", "always");
  await stage.wake(grant("overdue"), 1, Date.now() + 2_000);
  await redis.current.kill();
  // A blocking read lasts 5 s where nothing is due sooner: the fault shows only after an outage of more than that.
  await wait(5_500);

  await redis.current.restart();
  const backAt = Date.now();

  await expect.poll(() => ids(seen), { timeout: 10_000 }).toEqual(["overdue"]);
  expect((seen[0]?.at ?? 0) - backAt).toBeLessThan(2_000);
  expect(events.failures.length).toBeLessThan(10);
});

describe("closing", () => {
  test("is bounded while Redis hangs (bullmq#4656)", async () => {
    const { worker } = await stage.start();
    redis.current.pause();
    const began = performance.now();

    await worker.close(600);

    expect(performance.now() - began).toBeLessThan(900);
    redis.current.resume();
  });
});
