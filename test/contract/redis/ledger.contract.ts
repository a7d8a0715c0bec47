import type { Redis } from "ioredis";
import { describe, expect, test } from "vitest";
import type { Connection } from "../../../src/jobs/redis.ts";
import { createRedisStore } from "../../../src/jobs/redis-store.ts";
import type { RecordedEvents } from "../../fakes/recorded-events.ts";
import { NOON } from "../../fakes/samples.ts";
import { readFields } from "../redis-for-contracts.ts";

const LEDGER = "{daypass}:ledger";

/** An empty Redis and an empty ledger for each test. */
export interface LedgerStage {
  line(): Redis;
  /** Starts a process' ledger, closed after the test. */
  start(): Promise<{
    readonly ledger: { close(): Promise<void> };
    readonly connection: Connection;
    readonly events: RecordedEvents;
  }>;
  /** What the rows that were written say. */
  written(): string[];
  /** How many rows stand there, where nothing is wrong with them. */
  whole(): Promise<unknown>;
}

/** Takes a stage; declares what the ledger promises wherever it is written. */
export function describeLedger(stage: LedgerStage): void {
  describe("the ledger", () => {
    test("writes what waited and what is added, in order, as a chain that holds, and takes it from Redis", async () => {
      await rememberOn(stage.line(), "asked", "approved");
      await stage.start();
      await nothingLeftOn(stage.line());

      await rememberOn(stage.line(), "active");
      await nothingLeftOn(stage.line());

      expect(stage.written()).toEqual(["asked", "approved", "active"]);
      expect(await stage.whole()).toBe(3);
    });

    test("writes two thousand rows that were added in parallel once each", async () => {
      await stage.start();

      const words = Array.from({ length: 2_000 }, (_, i) => `${i}`);
      await Promise.all(words.map((word) => rememberOn(stage.line(), word)));
      await nothingLeftOn(stage.line());

      expect(
        stage
          .written()
          .map(Number)
          .toSorted((a, b) => a - b),
      ).toEqual(words.map(Number));
      expect(await stage.whole()).toBe(2_000);
    });

    test("two processes write one chain between them", async () => {
      await Promise.all([stage.start(), stage.start()]);

      for (let i = 0; i < 50; i++) await rememberOn(stage.line(), `${i}`);
      await nothingLeftOn(stage.line());

      expect(stage.written()).toEqual(Array.from({ length: 50 }, (_, i) => `${i}`));
      expect(await stage.whole()).toBe(50);
    });

    test("is taken over when the process that wrote dies", async () => {
      const first = await stage.start();
      await rememberOn(stage.line(), "first");
      await nothingLeftOn(stage.line());
      await first.connection.close();

      await stage.start();
      await rememberOn(stage.line(), "second");
      await nothingLeftOn(stage.line());

      expect(stage.written()).toEqual(["first", "second"]);
      expect(await stage.whole()).toBe(2);
    });

    test("keeps a row that it cannot read, as it stands", async () => {
      await stage.line().xadd(LEDGER, "1780315200000-0", "row", "no JSON");
      const { events } = await stage.start();

      await rememberOn(stage.line(), "asked");
      await nothingLeftOn(stage.line());

      expect(stage.written()).toEqual(["unreadable", "asked"]);
      expect(events.failures.map(({ what }) => what)).toEqual(["a row that nobody can read"]);
    });
  });

  test("P10 · a row with the number of one that was written stays, where Redis gave that number anew", async () => {
    const { ledger, connection } = await stage.start();
    await ledger.close();
    const id = "1780315200000-0";
    await stage.line().xadd(LEDGER, id, "row", "the later row");

    await connection.redis.settleRows(LEDGER, id, "the row that was written");
    expect(await stage.line().xlen(LEDGER)).toBe(1);

    await connection.redis.settleRows(LEDGER, id, "the later row");
    expect(await stage.line().xlen(LEDGER)).toBe(0);
  });

  test("after a crash between writing a row and taking it from Redis, the row is in the ledger once", async () => {
    const first = await stage.start();
    await rememberOn(stage.line(), "first", "second");
    const entries = await stage.line().xrange(LEDGER, "-", "+");
    await nothingLeftOn(stage.line());
    await first.ledger.close();
    await stage.line().del(LEDGER);
    for (const [id, fields] of entries) await stage.line().xadd(LEDGER, id, ...fields);
    await rememberOn(stage.line(), "third");

    await stage.start();
    await nothingLeftOn(stage.line());

    expect(entries).toHaveLength(2);
    expect(stage.written()).toEqual(["first", "second", "third"]);
    expect(await stage.whole()).toBe(3);
  });
}

/** Takes a line and some words; hands a row of each to the ledger as a commit does. */
export function rememberOn(line: Redis, ...what: string[]): Promise<unknown> {
  const rows = what.map((word) => ({
    ...{ at: NOON, what: word, by: "mia", request: "abcdefghij", grant: null },
    detail: { reason: "Zürich" },
  }));
  return createRedisStore(line).commit({ writes: [], tellings: [], rows });
}

/** Takes a line; resolves when the ledger has taken all rows from Redis. */
export function nothingLeftOn(line: Redis): Promise<void> {
  return expect.poll(() => readFields(line, LEDGER), { timeout: 10_000 }).toEqual([]);
}
