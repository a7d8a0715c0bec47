import { spawnSync } from "node:child_process";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { createGuardian } from "./guardian.ts";
import { type Redis, startRedis } from "./redis.ts";
import { findRedisServer, type RedisServer } from "./redis-server.ts";

let server: RedisServer;

beforeAll(async () => {
  server = await findRedisServer(() => {});
}, 60_000);

async function start(): Promise<Redis> {
  const guardian = createGuardian();
  onTestFinished(() => guardian.stop());
  return await startRedis({ guardian, server, folder: guardian.folder });
}

test("Redis keeps an append-only file, evicts nothing and has a clock of 100 hz", async () => {
  const redis = await start();

  expect(await redis.ask("CONFIG GET appendonly")).toContain("\r\nyes\r\n");
  expect(await redis.ask("CONFIG GET maxmemory-policy")).toContain("\r\nnoeviction\r\n");
  expect(await redis.ask("CONFIG GET hz")).toContain("\r\n100\r\n");
  expect(await redis.ask("CONFIG GET bind")).toContain("\r\n127.0.0.1\r\n");
});

test("after a polite restart Redis still has what was written", async () => {
  const redis = await start();
  await redis.ask("SET kept yes");

  await redis.restart();

  expect(await redis.ask("GET kept")).toContain("yes");
});

test("a killed Redis refuses connections until it is started again on the same port", async () => {
  const redis = await start();

  await redis.kill();

  await expect(redis.ask("PING")).rejects.toThrow("ECONNREFUSED");
  await redis.restart();
  expect(await redis.ask("PING")).toBe("+PONG\r\n");
});

test("a paused Redis answers nothing until it is resumed", async () => {
  const redis = await start();

  redis.pause();

  expect(await redis.ask("PING", 200)).toBe("nothing");
  redis.resume();
  expect(await redis.ask("PING")).toBe("+PONG\r\n");
});

test("the program that was found says which Redis it is", () => {
  const { stdout } = spawnSync(server.command, ["--version"], {
    encoding: "utf8",
    env: { ...process.env, ...server.env },
  });

  expect(stdout).toMatch(/\bv=\d+\.\d+/);
});
