import type { Redis } from "ioredis";
import { afterEach } from "vitest";
import { type Connection, connectConsumer, connectProducer } from "../../src/jobs/redis.ts";
import type { Events } from "../../src/workflows/ports.ts";
import { createRecordedEvents } from "../fakes/recorded-events.ts";

/** Opens connections of which none is left after the test. */
export interface Connections {
  producer(url?: string): Promise<Connection>;
  consumer(url?: string): Promise<Connection>;
}

/** Connections to whatever stands in for Redis. */
export interface ConnectionsUnderTest {
  producer(): Promise<Connection>;
  consumer(): Promise<Connection>;
}

/** Takes where Redis is (asked when it is needed); returns what opens connections for one test each. */
export function useConnections(url: () => string, events: Events = createRecordedEvents()): Connections {
  const open: Connection[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((connection) => connection.close()));
  });
  const keep = async (connection: Connection) => {
    open.push(connection);
    await connection.ready(5_000);
    return connection;
  };
  return {
    producer: (at = url()) => keep(connectProducer(at, events)),
    consumer: (at = url()) => keep(connectConsumer(at, events)),
  };
}

/** Takes a line to Redis; empties that Redis and returns the line. */
export async function emptied(line: Redis): Promise<Redis> {
  await line.flushall();
  return line;
}

/** Takes a stream whose entries have one field each; returns their values in order. */
export async function readFields(line: Redis, stream: string): Promise<string[]> {
  return (await line.xrange(stream, "-", "+")).map(([, fields]) => fields[1] ?? "");
}

/** Takes a line to Redis; returns every key with all that stands in it, as text. */
export async function readEverything(line: Redis): Promise<{ readonly key: string; readonly value: string }[]> {
  const names = await line.keys("*");
  return Promise.all(names.map(async (key) => ({ key, value: await readValue(line, key) })));
}

async function readValue(line: Redis, key: string): Promise<string> {
  switch (await line.type(key)) {
    case "string":
      return String(await line.get(key));
    case "list":
      return JSON.stringify(await line.lrange(key, 0, -1));
    case "hash":
      return JSON.stringify(await line.hgetall(key));
    case "zset":
      return JSON.stringify(await line.zrange(key, 0, -1));
    case "set":
      return JSON.stringify(await line.smembers(key));
    case "stream":
      return JSON.stringify(await line.xrange(key, "-", "+"));
    default:
      return "";
  }
}
