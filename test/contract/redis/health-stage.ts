import { afterEach, expect } from "vitest";
import type { Connection } from "../../../src/jobs/redis.ts";
import { type RedisHealth, type RedisHealthParts, startRedisHealth } from "../../../src/jobs/redis-health.ts";
import { createServerClock } from "../../../src/jobs/server-clock.ts";
import { createRecordedEvents } from "../../fakes/recorded-events.ts";

export type HealthStage = ReturnType<typeof useHealthStage>;

/** Takes connections to Redis; returns what begins to ask how that Redis is. All is closed after each test. */
export function useHealthStage(connections: { producer(url?: string): Promise<Connection> }) {
  const begun: RedisHealth[] = [];
  afterEach(async () => {
    await Promise.all(begun.splice(0).map((health) => health.close()));
  });

  /** Begins to ask; `again` makes it ask at once, as a new line does. */
  async function begin(parts: Partial<RedisHealthParts> = {}, url?: string) {
    const connection = parts.connection ?? (await connections.producer(url));
    const events = createRecordedEvents();
    const health = await startRedisHealth({ clock: createServerClock(), events, ...parts, connection });
    begun.push(health);
    const said = () => events.happenings.map(({ what, fields }) => [what, fields.words ?? null]);
    const again = () => connection.redis.disconnect(true);
    /** Makes it ask again and again until what it says is as wanted. */
    const until = (say: () => unknown) =>
      expect.poll(
        () => {
          again();
          return say();
        },
        { interval: 300, timeout: 10_000 },
      );
    return { health, events, said, again, until };
  }

  async function epoch(): Promise<string | null> {
    const { redis: line } = await connections.producer();
    return line.get("{daypass}:epoch");
  }
  return { begin, epoch };
}
