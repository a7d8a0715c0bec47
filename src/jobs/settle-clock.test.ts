import { expect, test } from "vitest";
import { NOON, SAMPLE_FACTS } from "../../test/fakes/samples.ts";
import { createServerClock } from "./server-clock.ts";
import { createSettling } from "./settle-clock.ts";

const MINUTE_MS = 60_000;

/** A process whose machine is a minute ahead, and the clusters that it asks for their time, by what each says. */
function startAhead(said: Readonly<Record<string, () => Promise<number>>>) {
  const asked: string[] = [];
  const clock = createServerClock({ monotonic: () => 0, wall: () => NOON + MINUTE_MS });
  const facts = async (id: string) => {
    asked.push(id);
    clock.witness(id, (await said[id]?.()) ?? 0);
    return SAMPLE_FACTS;
  };
  const settle = createSettling({ clock, clusters: { ids: Object.keys(said), facts } });
  return { clock, settle, asked };
}

const never = () => new Promise<never>(() => undefined);

test("P1 · what a machine that is ahead takes for past is not, once Redis and one cluster have told the time", async () => {
  const { clock, settle } = startAhead({ silent: never, prod: async () => NOON + 300 });

  clock.correct(NOON, 0);
  await settle();

  expect(clock.now()).toBe(NOON);
});

test("where Redis and the machine agree nobody else is asked", async () => {
  const { clock, settle, asked } = startAhead({ prod: never });

  const first = settle();
  clock.correct(NOON + MINUTE_MS, 0);
  await Promise.all([first, settle()]);

  expect(asked).toEqual([]);
});

test("P1 · with Redis away a cluster's word is enough, and all who wait for it ask it once", async () => {
  const { clock, settle, asked } = startAhead({ prod: async () => NOON + MINUTE_MS });

  await Promise.all([settle(), settle()]);
  await settle();

  expect(asked).toEqual(["prod"]);
  expect(clock.now()).toBe(NOON + MINUTE_MS);
});

test("P1 · where nobody bears witness, what is to end waits until all were asked, and then for nobody", async () => {
  const { clock, settle, asked } = startAhead({ prod: never });
  const began = performance.now();
  clock.correct(NOON, 0);

  await settle();
  const waitedMs = performance.now() - began;
  clock.witness("prod", NOON);
  await settle();

  expect(waitedMs).toBeGreaterThan(4_400);
  expect(clock.now()).toBe(NOON);
  expect(asked).toEqual(["prod"]);
});

test("a cluster that cannot be asked keeps nobody waiting, and is asked again at the next call", async () => {
  const { settle, asked } = startAhead({ prod: async () => Promise.reject(new Error("no way")) });

  await settle();
  await settle();

  expect(asked).toEqual(["prod", "prod"]);
});
