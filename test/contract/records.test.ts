import RedisMock from "ioredis-mock";
import { expect, test } from "vitest";
import { createRedisCards } from "../../src/jobs/redis-cards.ts";
import { createRedisFacts } from "../../src/jobs/redis-facts.ts";
import { createRedisPeople } from "../../src/jobs/redis-people.ts";
import { createMemoryCards, createMemoryFacts, createMemoryPeople } from "../fakes/memory-records.ts";
import { useRedis } from "../workbench/for-tests.ts";
import { describeCards, describeFacts, describePeople } from "./records.contract.ts";
import { emptied, useConnections } from "./redis-for-contracts.ts";

const redis = useRedis();
const connections = useConnections(() => redis.current.url);
const pretended = () => emptied(new RedisMock());
const real = async () => emptied((await connections.producer()).redis);

describePeople("people in memory", async () => createMemoryPeople());
describePeople("people on a pretended Redis", async () => createRedisPeople(await pretended()));
describePeople("people on Redis", async () => createRedisPeople(await real()));

describeFacts("facts in memory", async () => createMemoryFacts());
describeFacts("facts on a pretended Redis", async () => createRedisFacts(await pretended()));
describeFacts("facts on Redis", async () => createRedisFacts(await real()));

describeCards("cards in memory", async () => createMemoryCards());
describeCards("cards on a pretended Redis", async () => createRedisCards(await pretended()));
describeCards("cards on Redis", async () => createRedisCards(await real()));

test("where the messages about a request stand is forgotten after a month without a new one, all else never", async () => {
  const { redis: line } = await connections.producer();
  const cards = createRedisCards(await emptied(line));
  const place = { channel: "C0PAYMENTS", ts: "1.0" };

  for (const card of ["card-abcdefghij", "ready-abcdefghija", "requests-message-C0REQUESTS"]) {
    await cards.keep(card, place);
  }

  expect((await line.keys("*")).toSorted()).toEqual(["{daypass}:card:C0REQUESTS", "{daypass}:card:abcdefghij"]);
  expect(await line.ttl("{daypass}:card:abcdefghij")).toBeGreaterThan(29 * 24 * 3_600);
  expect(await line.ttl("{daypass}:card:C0REQUESTS")).toBe(-1);
});
