import { describe, expect, test } from "vitest";
import { createServerClock } from "../../../src/jobs/server-clock.ts";
import { NOON } from "../../fakes/samples.ts";
import { type ConnectionsUnderTest, emptied } from "../redis-for-contracts.ts";
import type { HealthStage } from "./health-stage.ts";

/** An empty Redis for each test, as it should be. */
export interface HealthUnderTest extends HealthStage {
  readonly connections: ConnectionsUnderTest;
  restart(): Promise<void>;
}

/** Takes a stage; declares what is found out of every Redis: what it is set to, its clock, and what it has forgotten. */
export function describeHealth(stage: HealthUnderTest): void {
  test.each([
    [
      "maxmemory-policy",
      "allkeys-lru",
      "Redis may throw away what is recorded (maxmemory-policy is allkeys-lru): set noeviction",
    ],
    ["appendonly", "no", "Redis forgets what is recorded when it stops (appendonly is no): set appendonly yes"],
  ])("%s %s: endings only until it is mended, each said once", async (name, value, sentence) => {
    const { redis: line } = await stage.connections.producer();
    await line.config("SET", name, value);
    const { health, said, until } = await stage.begin();

    expect(health.caution.whyNot()).toBe(sentence);
    expect(said().filter(([what]) => what === "endings only")).toEqual([["endings only", sentence]]);

    await line.config("SET", name, name === "appendonly" ? "yes" : "noeviction");
    await until(() => health.caution.whyNot()).toBeNull();
    expect(said().filter(([what]) => what === "endings only" || what === "granting again")).toEqual([
      ["endings only", sentence],
      ["granting again", null],
    ]);
  });

  describe("clocks", () => {
    test.each([
      [7_200, "this machine's clock is 7.2 s ahead of Redis': set both by NTP"],
      [-6_000, "this machine's clock is 6.0 s behind Redis': set both by NTP"],
      [4_500, null],
    ])("%i ms apart", async (ms, sentence) => {
      const { health } = await stage.begin({ wall: () => Date.now() + ms });

      expect(health.caution.whyNot()?.replace(/\d\.\d/, (ms / 1000).toFixed(1).replace("-", "")) ?? null).toBe(
        sentence,
      );
      expect(Math.abs(health.skewMs() - ms)).toBeLessThan(100);
    });

    test("the server's clock is set by Redis' time", async () => {
      const steps: number[] = [];
      const clock = createServerClock({ start: NOON, stepped: (ms) => steps.push(ms) });

      await stage.begin({ clock });

      expect(Math.abs(clock.now() - Date.now())).toBeLessThan(100);
      expect(steps).toHaveLength(1);
    });
  });

  describe("what Redis has forgotten", () => {
    test("P11 · after a FLUSHALL is put back, again and again until that works", async () => {
      const losses: string[] = [];
      const { again, events } = await stage.begin({
        forgotten: async (loss) => {
          losses.push(loss);
          if (losses.length === 2) throw new Error("a cluster does not answer");
        },
      });
      await expect.poll(stage.epoch).toMatch(/^settled /);

      await emptied((await stage.connections.producer()).redis);
      again();
      await expect.poll(() => losses).toHaveLength(2);
      expect(await stage.epoch()).toMatch(/^pending /);
      again();
      await expect.poll(() => losses).toHaveLength(3);

      await expect.poll(stage.epoch).toMatch(/^settled /);
      const [atStart, flushed, flushedStill] = losses;
      expect([flushed === atStart, flushedStill === flushed]).toEqual([false, true]);
      expect(events.failures.map(({ what }) => what)).toContain("what Redis has forgotten is not put back yet");
    });

    test("P11 · while it is being put back is noticed too", async () => {
      const gate = Promise.withResolvers<void>();
      let calls = 0;
      const { until } = await stage.begin({
        forgotten: () => {
          calls += 1;
          return calls === 1 ? gate.promise : Promise.resolve();
        },
      });
      await expect.poll(() => calls).toBe(1);

      await emptied((await stage.connections.producer()).redis);
      gate.resolve();
      await until(() => calls).toBe(2);

      await expect.poll(stage.epoch).toMatch(/^settled /);
    });

    test("P11 · is put back after a worker died over it", async () => {
      const dead = await stage.begin({ forgotten: () => new Promise(() => undefined) });
      await expect.poll(stage.epoch).toMatch(/^pending /);
      await dead.health.close();

      let calls = 0;
      await stage.begin({ forgotten: async () => (calls += 1) });

      await expect.poll(() => calls).toBe(1);
      await expect.poll(stage.epoch).toMatch(/^settled /);
    });

    test("P11 · is put back when another Redis answers, though all seems to be there", async () => {
      const losses: string[] = [];
      await stage.begin({ forgotten: async (loss) => losses.push(loss) });
      await expect.poll(stage.epoch).toMatch(/^settled /);

      await stage.restart();

      await expect.poll(() => losses, { timeout: 5_000 }).toHaveLength(2);
      expect(new Set(losses).size).toBe(2);
    });

    test("P11 · is put back by the first worker that starts where another Redis took over while none lived", async () => {
      const before = await stage.begin({ forgotten: async () => undefined });
      await expect.poll(stage.epoch).toMatch(/^settled /);
      await before.health.close();
      await stage.restart();

      let calls = 0;
      await stage.begin({ forgotten: async () => (calls += 1) });

      await expect.poll(() => calls).toBe(1);
    });

    test("P11 · is put back before anything is granted, and so is what another line may lead to", async () => {
      const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      let calls = 0;
      const { health } = await stage.begin({ forgotten: async () => gates[calls++]?.promise });
      const whyNot = () => health.caution.whyNot();
      expect(whyNot()).toMatch(/^Redis may have forgotten endings/);

      gates[0]?.resolve();
      await expect.poll(whyNot).toBeNull();
      await stage.restart();
      await expect.poll(() => calls).toBe(2);
      expect(whyNot()).toMatch(/^Redis may have forgotten endings/);

      gates[1]?.resolve();
      await expect.poll(whyNot).toBeNull();
    });

    test("P11 · is put back by each worker that noticed, though another one was first", async () => {
      const losses: string[] = [];
      const { health, events, again } = await stage.begin({
        forgotten: async (loss) => {
          losses.push(loss);
          if (losses.length === 1) throw new Error("the ledger cannot be read");
        },
      });
      await expect.poll(() => events.failures).toHaveLength(1);
      await stage.begin({ forgotten: async () => undefined });
      await expect.poll(stage.epoch).toMatch(/^settled /);

      again();

      await expect.poll(() => health.caution.whyNot()).toBeNull();
      expect([losses.length, new Set(losses).size]).toEqual([2, 1]);
    });

    test("P11 · nothing is granted before it was seen whether this Redis is the one from before", async () => {
      const connection = await stage.connections.producer();
      const get = connection.redis.get.bind(connection.redis);
      let asked = 0;
      const getLater = (key: string) => (asked++ < 2 ? Promise.reject(new Error("cut off")) : get(key));
      Object.assign(connection.redis, { get: getLater });

      const { health, said, until } = await stage.begin({ connection, forgotten: async () => undefined });
      expect(health.caution.whyNot()).toMatch(/^Redis has not said over a new line/);
      expect(said().filter(([what]) => what === "endings only")).toEqual([["endings only", health.caution.whyNot()]]);

      await until(() => health.caution.whyNot()).toBeNull();
      await expect.poll(() => said().map(([what]) => what)).toContain("granting again");
      const news = said().filter(([what]) => what === "endings only" || what === "granting again");
      expect(news.map(([what]) => what)).toEqual(["endings only", "granting again"]);
    });

    test("P11 · is said to keep from granting where it takes longer than until the next look", async () => {
      const gate = Promise.withResolvers<void>();
      const { said, until } = await stage.begin({ forgotten: () => gate.promise });
      const news = () => said().filter(([what]) => what !== "what survives");

      await until(() => news().map(([what]) => what)).toEqual(["endings only"]);
      gate.resolve();

      await until(() => news().map(([what]) => what)).toContain("granting again");
      expect(news()[0]?.[1]).toMatch(/^Redis may have forgotten endings/);
    });

    test("is no business of the bot's: it leaves the epoch alone", async () => {
      await stage.begin();

      expect(await stage.epoch()).toBeNull();
    });
  });
}
