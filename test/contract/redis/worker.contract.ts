import { describe, expect, test } from "vitest";
import { PREFIX, WAKES } from "../../../src/jobs/queues.ts";
import type { Ref } from "../../../src/workflows/ports.ts";
import { readEverything } from "../redis-for-contracts.ts";
import { grant, ids, type WorkerStage } from "./worker-stage.ts";

/** Takes a stage; declares what every worker promises of wakes. */
export function describeWorker(stage: WorkerStage): void {
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

    test("for which nobody was there at the moment, a wake comes as soon as a worker does", async () => {
      const due = Date.now() + 100;
      await stage.wake(grant("abcdefghija"), 1, due);
      await expect.poll(() => Date.now()).toBeGreaterThan(due);
      const { seen } = await stage.start();

      await expect.poll(() => ids(seen)).toEqual(["abcdefghija"]);
    });
  });

  test("closing waits for the job in hand and takes no more", async () => {
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
}
