import { beforeEach, describe, expect, inject, test } from "vitest";
import { connectProducer } from "../../../src/jobs/redis.ts";
import { createRecordedEvents } from "../../fakes/recorded-events.ts";
import { useGuardian, useRedis } from "../../workbench/for-tests.ts";
import { findFreePort } from "../../workbench/ports.ts";
import { startRedis } from "../../workbench/redis.ts";
import { emptied, useConnections } from "../redis-for-contracts.ts";
import { describeHealth } from "./health.contract.ts";
import { useHealthStage } from "./health-stage.ts";

const guardian = useGuardian();
const redis = useRedis(guardian);
const connections = useConnections(() => redis.current.url);
const { begin, epoch } = useHealthStage(connections);

beforeEach(async () => {
  const { redis: line } = await connections.producer();
  await emptied(line);
  await line.config("SET", "maxmemory-policy", "noeviction");
  await line.config("SET", "appendonly", "yes");
});

describeHealth({
  connections,
  ...{ begin, epoch },
  restart: () => redis.current.restart(),
});

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

describe("a Redis that does not answer", () => {
  test("is waited for two seconds at the start, and nothing is granted until it comes; then it is asked at once", async () => {
    const port = await findFreePort();
    const connection = connectProducer(`redis://127.0.0.1:${port}`, createRecordedEvents());
    const began = performance.now();
    const { health } = await begin({ connection });

    expect(performance.now() - began).toBeLessThan(2_300);
    expect(health.caution.whyNot()).toContain("Redis has not told the time");

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
});

/** How often Redis was asked that. */
async function commandCount(command: string): Promise<number> {
  const { redis: line } = await connections.producer();
  const stats = await line.info("commandstats");
  return Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(stats)?.[1] ?? 0);
}
