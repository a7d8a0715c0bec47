import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startLedger } from "../../../src/jobs/ledger.ts";
import { verifyLedger } from "../../../src/jobs/ledger-segments.ts";
import { createRecordedEvents } from "../../fakes/recorded-events.ts";
import { useRedis } from "../../workbench/for-tests.ts";
import { emptied, readFields, useConnections } from "../redis-for-contracts.ts";
import { describeLedger, nothingLeftOn, rememberOn } from "./ledger.contract.ts";

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

function written(): string[] {
  const names = readdirSync(folder).toSorted();
  const texts = names.flatMap((name) => readFileSync(join(folder, name), "utf8").split("\n"));
  return texts.filter((text) => text !== "").map((text) => JSON.parse(text).what);
}

const remember = (...what: string[]) => rememberOn(line, ...what);
const nothingLeft = () => nothingLeftOn(line);

describeLedger({
  line: () => line,
  start,
  written,
  whole: async () => {
    const check = await verifyLedger(folder);
    return check.ok ? check.lines : check;
  },
});

describe("after a crash", () => {
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

  expect(await readFields(line, "{daypass}:ledger")).toHaveLength(1);
  expect(String(events.failures[0]?.cause)).toContain("line 2 does not carry its own hash");
});
