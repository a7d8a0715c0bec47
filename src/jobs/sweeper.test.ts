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

  expect(events.failures).toMatchObject([{ what: "sweep failed", cause: new Error("prod does not answer") }]);
});

test("P12 · a sweep that hangs does not keep the next one from coming", async () => {
  let sweeps = 0;
  const hanging = () => {
    sweeps += 1;
    return new Promise<void>(() => {});
  };
  const sweeper = startSweeper({ what: "sweep", everyMs: 5, sweep: hanging, events: createRecordedEvents() });

  await expect.poll(() => sweeps).toBeGreaterThan(3);

  await sweeper.close();
});

test("a sweep that is quick is waited for: the next one comes when its time has come, not before", async () => {
  const began: number[] = [];
  const sweep = async () => void began.push(performance.now());
  const sweeper = startSweeper({ what: "sweep", everyMs: 100, sweep, events: createRecordedEvents() });

  await expect.poll(() => began.length).toBeGreaterThan(3);
  await sweeper.close();

  for (const [i, at] of began.entries()) expect(at - (began[i - 1] ?? 0)).toBeGreaterThan(60);
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
