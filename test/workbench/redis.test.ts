import { spawnSync } from "node:child_process";
import { connect } from "node:net";
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

/** Sends one inline command and returns what comes back first, or `nothing` after the patience. */
function ask(redis: Redis, command: string, patienceMs = 1000): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port: redis.port, host: "127.0.0.1", timeout: patienceMs });
    const settle = (answer: string) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => socket.write(`${command}\r\n`));
    socket.once("data", (data) => settle(data.toString()));
    socket.once("timeout", () => settle("nothing"));
    socket.once("error", reject);
  });
}

test("Redis keeps an append-only file, evicts nothing and has a clock of 100 hz", async () => {
  const redis = await start();

  expect(await ask(redis, "CONFIG GET appendonly")).toContain("\r\nyes\r\n");
  expect(await ask(redis, "CONFIG GET maxmemory-policy")).toContain("\r\nnoeviction\r\n");
  expect(await ask(redis, "CONFIG GET hz")).toContain("\r\n100\r\n");
  expect(await ask(redis, "CONFIG GET bind")).toContain("\r\n127.0.0.1\r\n");
});

test("after a polite restart Redis still has what was written", async () => {
  const redis = await start();
  await ask(redis, "SET kept yes");

  await redis.restart();

  expect(await ask(redis, "GET kept")).toContain("yes");
});

test("a killed Redis refuses connections until it is started again on the same port", async () => {
  const redis = await start();

  await redis.kill();

  await expect(ask(redis, "PING")).rejects.toThrow("ECONNREFUSED");
  await redis.restart();
  expect(await ask(redis, "PING")).toBe("+PONG\r\n");
});

test("a paused Redis answers nothing until it is resumed", async () => {
  const redis = await start();

  redis.pause();

  expect(await ask(redis, "PING", 200)).toBe("nothing");
  redis.resume();
  expect(await ask(redis, "PING")).toBe("+PONG\r\n");
});

test("the program that was found says which Redis it is", () => {
  const { stdout } = spawnSync(server.command, ["--version"], {
    encoding: "utf8",
    env: { ...process.env, ...server.env },
  });

  expect(stdout).toMatch(/\bv=\d+\.\d+/);
});
