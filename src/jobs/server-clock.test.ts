import { expect, test } from "vitest";
import { NOON } from "../../test/fakes/samples.ts";
import { createServerClock } from "./server-clock.ts";

/** A clock begun at NOON on a machine that has been up for 5 s, and what it reports. */
function begin() {
  let up = 5_000;
  let wall = NOON;
  const steps: number[] = [];
  const clock = createServerClock({ monotonic: () => up, wall: () => wall, stepped: (ms) => steps.push(ms) });
  return {
    clock,
    steps,
    pass: (ms: number) => {
      up += ms;
      wall += ms;
    },
    sleep: (ms: number) => {
      wall += ms;
    },
  };
}

test("without a server it begins at the machine's own time and goes on evenly, in whole milliseconds", () => {
  const { clock, pass, steps } = begin();
  expect(clock.now()).toBe(NOON);

  pass(90_000.4);

  expect(clock.now()).toBe(NOON + 90_000);
  expect(steps).toEqual([]);
});

test("a server's time sets it, with half of the way there and back allowed for", () => {
  const { clock, pass, steps } = begin();

  clock.correct(NOON + 400, 20);
  pass(1_000);

  expect(clock.now()).toBe(NOON + 1_410);
  expect(steps).toEqual([]);
});

test("an answer that took long moves it only where it proves it wrong", () => {
  const { clock } = begin();
  clock.correct(NOON + 400, 2);

  clock.correct(NOON + 0, 900);
  expect(clock.now()).toBe(NOON + 401);

  clock.correct(NOON + 1_000, 900);
  expect(clock.now()).toBe(NOON + 1_450);
});

test("an answer that took more than a second says nothing", () => {
  const { clock, steps } = begin();

  const answers = [clock.correct(NOON + 60_000, 1_001), clock.correct(NOON + 400, 1_000), clock.correct(NOON, 0)];

  expect(answers).toEqual([false, true, true]);
  expect(clock.now()).toBe(NOON);
  expect(steps).toEqual([]);
});

test("after a sleep, in which nothing was counted, the next answer sets it right and reports the step", () => {
  const { clock, steps, pass, sleep } = begin();
  clock.correct(NOON, 0);
  pass(1_000);
  sleep(3_600_000);

  clock.correct(NOON + 3_601_000, 4);

  expect(clock.now()).toBe(NOON + 3_601_002);
  expect(steps).toEqual([3_600_002]);
});

test("a step back is reported too, and a small correction is not", () => {
  const { clock, steps } = begin();

  clock.correct(NOON - 2_000, 0);
  clock.correct(NOON - 2_900, 0);

  expect(clock.now()).toBe(NOON - 2_900);
  expect(steps).toEqual([-2_000]);
});

test("P1 · one server's wrong time ends nothing early: a far step needs a second witness", () => {
  const { clock, steps, pass } = begin();

  clock.correct(NOON + 3_600_000, 2);
  expect(clock.now()).toBe(NOON);

  clock.witness("prod", NOON + 3_600_000);
  pass(30_000);
  clock.correct(NOON + 3_630_000, 2);
  expect(clock.now()).toBe(NOON + 3_630_001);
  expect(steps).toHaveLength(1);
});

test("where this machine's own time was wrong from the start, a cluster's shows that Redis' is right", () => {
  const { clock } = begin();
  clock.witness("prod", NOON - 59_000);

  clock.correct(NOON - 60_000, 0);

  expect(clock.now()).toBe(NOON - 60_000);
});
