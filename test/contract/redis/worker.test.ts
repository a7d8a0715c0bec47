import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Queue } from "bullmq";
import { describe, expect, test } from "vitest";
import { createDeliveryCounter, createDeliveryDesk } from "../../../src/jobs/delivery-desk.ts";
import { DELIVERIES, openQueue, PREFIX, WAKES } from "../../../src/jobs/queues.ts";
import type { Ref } from "../../../src/workflows/ports.ts";
import { createRecordedEvents } from "../../fakes/recorded-events.ts";
import { NOON } from "../../fakes/samples.ts";
import { useGuardian, useRedis } from "../../workbench/for-tests.ts";
import { readEverything } from "../redis-for-contracts.ts";
import { grant, ids, useWorkerStage } from "./worker-stage.ts";

const fixture = fileURLToPath(new URL("worker.fixture.ts", import.meta.url));
const guardian = useGuardian();
const redis = useRedis(guardian);
const stage = useWorkerStage(() => redis.current.url);

describe("a wake", () => {
  test("for now is run at once, with kind and id and nothing else", async () => {
    const refs: Ref[] = [];
    await stage.start({ reconcile: async (ref) => refs.push(ref) });

    await stage.wake({ kind: "request", id: "abcdefghij" }, 4, Date.now());

    await expect.poll(() => refs).toEqual([{ kind: "request", id: "abcdefghij" }]);
  });

  test("for later is run at its moment: never before, and within 150 ms", async () => {
    const { seen } = await stage.start();
    const at = Date.now() + 700;

    await stage.wake(grant("abcdefghija"), 1, at);
    await expect.poll(() => seen, { timeout: 5_000 }).toHaveLength(1);

    const late = (seen[0]?.at ?? 0) - at;
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThan(150);
  });

  test("asked for many times is run once, and can be asked for again afterwards", async () => {
    const { seen } = await stage.start();
    const at = Date.now() + 300;

    await Promise.all(Array.from({ length: 20 }, () => stage.wake(grant("abcdefghija"), 1, at)));
    await expect.poll(() => seen).toHaveLength(1);
    await stage.nothingLeft();
    await stage.wake(grant("abcdefghija"), 1, Date.now() - 1);

    await expect.poll(() => ids(seen)).toEqual(["abcdefghija", "abcdefghija"]);
  });

  test("may ask for another of the same version while it runs, as a look at the timer does", async () => {
    let looks = 0;
    const { seen } = await stage.start({
      reconcile: async (ref) => {
        looks += 1;
        if (looks < 4) await stage.wake(ref, 1, Date.now() + 50);
      },
    });

    await stage.wake(grant("abcdefghija"), 1, Date.now() + 50);

    await expect.poll(() => seen, { timeout: 3_000 }).toHaveLength(4);
  });

  test("that fails comes again, and no later one waits for it", async () => {
    let broken = true;
    const { seen } = await stage.start({
      reconcile: async ({ id }) => {
        if (id === "troubled" && broken) throw new Error("prod does not answer");
      },
    });

    await stage.wake(grant("troubled"), 1, Date.now());
    await expect.poll(() => ids(seen)).toContain("troubled");
    await stage.wake(grant("troubled"), 2, Date.now());
    await stage.wake(grant("another"), 1, Date.now());
    await expect.poll(() => ids(seen).filter((id) => id === "troubled").length).toBeGreaterThanOrEqual(2);
    broken = false;

    await expect.poll(() => ids(seen)).toContain("another");
    await stage.nothingLeft();
  });

  test("leaves neither its result nor the words of its failure in Redis, and tells the log why it failed", async () => {
    let tries = 0;
    const { events } = await stage.start({
      reconcile: async () => {
        tries += 1;
        if (tries < 3) throw Object.assign(new Error("CANARY in the message"), { name: "CANARY" });
        return "CANARY as result";
      },
    });
    const found: string[] = [];

    await stage.wake(grant("abcdefghija"), 1, Date.now());
    await expect
      .poll(
        async () => {
          const holding = (await readEverything(stage.line)).filter(({ value }) => value.includes("CANARY"));
          found.push(...holding.map(({ key }) => key));
          return tries;
        },
        { timeout: 5_000, interval: 20 },
      )
      .toBe(3);
    await stage.nothingLeft();

    expect(found).toEqual([]);
    expect(events.failures.map(({ what }) => what)).toEqual(["wake not done yet", "wake not done yet"]);
    expect(String(events.failures[0]?.cause)).toContain("CANARY in the message");
  });

  test("that says nothing is dropped with a line in the log, and the others go on", async () => {
    const { seen, events } = await stage.start();
    const queue = stage.queue();

    await queue.add("wake", { kind: "planet", id: 7 }, { removeOnComplete: true });
    await stage.wake(grant("abcdefghija"), 1, Date.now());

    await expect.poll(() => ids(seen)).toEqual(["abcdefghija"]);
    await expect.poll(() => events.failures.map(({ what }) => what)).toEqual(["a job that says nothing"]);
  });
});

