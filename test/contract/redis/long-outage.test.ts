import { setTimeout as wait } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { takeTurns } from "../../../src/jobs/one-at-a-time.ts";
import { followStream } from "../../../src/jobs/streams.ts";
import { createRecordedEvents } from "../../fakes/recorded-events.ts";
import { useRedis } from "../../workbench/for-tests.ts";
import { useConnections } from "../redis-for-contracts.ts";

const redis = useRedis();
const connections = useConnections(() => redis.current.url);

/** Longer than a lease is held (6 s), so that the term ends while the read that waits is to be sent again. */
const LONGER_THAN_A_LEASE_MS = 8_000;

test("P5 · what is told and remembered goes on after an outage of Redis that outlasts a lease", async () => {
  const connection = await connections.consumer();
  const read: string[] = [];
  const turns = takeTurns({
    ...{ what: "outbox", redis: connection.redis, key: "lease", events: createRecordedEvents() },
    work: async ({ signal }) => {
      for await (const entries of followStream(connection, "stream", signal)) {
        read.push(...entries.map(({ text }) => text));
        await connection.redis.xdel("stream", ...entries.map(({ id }) => id));
      }
    },
  });
  onTestFinished(() => turns.close());
  await redis.current.ask("XADD stream * telling before");
  await expect.poll(() => read).toEqual(["before"]);

  await redis.current.kill();
  await wait(LONGER_THAN_A_LEASE_MS);
  await redis.current.restart();
  await redis.current.ask("XADD stream * telling after");

  await expect.poll(() => read, { timeout: 10_000 }).toEqual(["before", "after"]);
}, 40_000);
