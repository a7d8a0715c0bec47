import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Queue } from "bullmq";
import type { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createBullWaker } from "../../../src/jobs/bull-waker.ts";
import { createDeliveryCounter, createDeliveryDesk } from "../../../src/jobs/delivery-desk.ts";
import { DELIVERIES, openQueue, PREFIX, WAKES } from "../../../src/jobs/queues.ts";
import { backOff, type RunningWorker, startWorker, type WorkerParts } from "../../../src/jobs/worker.ts";
import type { Ref, Waker } from "../../../src/workflows/ports.ts";
import { createRecordedEvents, type RecordedEvents } from "../../fakes/recorded-events.ts";
import { NOON } from "../../fakes/samples.ts";
import { useGuardian, useRedis } from "../../workbench/for-tests.ts";
import { emptied, readEverything, useConnections } from "../redis-for-contracts.ts";

const fixture = fileURLToPath(new URL("worker.fixture.ts", import.meta.url));
const guardian = useGuardian();
const redis = useRedis(guardian);
const connections = useConnections(() => redis.current.url);
const workers: RunningWorker[] = [];
let line: Redis;
let waker: Waker;

beforeEach(async () => {
  line = await emptied((await connections.producer()).redis);
  waker = createBullWaker(openQueue(WAKES, line, createRecordedEvents()), { now: () => Date.now() });
});

afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.close(500)));
});

/** Starts a worker that does what the test wants, and keeps what it was asked to look at, and when. */
async function start(parts: Partial<WorkerParts> = {}) {
  const seen: { readonly id: string; readonly at: number }[] = [];
  const events: RecordedEvents = createRecordedEvents();
  const worker = startWorker({
    connection: await connections.consumer(),
    deliver: async () => undefined,
    checkDelivery: async () => undefined,
    events,
    ...parts,
    reconcile: async (ref) => {
      seen.push({ id: ref.id, at: Date.now() });
      return parts.reconcile?.(ref);
    },
  });
  workers.push(worker);
  await worker.ready();
  return { worker, seen, events };
}

const grant = (id: string): Ref => ({ kind: "grant", id });
const ids = (seen: readonly { readonly id: string }[]) => seen.map(({ id }) => id);

