import { expect, test } from "vitest";
import { createFakeClock } from "../../test/fakes/fake-clock.ts";
import { NOON } from "../../test/fakes/samples.ts";
import { createReadings } from "./readings.ts";

function stage() {
  const clock = createFakeClock(NOON);
  const asked: string[] = [];
  const answers = { fails: false };
  const readings = createReadings(async (about) => {
    asked.push(about);
    if (answers.fails) throw new Error("silent");
    return asked.length;
  }, clock);
  return { clock, asked, answers, readings };
}

test("an answer holds for a minute, and a fresh one is asked for at once", async () => {
  const { clock, readings } = stage();

  const values: number[] = [];
  for (const [ms, fresh] of [
    [0, false],
    [60_000, false],
    [1, false],
    [0, true],
  ] as const) {
    clock.advance(ms);
    values.push((await readings.get("S0PAY", fresh)).value);
  }

  expect(values).toEqual([1, 1, 2, 3]);
});

test("a question that failed leaves the answer before it, is asked anew, and both age from when they were asked", async () => {
  const { clock, asked, answers, readings } = stage();
  await readings.get("S0PAY", false);
  answers.fails = true;
  clock.advance(30_000);

  await expect(readings.get("S0PAY", true)).rejects.toThrow("silent");
  expect(readings.recent("S0PAY")).toEqual({ readAt: NOON, value: 1 });
  answers.fails = false;
  expect(await readings.get("S0PAY", true)).toEqual({ readAt: NOON + 30_000, value: 3 });
  expect(asked).toHaveLength(3);
});

test("what is older than a minute is let go of", async () => {
  const { clock, readings } = stage();
  await readings.get("S0PAY", false);
  clock.advance(60_001);

  readings.tidy();
  clock.advance(-30_000);

  expect(readings.recent("S0PAY")).toBeNull();
});
