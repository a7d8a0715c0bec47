import { expect, test } from "vitest";
import { createRecordedEvents } from "../../test/fakes/recorded-events.ts";
import { startSweeper } from "./sweeper.ts";

test("a sweep comes at once and then again and again, also after one that failed", async () => {
  const events = createRecordedEvents();
  let sweeps = 0;
  const sweeper = startSweeper({
    what: "sweep",
    everyMs: 5,
    sweep: async () => {
      sweeps += 1;
      if (sweeps === 2) throw new Error("prod does not answer");
    },
    events,
  });
  expect(sweeps).toBe(1);

  await expect.poll(() => sweeps).toBeGreaterThan(3);
  await sweeper.close();

  expect(events.failures).toEqual([{ what: "sweep failed", cause: new Error("prod does not answer") }]);
});

test("two sweeps never run at a time, however long one takes", async () => {
  let running = 0;
  let most = 0;
  let sweeps = 0;
  const sweeper = startSweeper({
    what: "sweep",
    everyMs: 1,
    sweep: async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 10));
      running -= 1;
      sweeps += 1;
    },
    events: createRecordedEvents(),
  });

  await expect.poll(() => sweeps).toBeGreaterThan(3);
  await sweeper.close();

  expect(most).toBe(1);
  expect(running).toBe(0);
});

test("after closing no sweep begins, and a wait of hours does not hold it up", async () => {
  let sweeps = 0;
  const sweep = async () => {
    sweeps += 1;
  };
  const sweeper = startSweeper({ what: "sweep", everyMs: 3_600_000, sweep, events: createRecordedEvents() });
  const began = performance.now();

  await sweeper.close();

  expect(performance.now() - began).toBeLessThan(500);
  expect(sweeps).toBe(1);
});
