import { Queue } from "bullmq";
import { expect, test } from "vitest";
import { createDeliveryCounter, createDeliveryDesk } from "../../src/jobs/delivery-desk.ts";
import { DELIVERIES, openQueue, PREFIX } from "../../src/jobs/queues.ts";
import { createMemoryDesk } from "../fakes/memory-desk.ts";
import { createRecordedEvents } from "../fakes/recorded-events.ts";
import { NOON } from "../fakes/samples.ts";
import { useRedis } from "../workbench/for-tests.ts";
import { type DeliveryUnderTest, describeDelivery } from "./delivery.contract.ts";
import { emptied, readEverything, useConnections } from "./redis-for-contracts.ts";

const redis = useRedis();
const connections = useConnections(() => redis.current.url);

describeDelivery("the delivery desk in memory", async () => {
  const clock = { now: () => NOON };
  const { jobs, ...sides } = createMemoryDesk(clock);
  return { ...sides, clock, jobs: async () => [...jobs] };
});

test("in memory an answer that nobody fetched is gone after thirty seconds", async () => {
  let now = NOON;
  const { desk, counter } = createMemoryDesk({ now: () => now });
  await desk.answer("late", { refused: "notActive" });

  now += 30_000;

  expect(await counter.answer("late", 10)).toBeNull();
});

describeDelivery("the delivery desk on Redis", makeOnRedis);

test("P4 · in Redis an answer lives thirty seconds, and its request ninety", async () => {
  const { desk, counter } = await makeOnRedis();
  const { redis: line } = await connections.producer();

  await counter.ask({ id: "click", grant: "abcdefghija", person: "mia", key: {}, at: NOON });
  await desk.answer("other", { refused: "notActive" });

  for (const [key, seconds] of [
    ["{daypass}:answer:other", 30],
    ["{daypass}:delivery:click", 90],
  ] as const) {
    expect(await line.pttl(key)).toBeGreaterThan((seconds - 2) * 1000);
    expect(await line.pttl(key)).toBeLessThanOrEqual(seconds * 1000);
  }
});

test("P4 · a fetched answer is nowhere in Redis any more, and before that in its one key alone", async () => {
  const { desk, counter } = await makeOnRedis();
  const { redis: line } = await connections.producer();
  await counter.ask({ id: "click", grant: "abcdefghija", person: "mia", key: {}, at: NOON });
  await desk.checkLater({ id: "click", grant: "abcdefghija", n: 1 });
  await desk.answer("click", { sealed: "SEALEDANSWER", n: 1, end: NOON, former: null });

  const holding = (await readEverything(line)).filter(({ value }) => value.includes("SEALEDANSWER"));
  await counter.answer("click", 1_000);

  expect(holding.map(({ key }) => key)).toEqual(["{daypass}:answer:click"]);
  expect((await readEverything(line)).filter(({ value }) => value.includes("SEALEDANSWER"))).toEqual([]);
});

test("waiting for an answer leaves no line to Redis behind, whether it comes or not", async () => {
  const { desk, counter } = await makeOnRedis();
  const { redis: line } = await connections.producer();
  const before = await countLines();

  await counter.answer("never", 50);
  await desk.answer("other", { refused: "notActive" });
  await counter.answer("click", 1_000);

  await expect.poll(countLines).toBe(before);
  async function countLines(): Promise<number> {
    return Number(/connected_clients:(\d+)/.exec(await line.info("clients"))?.[1]);
  }
});

async function makeOnRedis(): Promise<DeliveryUnderTest> {
  const { redis: line } = await connections.producer();
  await emptied(line);
  const deliveries = openQueue(DELIVERIES, line, createRecordedEvents());
  const watched = new Queue(DELIVERIES, { connection: line, prefix: PREFIX });
  return {
    desk: createDeliveryDesk(line, deliveries),
    counter: createDeliveryCounter(line, await connections.consumer(), deliveries),
    clock: { now: () => Date.now() },
    jobs: async () =>
      (await watched.getJobs(["waiting", "delayed"])).map((job) =>
        job.name === "check"
          ? { name: "check", ...job.data, at: job.timestamp + job.delay }
          : { name: "deliver", ...job.data },
      ),
  };
}
