import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { createBullWaker } from "../../../src/jobs/bull-waker.ts";
import { openQueue, PREFIX, WAKES } from "../../../src/jobs/queues.ts";
import { backOff } from "../../../src/jobs/worker.ts";
import { ClusterTrouble } from "../../../src/workflows/trouble.ts";
import { createRecordedEvents } from "../../fakes/recorded-events.ts";
import { useRedis } from "../../workbench/for-tests.ts";
import { readEverything, useConnections } from "../redis-for-contracts.ts";
import { grant, ids, useWorkerStage } from "./worker-stage.ts";

const redis = useRedis();
const stage = useWorkerStage(useConnections(() => redis.current.url));

describe("a wake that is not done yet", () => {
  test.each([
    ["as long as the cluster asks for", 1_500, 1_500],
    ["a minute at most, whatever the cluster asks for", 3_600_000, 60_000],
  ])("waits %s", async (_, retryAfterMs, expected) => {
    await stage.start({
      reconcile: async () => {
        throw new ClusterTrouble("prod", "prod is too busy to bind", { retryAfterMs });
      },
    });
    const began = Date.now();

    await stage.wake(grant("abcdefghija"), 1, began);
    const queue = stage.queue();
    await expect.poll(async () => (await queue.getDelayed())[0]?.delay).toBe(expected);

    expect(JSON.stringify(await readEverything(stage.line))).not.toContain("busy");
  });

  test("comes again at its moment when this machine's clock brought it too early", async () => {
    let ahead = 60_000;
    const clock = { now: () => Date.now() - ahead };
    const { seen, events } = await stage.start({ clock });
    const early = createBullWaker(openQueue(WAKES, stage.line, createRecordedEvents()), { now: () => Date.now() });
    await early.wake(grant("abcdefghija"), 1, Date.now() + 50);

    const queue = stage.queue();
    await expect.poll(async () => (await queue.getDelayed())[0]?.delay ?? 0).toBeGreaterThan(58_000);
    expect(seen).toEqual([]);
    expect(events.failures).toEqual([]);
    ahead = 0;
    await (await queue.getDelayed())[0]?.promote();

    await expect.poll(() => ids(seen)).toEqual(["abcdefghija"]);
  });
});

test("the waits between tries grow from half a second to fifteen, and no further", () => {
  const waits = [1, 2, 3, 4, 5, 6, 7, 20, 5_000].map((tries) => backOff(tries));

  expect(waits[0]).toBeLessThanOrEqual(500);
  for (const wait of waits) expect(wait).toBeGreaterThanOrEqual(375);
  for (const wait of waits) expect(wait).toBeLessThanOrEqual(15_000);
  expect(waits.at(-1)).toBeGreaterThanOrEqual(11_250);
});

test("a wake takes little room in Redis: none of its fields is too long for the short form", async () => {
  const at = Date.now() + 30 * 24 * 3_600_000;

  await stage.wake(grant("abcdefghija"), 9_999, at);

  const [name = ""] = await stage.line.keys(`${PREFIX}:${WAKES}:g-*`);
  expect(await stage.line.object("ENCODING", name)).toMatch(/^(listpack|ziplist)$/);
  expect(await stage.line.memory("USAGE", name)).toBeLessThan(320);
});

test("P12 · a thousand looks at clusters that do not answer stay in one worker's hands, and keep no other waiting", async () => {
  const gate = Promise.withResolvers<void>();
  const { seen, events } = await stage.start({
    reconcile: async ({ id }) => {
      if (id.startsWith("silent")) await gate.promise;
    },
  });
  await Promise.all(Array.from({ length: 990 }, (_, i) => stage.wake(grant(`silent-${i}`), 1, Date.now())));
  await expect.poll(() => seen.length, { timeout: 20_000 }).toBe(990);

  // Longer than a lock lasts, and than it takes to find it lost.
  await wait(8_000);
  const at = Date.now();
  await stage.wake(grant("healthy"), 1, at);
  await expect.poll(() => ids(seen)).toContain("healthy");

  expect((seen.at(-1)?.at ?? 0) - at).toBeLessThan(500);
  expect(seen).toHaveLength(991);
  expect([events.happenings, events.failures]).toEqual([[], []]);
  gate.resolve();
  await stage.nothingLeft();
});

test("P12 · thirty looks at a cluster that does not answer keep no other waiting", async () => {
  const { seen } = await stage.start({
    reconcile: async ({ id }) => {
      if (id.startsWith("silent")) await new Promise(() => undefined);
    },
  });
  await Promise.all(Array.from({ length: 30 }, (_, i) => stage.wake(grant(`silent-${i}`), 1, Date.now())));
  await expect.poll(() => seen, { timeout: 5_000 }).toHaveLength(30);

  const at = Date.now();
  await stage.wake(grant("healthy"), 1, at);

  await expect.poll(() => ids(seen)).toContain("healthy");
  expect((seen.at(-1)?.at ?? 0) - at).toBeLessThan(500);
});