describe("a wake", () => {
  test("for now is run at once, with kind and id and nothing else", async () => {
    const refs: Ref[] = [];
    await start({ reconcile: async (ref) => refs.push(ref) });

    await waker.wake({ kind: "request", id: "abcdefghij" }, 4, Date.now());

    await expect.poll(() => refs).toEqual([{ kind: "request", id: "abcdefghij" }]);
  });

  test("for later is run at its moment: never before, and within 150 ms", async () => {
    const { seen } = await start();
    const at = Date.now() + 700;

    await waker.wake(grant("abcdefghija"), 1, at);
    await expect.poll(() => seen, { timeout: 5_000 }).toHaveLength(1);

    const late = (seen[0]?.at ?? 0) - at;
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThan(150);
  });

  test("asked for many times is run once, and can be asked for again afterwards", async () => {
    const { seen } = await start();
    const at = Date.now() + 300;

    await Promise.all(Array.from({ length: 20 }, () => waker.wake(grant("abcdefghija"), 1, at)));
    await expect.poll(() => seen).toHaveLength(1);
    await nothingLeft();
    await waker.wake(grant("abcdefghija"), 1, Date.now() - 1);

    await expect.poll(() => ids(seen)).toEqual(["abcdefghija", "abcdefghija"]);
  });

  test("may ask for another of the same version while it runs, as a look at the timer does", async () => {
    let looks = 0;
    const { seen } = await start({
      reconcile: async (ref) => {
        looks += 1;
        if (looks < 4) await waker.wake(ref, 1, Date.now() + 50);
      },
    });

    await waker.wake(grant("abcdefghija"), 1, Date.now() + 50);

    await expect.poll(() => seen, { timeout: 3_000 }).toHaveLength(4);
  });

  test("that fails comes again, and no later one waits for it", async () => {
    let broken = true;
    const { seen } = await start({
      reconcile: async ({ id }) => {
        if (id === "troubled" && broken) throw new Error("prod does not answer");
      },
    });

    await waker.wake(grant("troubled"), 1, Date.now());
    await expect.poll(() => ids(seen)).toContain("troubled");
    await waker.wake(grant("troubled"), 2, Date.now());
    await waker.wake(grant("another"), 1, Date.now());
    await expect.poll(() => ids(seen).filter((id) => id === "troubled").length).toBeGreaterThanOrEqual(2);
    broken = false;

    await expect.poll(() => ids(seen)).toContain("another");
    await nothingLeft();
  });

  test("leaves neither its result nor the words of its failure in Redis, and tells the log why it failed", async () => {
    let tries = 0;
    const { events } = await start({
      reconcile: async () => {
        tries += 1;
        if (tries < 3) throw Object.assign(new Error("CANARY in the message"), { name: "CANARY" });
        return "CANARY as result";
      },
    });
    const found: string[] = [];

    await waker.wake(grant("abcdefghija"), 1, Date.now());
    await expect
      .poll(
        async () => {
          const holding = (await readEverything(line)).filter(({ value }) => value.includes("CANARY"));
          found.push(...holding.map(({ key }) => key));
          return tries;
        },
        { timeout: 5_000, interval: 20 },
      )
      .toBe(3);
    await nothingLeft();

    expect(found).toEqual([]);
    expect(events.failures.map(({ what }) => what)).toEqual(["wake not done yet", "wake not done yet"]);
    expect(String(events.failures[0]?.cause)).toContain("CANARY in the message");
  });

  test("that says nothing is dropped with a line in the log, and the others go on", async () => {
    const { seen, events } = await start();
    const queue = new Queue(WAKES, { connection: line, prefix: PREFIX });

    await queue.add("wake", { kind: "planet", id: 7 }, { removeOnComplete: true });
    await waker.wake(grant("abcdefghija"), 1, Date.now());

    await expect.poll(() => ids(seen)).toEqual(["abcdefghija"]);
    await expect.poll(() => events.failures.map(({ what }) => what)).toEqual(["a job that says nothing"]);
  });
});

test("P12 · thirty looks at a cluster that does not answer keep no other waiting", async () => {
  const { seen } = await start({
    reconcile: async ({ id }) => {
      if (id.startsWith("silent")) await new Promise(() => undefined);
    },
  });
  await Promise.all(Array.from({ length: 30 }, (_, i) => waker.wake(grant(`silent-${i}`), 1, Date.now())));
  await expect.poll(() => seen, { timeout: 5_000 }).toHaveLength(30);

  const at = Date.now();
  await waker.wake(grant("healthy"), 1, at);

  await expect.poll(() => ids(seen)).toContain("healthy");
  expect((seen.at(-1)?.at ?? 0) - at).toBeLessThan(500);
});

test("the waits between tries grow from half a second to fifteen, and no further", () => {
  const waits = [1, 2, 3, 4, 5, 6, 7, 20, 5_000].map((tries) => backOff(tries));

  expect(waits[0]).toBeLessThanOrEqual(500);
  for (const wait of waits) expect(wait).toBeGreaterThanOrEqual(375);
  for (const wait of waits) expect(wait).toBeLessThanOrEqual(15_000);
  expect(waits.at(-1)).toBeGreaterThanOrEqual(11_250);
});

test("deliveries and their checks reach the worker with what they carry", async () => {
  const heard: unknown[] = [];
  const deliveries = openQueue(DELIVERIES, line, createRecordedEvents());
  const counter = createDeliveryCounter(line, await connections.consumer(), deliveries);
  await start({
    deliver: async (id) => heard.push(["deliver", id]),
    checkDelivery: async (id, of, n) => heard.push(["check", id, of, n]),
  });

  await counter.ask({ id: "click", grant: "abcdefghija", person: "mia", key: {}, at: NOON });
  await createDeliveryDesk(line, deliveries).checkLater("click", "abcdefghija", 2);
  const queue = new Queue(DELIVERIES, { connection: line, prefix: PREFIX });
  const check = await queue.getJob("check-click-2");
  await check?.promote();

  await expect.poll(() => heard).toEqual(expect.arrayContaining([["deliver", "click"]]));
  await expect.poll(() => heard).toEqual(expect.arrayContaining([["check", "click", "abcdefghija", 2]]));
});

