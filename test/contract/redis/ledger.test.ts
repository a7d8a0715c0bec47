import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startLedger } from "../../../src/jobs/ledger.ts";
import { verifyLedger } from "../../../src/jobs/ledger-segments.ts";
import { createRedisStore } from "../../../src/jobs/redis-store.ts";
import { createRecordedEvents } from "../../fakes/recorded-events.ts";
import { NOON } from "../../fakes/samples.ts";
import { useRedis } from "../../workbench/for-tests.ts";
import { emptied, readFields, useConnections } from "../redis-for-contracts.ts";

const LEDGER = "{daypass}:ledger";
const redis = useRedis();
const connections = useConnections(() => redis.current.url);
const running: { close(): Promise<void> }[] = [];
let line: Redis;
let folder: string;

beforeEach(async () => {
  line = await emptied((await connections.producer()).redis);
  folder = mkdtempSync(join(tmpdir(), "daypass-ledger-"));
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((ledger) => ledger.close()));
  rmSync(folder, { recursive: true, force: true });
});

async function start() {
  const events = createRecordedEvents();
  const connection = await connections.consumer();
  const ledger = startLedger({ connection, location: folder, events });
  running.push(ledger);
  return { ledger, connection, events };
}

function remember(...what: string[]): Promise<unknown> {
  const rows = what.map((word) => ({
    ...{ at: NOON, what: word, by: "mia", request: "abcdefghij", grant: null },
    detail: { reason: "Zürich" },
  }));
  return createRedisStore(line).commit({ writes: [], tellings: [], rows });
}

function written(): string[] {
  const names = readdirSync(folder).toSorted();
  const texts = names.flatMap((name) => readFileSync(join(folder, name), "utf8").split("\n"));
  return texts.filter((text) => text !== "").map((text) => JSON.parse(text).what);
}

const nothingLeft = () => expect.poll(() => readFields(line, LEDGER), { timeout: 10_000 }).toEqual([]);

describe("the ledger", () => {
  test("writes what waited and what is added, in order, as a chain that holds, and takes it from Redis", async () => {
    await remember("asked", "approved");
    await start();
    await nothingLeft();

    await remember("active");
    await nothingLeft();

    expect(written()).toEqual(["asked", "approved", "active"]);
    expect(await verifyLedger(folder)).toEqual({ ok: true, lines: 3 });
  });

  test("writes two thousand rows that were added in parallel once each", async () => {
    await start();

    const words = Array.from({ length: 2_000 }, (_, i) => `${i}`);
    await Promise.all(words.map((word) => remember(word)));
    await nothingLeft();

    expect(
      written()
        .map(Number)
        .toSorted((a, b) => a - b),
    ).toEqual(words.map(Number));
    expect(await verifyLedger(folder)).toEqual({ ok: true, lines: 2_000 });
  });

  test("two processes write one chain between them", async () => {
    await Promise.all([start(), start()]);

    for (let i = 0; i < 50; i++) await remember(`${i}`);
    await nothingLeft();

    expect(written()).toEqual(Array.from({ length: 50 }, (_, i) => `${i}`));
    expect(await verifyLedger(folder)).toEqual({ ok: true, lines: 50 });
  });

  test("is taken over when the process that wrote dies", async () => {
    const first = await start();
    await remember("first");
    await nothingLeft();
    await first.connection.close();

    await start();
    await remember("second");
    await nothingLeft();

    expect(written()).toEqual(["first", "second"]);
    expect(await verifyLedger(folder)).toEqual({ ok: true, lines: 2 });
  });

  test("keeps a row that it cannot read, as it stands", async () => {
    await line.xadd(LEDGER, "1780315200000-0", "row", "no JSON");
    const { events } = await start();

    await remember("asked");
    await nothingLeft();

    expect(written()).toEqual(["unreadable", "asked"]);
    expect(events.failures.map(({ what }) => what)).toEqual(["a row that nobody can read"]);
  });
});

describe("after a crash", () => {
  test("between disk and Redis a row is in the ledger once", async () => {
    const first = await start();
    await remember("first", "second");
    const entries = await line.xrange(LEDGER, "-", "+");
    await nothingLeft();
    await first.ledger.close();
    await line.del(LEDGER);
    for (const [id, fields] of entries) await line.xadd(LEDGER, id, ...fields);
    await remember("third");

    await start();
    await nothingLeft();

    expect(entries).toHaveLength(2);
    expect(written()).toEqual(["first", "second", "third"]);
    expect(await verifyLedger(folder)).toEqual({ ok: true, lines: 3 });
  });

  test("in the midst of a line the line is cut off, written anew, and the log says so", async () => {
    const first = await start();
    await remember("first");
    await nothingLeft();
    await first.ledger.close();
    const file = join(folder, "ledger-000000000001.jsonl");
    appendFileSync(file, readFileSync(file, "utf8").slice(0, 80));
    await remember("second");

    const { events } = await start();
    await nothingLeft();

    expect(written()).toEqual(["first", "second"]);
    expect(await verifyLedger(folder)).toEqual({ ok: true, lines: 2 });
    expect(events.happenings).toEqual([{ what: "torn last line cut off the ledger", fields: { file, bytes: 80 } }]);
  });

  test("of Redis nothing is lost and nothing doubled", async () => {
    await start();
    await line.config("SET", "appendfsync", "always");
    await remember("first");
    await nothingLeft();
    await redis.current.kill();
    await redis.current.restart();
    await expect.poll(() => line.status).toBe("ready");

    await remember("second");
    await nothingLeft();

    expect(written()).toEqual(["first", "second"]);
    expect(await verifyLedger(folder)).toEqual({ ok: true, lines: 2 });
  });
});

test("a ledger that somebody changed is not written on: the rows stay in Redis and the log says why", async () => {
  const first = await start();
  await remember("first", "second");
  await nothingLeft();
  await first.ledger.close();
  const file = join(folder, "ledger-000000000001.jsonl");
  writeFileSync(file, readFileSync(file, "utf8").replace("second", "nothing"));

  const { events } = await start();
  await remember("third");
  await expect.poll(() => events.failures, { timeout: 5_000 }).toHaveLength(1);

  expect(await readFields(line, LEDGER)).toHaveLength(1);
  expect(String(events.failures[0]?.cause)).toContain("line 2 does not carry its own hash");
});
