import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createCounter } from "../../test/fakes/delivery-counter.ts";
import { createFakeDesk } from "../../test/fakes/fake-desk.ts";
import { createMemoryDesk } from "../../test/fakes/memory-desk.ts";
import { NOON, sampleRecord } from "../../test/fakes/samples.ts";
import { checkDelivery } from "../workflows/deliver.ts";
import { CHECK_AFTER_MS } from "../workflows/delivery-ports.ts";
import { StoreUnavailable } from "../workflows/trouble.ts";
import type { BotParts } from "./parts.ts";
import { sayReceived } from "./say-received.ts";

const SHOWN = { id: "click", n: 2, askedAt: NOON };

beforeEach(() => void vi.useFakeTimers({ now: NOON }));
afterEach(() => void vi.useRealTimers());

/** A counter whose store fails by this fault for so long from noon on; each try to say it takes a second. */
function stage(awayMs: number, fault: Error = new StoreUnavailable("unknown", "Command timed out")) {
  const clock = { now: () => Date.now() };
  const { desk: worker, counter } = createMemoryDesk(clock);
  const triedAt: number[] = [];
  const received = async (id: string, n: number) => {
    triedAt.push(Date.now() - NOON);
    if (Date.now() >= NOON + awayMs) return counter.received(id, n);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    throw fault;
  };
  const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  const parts: Pick<BotParts, "counter" | "desk" | "log"> = {
    ...{ desk: { ...createFakeDesk(), clock }, counter: { ...counter, received }, log },
  };
  return { worker, triedAt, say: () => sayReceived(parts, SHOWN) };
}

test("P4 · what is shown while Redis hangs is said to be there as soon as Redis answers", async () => {
  const { worker, say } = stage(30_000);

  const said = say();
  await vi.advanceTimersByTimeAsync(32_000);

  expect(await said).toBe(true);
  expect(await worker.received(SHOWN.id, SHOWN.n)).toBe(true);
});

test("where it cannot be said before the check comes, that is known before it comes", async () => {
  const { triedAt, say } = stage(Number.POSITIVE_INFINITY);

  const said = say();
  await vi.advanceTimersByTimeAsync(CHECK_AFTER_MS);

  expect(await said).toBe(false);
  expect(triedAt.at(-1)).toBeGreaterThan(CHECK_AFTER_MS - 5_000);
  expect(triedAt.at(-1)).toBeLessThan(CHECK_AFTER_MS - 1_100);
});

test("what is written down though its answer is lost works on until the next one ends it, as NOT_KEPT says it may", async () => {
  const counter = await createCounter();
  const { bench, desk, jobs } = counter;
  const kubeconfig = await counter.open(await counter.click());
  const received = async (id: string, n: number) => {
    await counter.counter.received(id, n);
    bench.clock.advance(1_100);
    throw new StoreUnavailable("unknown", "Command timed out");
  };
  const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  const parts = { desk: bench, counter: { ...counter.counter, received }, log };
  const works = () => bench.clusters.ask("prod", kubeconfig, "payments") === 200;

  const said = sayReceived(parts, { id: "delivery0", n: 1, askedAt: bench.clock.now() });
  await vi.advanceTimersByTimeAsync(CHECK_AFTER_MS);
  expect(await said).toBe(false);
  bench.clock.advance(CHECK_AFTER_MS);
  for (const job of jobs) if (job.name === "check") await checkDelivery(bench, desk, job);

  expect(works()).toBe(true);
  await bench.people.save(sampleRecord("mia", { readAt: bench.clock.now() }));
  expect(await counter.click()).toMatchObject({ n: 2 });
  expect(works()).toBe(false);
});

test("a fault of ours is not tried again", async () => {
  const { triedAt, say } = stage(Number.POSITIVE_INFINITY, new TypeError("a fault of ours"));

  const said = expect(say()).rejects.toThrow("a fault of ours");
  await vi.advanceTimersByTimeAsync(CHECK_AFTER_MS);

  await said;
  expect(triedAt).toEqual([0]);
});