describe("when a worker is killed", () => {
  test("the job it was at is taken over within 8 s, and what is due later comes on time", async () => {
    const child = startProcess("first");
    await expect.poll(() => child.readLog(), { timeout: 10_000 }).toContain("ready");
    await waker.wake(grant("hanging"), 1, Date.now());
    await expect.poll(() => child.readLog(), { timeout: 5_000 }).toContain("looking at hanging");
    const due = Date.now() + 2_000;
    await waker.wake(grant("later"), 1, due);

    child.signal("SIGKILL");
    await child.exited;
    const killedAt = Date.now();
    const { seen, events } = await start();

    await expect.poll(() => ids(seen), { timeout: 10_000 }).toEqual(expect.arrayContaining(["later", "hanging"]));
    const when = (id: string) => seen.find((look) => look.id === id)?.at ?? 0;
    expect(when("hanging") - killedAt).toBeLessThan(8_000);
    expect(when("later") - due).toBeLessThan(500);
    expect(events.happenings.map(({ what }) => what)).toContain("job taken over from a worker that died");
  });

  test("and nobody was there at the moment, a wake comes as soon as a worker does", async () => {
    const due = Date.now() + 100;
    await waker.wake(grant("abcdefghija"), 1, due);
    await expect.poll(() => Date.now()).toBeGreaterThan(due);
    const { seen } = await start();

    await expect.poll(() => ids(seen)).toEqual(["abcdefghija"]);
  });

  function startProcess(name: string) {
    return guardian.spawn(name, process.execPath, [fixture, redis.current.url]);
  }
});

test("after Redis was away for longer than a blocking read, overdue wakes are run (bullmq#4585)", async () => {
  const { seen, events } = await start();
  await line.config("SET", "appendfsync", "always");
  await waker.wake(grant("overdue"), 1, Date.now() + 2_000);
  await redis.current.kill();
  // A blocking read lasts 5 s where nothing is due sooner: the fault shows only after an outage of more than that.
  await wait(5_500);

  await redis.current.restart();
  const backAt = Date.now();

  await expect.poll(() => ids(seen), { timeout: 10_000 }).toEqual(["overdue"]);
  expect((seen[0]?.at ?? 0) - backAt).toBeLessThan(2_000);
  expect(events.failures.length).toBeLessThan(10);
});

describe("closing", () => {
  test("waits for the job in hand and takes no more", async () => {
    const gate = Promise.withResolvers<void>();
    const done: string[] = [];
    const { worker, seen } = await start({
      reconcile: async ({ id }) => {
        await gate.promise;
        done.push(id);
      },
    });
    await waker.wake(grant("in-hand"), 1, Date.now());
    await expect.poll(() => seen).toHaveLength(1);

    const closed = worker.close();
    gate.resolve();
    await closed;
    await waker.wake(grant("too-late"), 1, Date.now());

    expect(done).toEqual(["in-hand"]);
    expect(await line.keys(`${PREFIX}:${WAKES}:grant-*`)).toEqual([`${PREFIX}:${WAKES}:grant-too-late-v1-now`]);
  });

  test("is bounded while Redis hangs (bullmq#4656)", async () => {
    const { worker } = await start();
    redis.current.pause();
    const began = performance.now();

    await worker.close(600);

    expect(performance.now() - began).toBeLessThan(900);
    redis.current.resume();
  });
});

/** Resolves when no job, done or failed, stands in Redis. */
async function nothingLeft(): Promise<void> {
  await expect.poll(() => line.keys(`${PREFIX}:${WAKES}:grant-*`), { timeout: 5_000 }).toEqual([]);
}
