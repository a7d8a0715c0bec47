import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Access } from "../workflows/ports.ts";
import { createAlarms } from "./alarms.ts";

const NOON = 1_780_315_200_000;
const ACCESS: Access = { id: "abcdefghija", cluster: "prod", namespaces: ["payments"], end: NOON + 60_000 };

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

function setUp(clock = { now: () => Date.now() }) {
  const rung: { id: string; at: number }[] = [];
  const ring = async ({ id }: Access) => void rung.push({ id, at: clock.now() });
  return { rung, alarms: createAlarms({ clock, ring }) };
}

test("P1 · an alarm rings at the end, once, and not a millisecond before", () => {
  const { rung, alarms } = setUp();
  alarms.set(ACCESS, 0);

  vi.advanceTimersByTime(59_999);
  expect(rung).toEqual([]);
  vi.advanceTimersByTime(60_000);

  expect(rung).toEqual([{ id: ACCESS.id, at: ACCESS.end }]);
});

test("one whose end has passed rings at once", () => {
  const { rung, alarms } = setUp();

  alarms.set({ ...ACCESS, end: NOON - 5000 }, 0);
  vi.advanceTimersByTime(0);

  expect(rung).toEqual([{ id: ACCESS.id, at: NOON }]);
});

test("of two for one grant the one that rings sooner stays", () => {
  const { rung, alarms } = setUp();
  alarms.set(ACCESS, 1000);
  alarms.set(ACCESS, 0);
  alarms.set(ACCESS, 1000);

  vi.advanceTimersByTime(120_000);

  expect(rung).toEqual([{ id: ACCESS.id, at: ACCESS.end }]);
});

test("one that is forgotten never rings, and neither does any after closing", () => {
  const { rung, alarms } = setUp();
  alarms.set(ACCESS, 0);
  alarms.set({ ...ACCESS, id: "other" }, 0);

  alarms.forget(ACCESS.id);
  alarms.close();
  vi.advanceTimersByTime(120_000);

  expect(rung).toEqual([]);
});

test("an end more than 24 days off, further than Node's timers reach, still rings at its end", () => {
  const { rung, alarms } = setUp();
  const end = NOON + 40 * 86_400_000;
  alarms.set({ ...ACCESS, end }, 0);

  vi.advanceTimersByTime(39 * 86_400_000);
  expect(rung).toEqual([]);
  vi.advanceTimersByTime(86_400_000);

  expect(rung).toEqual([{ id: ACCESS.id, at: end }]);
});

test("where the clock was behind by a sleep of the machine, the alarms set anew ring by the corrected one", () => {
  let slept = 0;
  const { rung, alarms } = setUp({ now: () => Date.now() + slept });
  alarms.set(ACCESS, 0);

  slept = 50_000;
  alarms.setAnew();
  vi.advanceTimersByTime(10_000);

  expect(rung).toEqual([{ id: ACCESS.id, at: ACCESS.end }]);
});

test("where the clock is put back, nothing ends early", () => {
  let ahead = 30_000;
  const { rung, alarms } = setUp({ now: () => Date.now() + ahead });
  alarms.set(ACCESS, 0);

  ahead = 0;
  vi.advanceTimersByTime(30_000);
  expect(rung).toEqual([]);
  vi.advanceTimersByTime(30_000);

  expect(rung).toEqual([{ id: ACCESS.id, at: ACCESS.end }]);
});
