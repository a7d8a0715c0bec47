import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import type { RedisCommand } from "./redis-commands.ts";
import { holdReplies } from "./redis-replies.ts";
import { payToll } from "./redis-toll.ts";
import type { Toll } from "./toll.ts";

/** A line of one's own to a Redis, on which all can go wrong that goes wrong between computers. */
export interface RedisLine {
  readonly url: string;
  /** Nothing gets through in either direction, and nothing is closed. */
  hang(): void;
  /** Each piece of what is sent takes so long, in each direction. */
  slow(ms: number): void;
  /** Breaks all connections now; new ones are made as before. */
  reset(): void;
  /** Nobody listens any more and all connections are reset. */
  refuse(): Promise<void>;
  /** From now on it leads to another Redis, as after a failover: connections to the one before are reset. */
  leadTo(port: number): void;
  /** Everything is as it should be again; what hung goes on. */
  heal(): Promise<void>;
  close(): Promise<void>;
}

/** Takes a Redis' port, and what makes a toll for each connection; starts a line to it on loopback. */
export async function startRedisLine(redisPort: number, newToll?: () => Toll<RedisCommand>): Promise<RedisLine> {
  const sockets = new Set<Socket>();
  const weather: Weather = { delayMs: 0, passing: Promise.resolve(), letPass: () => {} };
  let target = redisPort;
  const server = createServer((client) => {
    const redis = connect({ port: target, host: "127.0.0.1" });
    const hangUp = () => {
      client.destroy();
      redis.destroy();
    };
    for (const socket of [client, redis]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("error", hangUp);
      socket.on("close", () => {
        sockets.delete(socket);
        hangUp();
      });
    }
    const replies = holdReplies(client);
    const send =
      newToll === undefined
        ? (piece: Buffer) => redis.write(piece)
        : payToll({ redis, replies, toll: newToll(), hangUp });
    carry(client, redis, weather, send).catch(hangUp);
    carry(redis, client, weather, replies.take).catch(hangUp);
  });
  const listen = async (port: number) => {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
  };
  const reset = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  const shut = async () => {
    const closed = server.listening ? once(server, "close") : Promise.resolve();
    server.close();
    reset();
    await closed;
  };
  const clear = () => {
    weather.delayMs = 0;
    weather.letPass();
  };
  await listen(0);
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the line has no port");
  const { port } = address;
  return {
    url: `redis://127.0.0.1:${port}`,
    hang: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      weather.passing = promise;
      weather.letPass = resolve;
    },
    slow: (ms) => {
      weather.delayMs = ms;
    },
    reset,
    refuse: shut,
    leadTo: (other) => {
      target = other;
      reset();
    },
    heal: async () => {
      clear();
      if (!server.listening) await listen(port);
    },
    close: async () => {
      clear();
      await shut();
    },
  };
}

interface Weather {
  delayMs: number;
  /** Resolved while anything may pass. */
  passing: Promise<void>;
  letPass(): void;
}

/** Carries what one end says to the other, in order; pieces that follow one another closely are delayed side by side. */
async function carry(from: Socket, to: Socket, weather: Weather, send: (piece: Buffer) => unknown): Promise<void> {
  let before = Promise.resolve();
  for await (const piece of from as AsyncIterable<Buffer>) {
    const arrives = weather.delayMs > 0 ? wait(weather.delayMs) : undefined;
    before = before.then(async () => {
      await arrives;
      await weather.passing;
      await send(piece);
    });
  }
  await before;
  to.end();
}
