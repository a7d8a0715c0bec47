import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Redis } from "ioredis";
import { afterAll, expect, test } from "vitest";
import { startLedger } from "../../../src/jobs/ledger.ts";
import { startOutbox } from "../../../src/jobs/outbox.ts";
import type { Connection } from "../../../src/jobs/redis.ts";
import { watchEpoch } from "../../../src/jobs/redis-epoch.ts";
import { createRedisStore } from "../../../src/jobs/redis-store.ts";
import { createRandom } from "../../fakes/random.ts";
import { createRecordedEvents } from "../../fakes/recorded-events.ts";
import { SCRIPTS } from "../../fakes/redis/scripts.ts";
import { useRedis } from "../../workbench/for-tests.ts";
import { emptied, useConnections } from "../redis-for-contracts.ts";
import { useMemoryConnections } from "./memory-connections.ts";
import { randomCall, type ScriptCall } from "./random-scripts.ts";

const redis = useRedis();
const real = useConnections(() => redis.current.url);
const memory = useMemoryConnections();

const folder = mkdtempSync(join(tmpdir(), "daypass-ledger-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const RUNS = 120;
const CALLS = 50;

test("what the scripts do by hand in memory is what their Lua does on Redis, whatever they are given", async () => {
  const lines = [await withScripts(await real.consumer()), await withScripts(await memory.consumer())] as const;
  const called = new Set<string>();
  const replies = new Set<string>();
  for (let run = 0; run < RUNS; run++) {
    const random = createRandom();
    const calls: ScriptCall[] = Array.from({ length: CALLS }, () => randomCall(random));
    for (const line of lines) await emptied(line);

    for (const [i, call] of calls.entries()) {
      const [wanted, got] = [await send(lines[0], call), await send(lines[1], call)];
      expect(got, `seed ${random.seed}, call ${i}: ${call.name}`).toEqual(wanted);
      called.add(call.name);
      replies.add(`${call.name} ${wanted}`);
    }

    expect(await everything(lines[1]), `seed ${random.seed}`).toEqual(await everything(lines[0]));
  }

  expect([...called].toSorted()).toEqual([...SCRIPTS.keys()].toSorted());
  const both = [
    ...["commitDaypass raced", "commitDaypass saved", "releaseLease 0", "releaseLease 1", "renewLease 1"],
    ...["settleTold 0", "settleTold 1", "settleRows 0", "settleRows 1"],
  ];
  expect([...replies]).toEqual(expect.arrayContaining(both));
});

/** The scripts are defined by those who use them. */
async function withScripts(connection: Connection): Promise<Redis> {
  const events = createRecordedEvents();
  createRedisStore(connection.redis);
  watchEpoch(connection.redis, events, async () => undefined);
  const notifier = { tell: async () => ({ told: true }) as const };
  await startOutbox({ connection, notifier, events }).close();
  await startLedger({ connection, location: folder, events }).close();
  return connection.redis;
}

/** Entries are numbered by each Redis' own time, so a call names them by their place. */
async function send(line: Redis, { name, keys, args, entries, saying, isFixed }: ScriptCall): Promise<unknown> {
  const there = entries.length === 0 ? [] : await line.xrange(keys[0] ?? "", "-", "+");
  const named = entries.flatMap((place, i) => {
    const [id, fields] = there[place] ?? ["1-1", []];
    return [id, saying[i] ?? fields[1] ?? ""];
  });
  const script: (...given: (string | number)[]) => Promise<unknown> = Reflect.get(line, name).bind(line);
  return script(...(isFixed ? [] : [keys.length]), ...keys, ...args, ...named);
}

async function everything(line: Redis): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const key of (await line.keys("*")).toSorted()) {
    const ms = await line.pttl(key);
    found[key] = [await readValue(line, key), ms < 0 ? ms : Math.round(ms / 100_000)];
  }
  return found;
}

async function readValue(line: Redis, key: string): Promise<unknown> {
  const type = await line.type(key);
  if (type === "string") return line.get(key);
  if (type === "zset") return line.zrange(key, 0, -1, "WITHSCORES");
  return [type, (await line.xrange(key, "-", "+")).map(([, fields]) => fields)];
}
