import { afterEach, beforeEach, describe, expect, inject, test } from "vitest";
import { connectProducer } from "../../../src/jobs/redis.ts";
import { type RedisHealth, type RedisHealthParts, startRedisHealth } from "../../../src/jobs/redis-health.ts";
import { createServerClock } from "../../../src/jobs/server-clock.ts";
import { createRecordedEvents } from "../../fakes/recorded-events.ts";
import { NOON } from "../../fakes/samples.ts";
import { useGuardian, useRedis } from "../../workbench/for-tests.ts";
import { findFreePort } from "../../workbench/ports.ts";
import { startRedis } from "../../workbench/redis.ts";
import { emptied, useConnections } from "../redis-for-contracts.ts";

const guardian = useGuardian();
const redis = useRedis(guardian);
const connections = useConnections(() => redis.current.url);
const begun: RedisHealth[] = [];

beforeEach(async () => {
  const { redis: line } = await connections.producer();
  await emptied(line);
  await line.config("SET", "maxmemory-policy", "noeviction");
  await line.config("SET", "appendonly", "yes");
});

afterEach(async () => {
  await Promise.all(begun.splice(0).map((health) => health.close()));
});

/** Begins to ask; `again` makes it ask at once, as a new line does. */
async function begin(parts: Partial<RedisHealthParts> = {}, url?: string) {
  const connection = parts.connection ?? (await connections.producer(url));
  const events = createRecordedEvents();
  const health = await startRedisHealth({ clock: createServerClock(), events, ...parts, connection });
  begun.push(health);
  const said = () => events.happenings.map(({ what, fields }) => [what, fields.words ?? null]);
  const again = () => connection.redis.disconnect(true);
  /** Makes it ask again and again until what it says is as wanted. */
  const until = (say: () => unknown) =>
    expect.poll(
      () => {
        again();
        return say();
      },
      { interval: 300, timeout: 10_000 },
    );
  return { health, events, said, again, until };
}

describe("what Redis says of itself", () => {
  test("a Redis as it should be is no reason not to grant, and what survives is said once", async () => {
    const { health, said, again, events } = await begin();
    const asked = await commandCount("info");

    again();
    await expect.poll(() => commandCount("info")).toBeGreaterThan(asked);

    expect(health.caution.whyNot()).toBeNull();
    expect(said()).toEqual([
      [
        "what survives",
        "what is acknowledged survives a kill of Redis; power loss may take the last second; " +
          "there is no replica, so it does not survive the loss of the disk",
      ],
    ]);
    expect(events.happenings[0]?.fields).toMatchObject({ replicas: 0, skewMs: expect.any(Number) });
    expect(Math.abs(health.skewMs())).toBeLessThan(100);
  });

  test.each([
    [
      "maxmemory-policy",
      "allkeys-lru",
      "Redis may throw away what is recorded (maxmemory-policy is allkeys-lru): set noeviction",
    ],
    ["appendonly", "no", "Redis forgets what is recorded when it stops (appendonly is no): set appendonly yes"],
  ])("%s %s: endings only until it is mended, each said once", async (name, value, sentence) => {
    const { redis: line } = await connections.producer();
    await line.config("SET", name, value);
    const { health, said, until } = await begin();

    expect(health.caution.whyNot()).toBe(sentence);
    expect(said().filter(([what]) => what === "endings only")).toEqual([["endings only", sentence]]);

    await line.config("SET", name, name === "appendonly" ? "yes" : "noeviction");
    await until(() => health.caution.whyNot()).toBeNull();
    expect(said().filter(([what]) => what === "endings only" || what === "granting again")).toEqual([
      ["endings only", sentence],
      ["granting again", null],
    ]);
  });

  test("a replica is no Redis to grant on", async () => {
    const replica = await startRedis({
      ...{ guardian, server: inject("redisServer"), folder: guardian.folder },
      settings: { replicaof: `127.0.0.1 ${redis.current.port}` },
    });
    const { health } = await begin({}, replica.url);
    const { health: master, until } = await begin();

    expect(health.caution.whyNot()).toBe("REDIS_URL names a replica, which takes no writes: name the master");
    await until(() => master.replicas()).toBe(1);
    expect(master.caution.whyNot()).toBeNull();
    await replica.stop();
    await until(() => master.replicas()).toBe(0);
  });

  test("a user who may not read CONFIG is enough; one who may not read INFO is not", async () => {
    const { redis: line } = await connections.producer();
    await line.call("ACL", "SETUSER", "plain", "on", ">pw", "~*", "&*", "+@all", "-config");
    await line.call("ACL", "SETUSER", "mute", "on", ">pw", "~*", "&*", "+@all", "-info");
    const as = (user: string) => redis.current.url.replace("//", `//${user}:pw@`);

    const plain = await begin({}, as("plain"));
    const mute = await begin({ connection: connectProducer(as("mute"), createRecordedEvents()) });

    expect(plain.health.caution.whyNot()).toBeNull();
    expect(plain.said()[0]?.[1]).toContain("appendfsync unknown");
    await expect.poll(() => mute.health.caution.whyNot()).toContain("allow its user the commands INFO and TIME");
  });
});