test("deliveries and their checks reach the worker with what they carry", async () => {
  const heard: unknown[] = [];
  const deliveries = openQueue(DELIVERIES, stage.line, createRecordedEvents());
  const counter = createDeliveryCounter(stage.line, await stage.connections.consumer(), deliveries);
  await stage.start({
    deliver: async (id) => heard.push(["deliver", id]),
    checkDelivery: async (id, of, n) => heard.push(["check", id, of, n]),
  });

  await counter.ask({ id: "click", grant: "abcdefghija", person: "mia", key: {}, at: NOON });
  await createDeliveryDesk(stage.line, deliveries).checkLater("click", "abcdefghija", 2);
  const queue = new Queue(DELIVERIES, { connection: stage.line, prefix: PREFIX });
  const check = await queue.getJob("check-click-2");
  await check?.promote();

  await expect.poll(() => heard).toEqual(expect.arrayContaining([["deliver", "click"]]));
  await expect.poll(() => heard).toEqual(expect.arrayContaining([["check", "click", "abcdefghija", 2]]));
});

describe("when a worker is killed", () => {
  test("the job it was at is taken over within 9 s, and what is due later comes on time", async () => {
    const child = startProcess("first");
    await expect.poll(() => child.readLog(), { timeout: 10_000 }).toContain("ready");
    await stage.wake(grant("hanging"), 1, Date.now());
    await expect.poll(() => child.readLog(), { timeout: 5_000 }).toContain("looking at hanging");
    const due = Date.now() + 2_000;
    await stage.wake(grant("later"), 1, due);

    child.signal("SIGKILL");
    await child.exited;
    const killedAt = Date.now();
    const { seen, events } = await stage.start();

    await expect.poll(() => ids(seen), { timeout: 10_000 }).toEqual(expect.arrayContaining(["later", "hanging"]));
    const when = (id: string) => seen.find((look) => look.id === id)?.at ?? 0;
    expect(when("hanging") - killedAt).toBeLessThan(9_500);
    expect(when("later") - due).toBeLessThan(500);
    expect(events.happenings.map(({ what }) => what)).toContain("job taken over from a worker that died");
  });

  test("and nobody was there at the moment, a wake comes as soon as a worker does", async () => {
    const due = Date.now() + 100;
    await stage.wake(grant("abcdefghija"), 1, due);
    await expect.poll(() => Date.now()).toBeGreaterThan(due);
    const { seen } = await stage.start();

    await expect.poll(() => ids(seen)).toEqual(["abcdefghija"]);
  });

  function startProcess(name: string) {
    return guardian.spawn(name, process.execPath, [fixture, redis.current.url]);
  }
});

test("after Redis was away for longer than a blocking read, overdue wakes are run (bullmq#4585)", async () => {
  const { seen, events } = await stage.start();
  await stage.line.config("SET", "appendfsync", "always");
  await stage.wake(grant("overdue"), 1, Date.now() + 2_000);
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
    const { worker, seen } = await stage.start({
      reconcile: async ({ id }) => {
        await gate.promise;
        done.push(id);
      },
    });
    await stage.wake(grant("in-hand"), 1, Date.now());
    await expect.poll(() => seen).toHaveLength(1);

    const closed = worker.close();
    gate.resolve();
    await closed;
    await stage.wake(grant("too-late"), 1, Date.now());

    expect(done).toEqual(["in-hand"]);
    expect(await stage.line.keys(`${PREFIX}:${WAKES}:g-*`)).toEqual([`${PREFIX}:${WAKES}:g-too-late-1-now`]);
  });

  test("is bounded while Redis hangs (bullmq#4656)", async () => {
    const { worker } = await stage.start();
    redis.current.pause();
    const began = performance.now();

    await worker.close(600);

    expect(performance.now() - began).toBeLessThan(900);
    redis.current.resume();
  });
});
