import type { Redis } from "ioredis";
import { describe, expect, test } from "vitest";
import { createRedisStore } from "../../../src/jobs/redis-store.ts";
import type { Commit, Store } from "../../../src/workflows/ports.ts";
import { NOON, SAMPLE_GRANTS, sampleRequest } from "../../fakes/samples.ts";

/** An empty Redis that one replica follows, anew for each test. */
export interface ReplicaStage {
  line(): Promise<Redis>;
  /** A store that knows of the replica. */
  store(): Store;
  pauseReplica(): void;
  resumeReplica(): void;
  stopReplica(): Promise<void>;
  /** The master dies and the replica takes over; returns a line to it. */
  failOver(): Promise<Redis>;
}

/** Takes a stage; declares what the store promises where a replica follows Redis. */
export function describeReplica(stage: ReplicaStage): void {
  describe("while a replica follows Redis", () => {
    test("P5 · what was acknowledged is there after a failover", async () => {
      const saved = await Promise.all(
        Array.from({ length: 50 }, (_, i) => stage.store().commit(asking(`request-${i}`))),
      );
      const after = createRedisStore(await stage.failOver());

      expect(saved).toEqual(Array(50).fill("saved"));
      expect((await after.live()).requests).toHaveLength(50);
    });

    test("that hangs, a commit is recorded or not: nobody knows, and people hear so in time", async () => {
      await stage.store().commit(asking("before"));
      stage.pauseReplica();
      const began = performance.now();

      const outcomes = await Promise.allSettled([1, 2, 3, 4, 5].map((i) => stage.store().commit(asking(`hung-${i}`))));
      stage.resumeReplica();

      expect(performance.now() - began).toBeLessThan(1_500);
      for (const outcome of outcomes) {
        expect(outcome).toMatchObject({
          reason: { name: "StoreUnavailable", recorded: "unknown", message: expect.stringContaining("no replica") },
        });
      }
      await expect
        .poll(() =>
          stage
            .store()
            .commit(asking("again"))
            .catch(() => null),
        )
        .not.toBeNull();
    });

    test("P5 · that hangs, an ending is recorded and told as not yet safe; a read waits for nothing", async () => {
      const { active, ending } = SAMPLE_GRANTS;
      await stage.store().commit({ writes: [{ kind: "grant", expected: null, next: active }], tellings: [], rows: [] });
      stage.pauseReplica();
      const asked = stage
        .store()
        .commit(asking("hung"))
        .catch(() => null);
      const began = performance.now();

      const writes = [{ kind: "grant", expected: active.version, next: ending }] as const;
      const saving = stage
        .store()
        .commit({ writes, tellings: [], rows: [] })
        .catch((cause: unknown) => cause);
      await expect.poll(async () => (await stage.store().grant(active.id))?.state).toBe("ending");
      expect(performance.now() - began).toBeLessThan(300);

      expect(await saving).toMatchObject({ name: "StoreUnavailable", recorded: "unknown" });
      stage.resumeReplica();
      await asked;
    });

    test("that took over without a commit does not count as having it", async () => {
      const line = await stage.line();
      const lagging = createRedisStore(line, {
        replicas: () => {
          // Between the commit and the question Redis loses it, as a failover to a lagging replica does.
          void line.flushall();
          return 1;
        },
      });

      const outcome = await lagging.commit(asking("lost")).catch((cause: unknown) => cause);

      expect(outcome).toMatchObject({ name: "StoreUnavailable", recorded: "unknown" });
    });
  });

  test("where no replica follows, nobody is waited for", async () => {
    await stage.stopReplica();
    const alone = createRedisStore(await stage.line(), { replicas: () => 0 });
    const began = performance.now();

    expect(await alone.commit(asking("alone"))).toBe("saved");

    expect(performance.now() - began).toBeLessThan(200);
  });
}

function asking(id: string): Commit {
  const row = { at: NOON, what: "asked", by: "mia", request: id, grant: null, detail: {} };
  return { writes: [{ kind: "request", expected: null, next: sampleRequest({ id }) }], tellings: [], rows: [row] };
}
