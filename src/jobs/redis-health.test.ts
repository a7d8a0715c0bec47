import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { createRecordedEvents } from "../../test/fakes/recorded-events.ts";
import { NOON } from "../../test/fakes/samples.ts";
import type { Connection } from "./redis.ts";
import { startRedisHealth, TIME_UNREAD } from "./redis-health.ts";
import { createServerClock } from "./server-clock.ts";

const INFO = "role:master\r\nredis_version:7.4.0\r\nmaxmemory_policy:noeviction\r\naof_enabled:1";

/**
 * A Redis whose time is noon, and which hangs until `answer`; it tells the time only after so many milliseconds. A new line
 * makes who asks ask at once.
 */
function hangingRedis({ slow = [] }: { slow?: number[] } = {}) {
  let hangs = true;
  const askAgain: (() => void)[] = [];
  const says = (answer: unknown) => async () => {
    if (hangs) throw new Error("Command timed out");
    return answer;
  };
  const time = async () => {
    await wait(slow.shift() ?? 0);
    return says([NOON / 1000, 0])();
  };
  const redis = {
    ...{ info: says(INFO), config: says(["appendfsync", "always"]), time },
    ...{ on: (_: string, hear: () => void) => askAgain.push(hear), off: () => undefined },
  };
  const turn = (to: boolean) => {
    hangs = to;
    for (const hear of askAgain) hear();
  };
  return { connection: { redis } as unknown as Connection, answer: () => turn(false), hang: () => turn(true) };
}

test("nothing is granted by a machine's own time before Redis was asked for its own once; after that silence changes nothing", async () => {
  const { connection, answer, hang } = hangingRedis();
  const wall = () => NOON + 3_000;
  const clock = createServerClock({ wall });
  const events = createRecordedEvents();
  const health = await startRedisHealth({ connection, clock, events, wall });
  const said = () =>
    events.happenings.map(({ what }) => what).filter((what) => !["what survives", "clock skew"].includes(what));

  expect(health.caution.whyNot()).toBe(TIME_UNREAD);
  expect(said()).toEqual(["endings only"]);

  answer();
  await expect.poll(() => health.caution.whyNot()).toBeNull();
  expect(Math.abs(clock.now() - NOON)).toBeLessThan(1_000);
  hang();
  expect(health.caution.whyNot()).toBeNull();
  expect(said()).toEqual(["endings only", "granting again"]);
  await health.close();
});

test("P5 · one replica is taken for granted until Redis has said how many there are", async () => {
  const { connection, answer } = hangingRedis();
  const clock = createServerClock({ wall: () => NOON });
  const health = await startRedisHealth({ connection, clock, events: createRecordedEvents(), wall: () => NOON });

  expect(health.replicas()).toBe(1);
  answer();
  await expect.poll(() => health.replicas()).toBe(0);
  await health.close();
});

test("a machine's clock that is an hour ahead while Redis hangs lets nothing be granted, before and after it answers", async () => {
  const { connection, answer } = hangingRedis();
  const wall = () => NOON + 3_600_000;
  const health = await startRedisHealth({
    connection,
    clock: createServerClock({ wall }),
    events: createRecordedEvents(),
    wall,
  });

  expect(health.caution.whyNot()).toBe(TIME_UNREAD);
  answer();
  await expect.poll(() => health.caution.whyNot()).toContain("3600.0 s ahead of Redis'");
  await health.close();
});

test("an answer that took more than a second sets no clock, so nothing is granted before the next one", async () => {
  const { connection, answer } = hangingRedis({ slow: [1_020] });
  const wall = () => NOON + 3_000;
  const clock = createServerClock({ wall });
  const events = createRecordedEvents();
  answer();
  const health = await startRedisHealth({ connection, clock, events, wall });
  const early = health.caution.whyNot();

  answer();

  await expect.poll(() => health.caution.whyNot()).toBeNull();
  expect(early).toBe(TIME_UNREAD);
  expect(Math.abs(clock.now() - NOON)).toBeLessThan(1_500);
  expect(events.happenings.map(({ what }) => what).filter((what) => /endings|granting/.test(what))).toEqual([
    "endings only",
    "granting again",
  ]);
  await health.close();
});
