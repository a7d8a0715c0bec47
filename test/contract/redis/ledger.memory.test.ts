import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Redis } from "ioredis";
import { afterEach, beforeEach } from "vitest";
import { startLedger } from "../../../src/jobs/ledger.ts";
import { verifyLedger } from "../../../src/jobs/ledger-segments.ts";
import { createRecordedEvents } from "../../fakes/recorded-events.ts";
import { describeLedger } from "./ledger.contract.ts";
import { useMemoryConnections } from "./memory-connections.ts";

const running: { close(): Promise<void> }[] = [];
let line: Redis;
let folder: string;

afterEach(async () => {
  await Promise.all(running.splice(0).map((ledger) => ledger.close()));
  rmSync(folder, { recursive: true, force: true });
});
const connections = useMemoryConnections();
beforeEach(async () => {
  line = (await connections.producer()).redis;
  folder = mkdtempSync(join(tmpdir(), "daypass-ledger-"));
});

describeLedger({
  line: () => line,
  start: async () => {
    const events = createRecordedEvents();
    const connection = await connections.consumer();
    const ledger = startLedger({ connection, location: folder, events });
    running.push(ledger);
    return { ledger, connection, events };
  },
  written: () => {
    const texts = readdirSync(folder).flatMap((name) => readFileSync(join(folder, name), "utf8").split("\n"));
    return texts.filter((text) => text !== "").map((text) => JSON.parse(text).what);
  },
  whole: async () => {
    const check = await verifyLedger(folder);
    return check.ok ? check.lines : check;
  },
});
