import { Redis } from "ioredis";
import { expect, onTestFinished, test } from "vitest";
import { useGuardian, useRedis } from "./for-tests.ts";
import { startRedis } from "./redis.ts";
import { type RedisLine, startRedisLine } from "./redis-line.ts";
import { findRedisServer } from "./redis-server.ts";
import type { Stop } from "./toll.ts";

const guardian = useGuardian();
const redis = useRedis(guardian);

async function start(): Promise<{ line: RedisLine; client: Redis }> {
  const line = await startRedisLine(redis.current.port);
  const client = new Redis(line.url, { commandTimeout: 400, retryStrategy: () => 20, maxRetriesPerRequest: 0 });
  client.on("error", () => {});
  onTestFinished(async () => {
    client.disconnect();
    await line.close();
  });
  await client.ping();
  return { line, client };
}

test("a line hangs, and what was sent meanwhile arrives when it is healed", async () => {
  const { line, client } = await start();

  line.hang();
  await expect(client.set("hung", "1")).rejects.toThrow("timed out");
  expect(await redis.current.ask("GET hung")).toBe("$-1\r\n");
  await line.heal();

  await expect.poll(() => redis.current.ask("GET hung")).toBe("$1\r\n1\r\n");
  expect(await client.ping()).toBe("PONG");
});

test("a slow line takes its time in each direction", async () => {
  const { line, client } = await start();
  line.slow(150);
  const begunAt = performance.now();

  await client.ping();

  expect(performance.now() - begunAt).toBeGreaterThan(290);
});

test("nobody listens while a line refuses, and it is healed on the same port", async () => {
  const { line, client } = await start();

  await line.refuse();
  await expect(client.ping()).rejects.toThrow();
  await line.heal();

  await expect.poll(() => client.ping().catch(() => "nothing")).toBe("PONG");
});

test("a line leads to another Redis after a failover, which may not know all that the first one knew", async () => {
  const { line, client } = await start();
  const server = await findRedisServer(() => {});
  const replica = await startRedis({
    ...{ guardian, server, folder: guardian.folder },
    settings: { replicaof: `127.0.0.1 ${redis.current.port}` },
  });
  await client.set("early", "1");
  await expect.poll(() => replica.ask("GET early"), { timeout: 5_000 }).toBe("$1\r\n1\r\n");

  expect(await replica.ask("REPLICAOF NO ONE")).toBe("+OK\r\n");
  await client.set("late", "1");
  line.leadTo(replica.port);

  await expect.poll(() => client.get("early").catch(() => "nothing")).toBe("1");
  expect(await client.get("late")).toBeNull();
});

async function startTolled(stopAt: string, stop: Stop): Promise<Redis> {
  const line = await startRedisLine(
    redis.current.port,
    () =>
      ({ words }) =>
        words[1] === stopAt ? stop : null,
  );
  const client = new Redis(line.url, { retryStrategy: () => 20, maxRetriesPerRequest: 0 });
  client.on("error", () => {});
  onTestFinished(async () => {
    client.disconnect();
    await line.close();
  });
  await client.ping();
  return client;
}

test("a command that is stopped before its effect is held, and dropped with its connection", async () => {
  const stood = Promise.withResolvers<void>();
  const act = async () => {
    stood.resolve();
    return "drop" as const;
  };
  const client = await startTolled("toll-before", { when: "before", act });

  await expect(client.set("toll-before", "1")).rejects.toThrow();

  await stood.promise;
  expect(await redis.current.ask("GET toll-before")).toBe("$-1\r\n");
});

test("a command that is stopped after its effect has had it when it stands, whatever was sent with it", async () => {
  const seen = Promise.withResolvers<string>();
  const act = async () => {
    seen.resolve(await redis.current.ask("GET toll-after"));
    return "drop" as const;
  };
  const client = await startTolled("toll-after", { when: "after", act });

  const [, answer] = await Promise.allSettled([client.set("toll-beside", "1"), client.set("toll-after", "1")]);

  expect(await seen.promise).toBe("$1\r\n1\r\n");
  expect(answer.status).toBe("rejected");
});

test("a command that goes on after it was stopped is answered as if nothing had been", async () => {
  const client = await startTolled("toll-passed", { when: "after", act: async () => "pass" });

  expect(await client.set("toll-passed", "1")).toBe("OK");
  expect(await client.get("toll-passed")).toBe("1");
});
