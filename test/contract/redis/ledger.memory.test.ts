import type { Redis } from "ioredis";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startLedger } from "../../../src/jobs/ledger.ts";
import { type Gate, openGate } from "../../fakes/gate.ts";
import { createMemoryLedger, type MemoryLedger } from "../../fakes/memory-ledger.ts";
import { createRecordedEvents } from "../../fakes/recorded-events.ts";
import { describeLedger, nothingLeftOn, rememberOn } from "./ledger.contract.ts";
import { useMemoryConnections } from "./memory-connections.ts";

const running: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((ledger) => ledger.close()));
});
const connections = useMemoryConnections();
let line: Redis;
let place: MemoryLedger;

beforeEach(async () => {
  line = (await connections.producer()).redis;
  place = createMemoryLedger();
});

async function start(gate: Gate = openGate) {
  const events = createRecordedEvents();
  const connection = await connections.consumer();
  const ledger = startLedger({ connection, location: "memory", events, open: place.opener(gate) });
  running.push(ledger);
  return { ledger, connection, events };
}

const written = () => place.written.map(({ row }) => row.what);

describeLedger({
  line: () => line,
  start: () => start(),
  written,
  whole: async () => new Set(place.written.map(({ entry }) => entry)).size,
});

test("a row whose writing was done and not answered is written once", async () => {
  let losing = true;
  const { events } = await start(async (call, effect) => {
    const answer = await effect();
    if (!losing || !call.what.startsWith("append")) return answer;
    losing = false;
    throw call.broken();
  });

  await rememberOn(line, "asked");
  await nothingLeftOn(line);

  expect(written()).toEqual(["asked"]);
  expect(events.failures.map(({ what }) => what)).toEqual(["ledger laid down for a moment"]);
});