describe("clocks", () => {
  test.each([
    [7_200, "this machine's clock is 7.2 s ahead of Redis': set both by NTP"],
    [-6_000, "this machine's clock is 6.0 s behind Redis': set both by NTP"],
    [4_500, null],
  ])("%i ms apart", async (ms, sentence) => {
    const { health } = await begin({ wall: () => Date.now() + ms });

    expect(health.caution.whyNot()?.replace(/\d\.\d/, (ms / 1000).toFixed(1).replace("-", "")) ?? null).toBe(sentence);
    expect(Math.abs(health.skewMs() - ms)).toBeLessThan(100);
  });

  test("the server's clock is set by Redis' time", async () => {
    const steps: number[] = [];
    const clock = createServerClock({ start: NOON, stepped: (ms) => steps.push(ms) });

    await begin({ clock });

    expect(Math.abs(clock.now() - Date.now())).toBeLessThan(100);
    expect(steps).toHaveLength(1);
  });
});

describe("a Redis that does not answer", () => {
  test("is waited for two seconds at the start and is no caution; when it comes, it is asked at once", async () => {
    const port = await findFreePort();
    const connection = connectProducer(`redis://127.0.0.1:${port}`, createRecordedEvents());
    const began = performance.now();
    const { health } = await begin({ connection });

    expect(performance.now() - began).toBeLessThan(2_300);
    expect(health.caution.whyNot()).toBeNull();

    const late = await startRedis({
      ...{ guardian, server: inject("redisServer"), folder: guardian.folder, port },
      settings: { appendonly: "no" },
    });
    await expect.poll(() => health.caution.whyNot(), { timeout: 4_000 }).toContain("appendonly");
    await connection.close();
    await late.stop();
  });

  test("changes nothing while it is away, hung or loading", async () => {
    const { health, again, events } = await begin();
    redis.current.pause();
    again();
    await expect.poll(() => health.caution.whyNot()).toBeNull();
    redis.current.resume();
    await redis.current.kill();
    expect(health.caution.whyNot()).toBeNull();
    await redis.current.restart();

    expect(events.happenings.filter(({ what }) => what !== "what survives")).toEqual([]);
  });
});

describe("what Redis has forgotten", () => {
  test("is put back for the first worker on an empty one, and for none that finds it as it was", async () => {
    let calls = 0;
    const forgotten = async () => {
      calls += 1;
    };

    const first = await begin({ forgotten });
    await expect.poll(() => calls).toBe(1);
    await expect.poll(epoch).toMatch(/^settled /);
    const second = await begin({ forgotten });
    for (const { again } of [first, second]) {
      const asked = await commandCount("get");
      again();
      await expect.poll(() => commandCount("get")).toBeGreaterThan(asked);
    }

    expect(calls).toBe(1);
  });

  test("P11 · after a FLUSHALL is put back, again and again until that works", async () => {
    let calls = 0;
    const { again, events } = await begin({
      forgotten: async () => {
        calls += 1;
        if (calls === 2) throw new Error("a cluster does not answer");
      },
    });
    await expect.poll(epoch).toMatch(/^settled /);

    await emptied((await connections.producer()).redis);
    again();
    await expect.poll(() => calls).toBe(2);
    expect(await epoch()).toMatch(/^pending /);
    again();
    await expect.poll(() => calls).toBe(3);

    await expect.poll(epoch).toMatch(/^settled /);
    expect(events.failures.map(({ what }) => what)).toContain("what Redis has forgotten is not put back yet");
  });

  test("P11 · while it is being put back is noticed too", async () => {
    const gate = Promise.withResolvers<void>();
    let calls = 0;
    const { until } = await begin({
      forgotten: () => {
        calls += 1;
        return calls === 1 ? gate.promise : Promise.resolve();
      },
    });
    await expect.poll(() => calls).toBe(1);

    await emptied((await connections.producer()).redis);
    gate.resolve();
    await until(() => calls).toBe(2);

    await expect.poll(epoch).toMatch(/^settled /);
  });

  test("P11 · is put back after a worker died over it", async () => {
    const dead = await begin({ forgotten: () => new Promise(() => undefined) });
    await expect.poll(epoch).toMatch(/^pending /);
    await dead.health.close();

    let calls = 0;
    await begin({ forgotten: async () => (calls += 1) });

    await expect.poll(() => calls).toBe(1);
    await expect.poll(epoch).toMatch(/^settled /);
  });

  test("P11 · is put back when another Redis answers, though all seems to be there", async () => {
    let calls = 0;
    await begin({ forgotten: async () => (calls += 1) });
    await expect.poll(epoch).toMatch(/^settled /);

    await redis.current.restart();

    await expect.poll(() => calls, { timeout: 5_000 }).toBe(2);
  });

  test("is no business of the bot's: it leaves the epoch alone", async () => {
    await begin();

    expect(await epoch()).toBeNull();
  });
});

async function epoch(): Promise<string | null> {
  const { redis: line } = await connections.producer();
  return line.get("{daypass}:epoch");
}

/** How often Redis was asked that. */
async function commandCount(command: string): Promise<number> {
  const { redis: line } = await connections.producer();
  const stats = await line.info("commandstats");
  return Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(stats)?.[1] ?? 0);
}
