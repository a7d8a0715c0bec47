import { Queue } from "bullmq";
import { createBullWaker } from "../../src/jobs/bull-waker.ts";
import { openQueue, PREFIX, WAKES } from "../../src/jobs/queues.ts";
import { createMemoryWaker } from "../fakes/memory-waker.ts";
import { createRecordedEvents } from "../fakes/recorded-events.ts";
import { NOON } from "../fakes/samples.ts";
import { useRedis } from "../workbench/for-tests.ts";
import { emptied, useConnections } from "./redis-for-contracts.ts";
import { describeWaker } from "./waker.contract.ts";

const redis = useRedis();
const connections = useConnections(() => redis.current.url);

describeWaker("the waker in memory", async () => {
  const clock = { now: () => NOON };
  const waker = createMemoryWaker(clock);
  return { waker, clock, waiting: async () => waker.waiting() };
});

describeWaker("the waker on BullMQ", async () => {
  const { redis: line } = await connections.producer();
  await emptied(line);
  const clock = { now: () => Date.now() };
  const watched = new Queue(WAKES, { connection: line, prefix: PREFIX });
  return {
    waker: createBullWaker(openQueue(WAKES, line, createRecordedEvents()), clock),
    clock,
    waiting: async () => {
      const jobs = await watched.getJobs(["waiting", "delayed"]);
      return jobs.map((job) => ({ ref: job.data, at: job.timestamp + job.delay })).sort((a, b) => a.at - b.at);
    },
  };
});
