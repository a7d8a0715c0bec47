import { afterEach } from "vitest";
import { openGate } from "../../fakes/gate.ts";
import type { MemoryConnection } from "../../fakes/redis/connection.ts";
import { createMemoryRedis, type MemoryRedis } from "../../fakes/redis/memory-redis.ts";
import type { Connections } from "../redis-for-contracts.ts";

/** Connections to one Redis in memory after another, a fresh one for each test. */
export interface MemoryConnections extends Connections {
  readonly server: MemoryRedis;
}

/** Returns what opens connections for one test each, to a Redis in memory that goes by this machine's time. */
export function useMemoryConnections(): MemoryConnections {
  let server = createMemoryRedis({ now: Date.now });
  const open: MemoryConnection[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((connection) => connection.close()));
    server = createMemoryRedis({ now: Date.now });
  });
  const connect = async (whose: "producer" | "consumer") => {
    const connection = server.connect(openGate, whose);
    open.push(connection);
    return connection;
  };
  return {
    get server() {
      return server;
    },
    producer: () => connect("producer"),
    consumer: () => connect("consumer"),
  };
}
