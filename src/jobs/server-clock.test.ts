import { expect, test } from "vitest";
import { NOON } from "../../test/fakes/samples.ts";
import { LATE, within } from "./patience.ts";
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

test("P1 · a step that was not believed is taken as soon as a cluster bears witness to it, and reported", () => {
  const { clock, steps, pass } = begin();
  clock.correct(NOON - 60_000, 0);
  expect(clock.now()).toBe(NOON);

  clock.witness("dev", NOON - 20_000);
  expect(clock.now()).toBe(NOON);
  pass(2_000);
  clock.witness("prod", NOON - 58_400);

  expect(clock.now()).toBe(NOON - 58_000);
  expect(steps).toEqual([-60_000]);
});

test("a step that the server took back is not taken later", () => {
  const { clock, steps } = begin();
  clock.correct(NOON - 60_000, 0);
  clock.correct(NOON, 0);

  clock.witness("prod", NOON - 60_000);

  expect(clock.now()).toBe(NOON);
  expect(steps).toEqual([]);
});

test.each<[string, (clock: ReturnType<typeof createServerClock>) => void, boolean]>([
  ["a server that agrees", (clock) => clock.correct(NOON + 2, 10), true],
  ["a server by which it is set", (clock) => clock.correct(NOON + 4_000, 10), true],
  ["a server that nobody believes", (clock) => clock.correct(NOON + 6_000, 10), false],
  ["a server whose answer took too long", (clock) => clock.correct(NOON, 1_001), false],
  ["a cluster that agrees", (clock) => clock.witness("prod", NOON - 5_000), true],
  ["a cluster that does not", (clock) => clock.witness("prod", NOON - 5_001), false],
])("whether it is settled by %s", async (_, hear, isSettled) => {
  const { clock } = begin();

  hear(clock);

  expect((await within(clock.settled, 0)) !== LATE).toBe(isSettled);
});
