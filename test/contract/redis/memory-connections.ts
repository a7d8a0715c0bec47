import { afterEach } from "vitest";
import { type Gate, openGate } from "../../fakes/gate.ts";
import type { MemoryConnection } from "../../fakes/redis/connection.ts";
import { createMemoryRedis, type MemoryRedis } from "../../fakes/redis/memory-redis.ts";

/** Connections to one Redis in memory after another, a fresh one for each test. */
export interface MemoryConnections {
  readonly server: MemoryRedis;
  /** A gate of the test's own may be given for the line's commands. */
  producer(gate?: Gate): Promise<MemoryConnection>;
  consumer(gate?: Gate): Promise<MemoryConnection>;
}

/** Returns what opens connections for one test each, to a Redis in memory that goes by this machine's time. */
export function useMemoryConnections(): MemoryConnections {
  let server = createMemoryRedis({ now: Date.now });
  const open: MemoryConnection[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((connection) => connection.close()));
    server = createMemoryRedis({ now: Date.now });
  });
  const connect = async (whose: "producer" | "consumer", gate: Gate = openGate) => {
    const connection = server.connect(gate, whose);
    open.push(connection);
    return connection;
  };
  return {
    get server() {
      return server;
    },
    producer: (gate) => connect("producer", gate),
    consumer: (gate) => connect("consumer", gate),
  };
}
