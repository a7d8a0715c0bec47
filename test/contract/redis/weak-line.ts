import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** A line to Redis that a test can cut. */
export interface WeakLine {
  readonly url: string;
  /** How many connections were made over it so far. */
  count(): number;
  /** From now on Redis gets what it is sent, and what it answers next is lost: the line breaks at that moment. */
  loseNextAnswer(): void;
  /** From now on each answer comes so many milliseconds late, in order. */
  delayAnswers(ms: number): void;
}

/** Takes Redis' port; returns a line to it of this test's own. */
export async function createWeakLine(port: number): Promise<WeakLine> {
  const sockets = new Set<Socket>();
  let losing = false;
  let delayMs = 0;
  let count = 0;
  const server = createServer((client) => {
    count += 1;
    const redis = connect({ port, host: "127.0.0.1" });
    const hangUp = () => {
      client.destroy();
      redis.destroy();
    };
    for (const socket of [client, redis]) {
      sockets.add(socket);
      socket.on("error", hangUp);
      socket.on("close", hangUp);
    }
    client.pipe(redis);
    redis.on("data", (data) => {
      if (losing) {
        losing = false;
        hangUp();
      } else if (delayMs === 0) client.write(data);
      else setTimeout(() => client.write(data), delayMs);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the weak line has no port");
  return {
    url: `redis://127.0.0.1:${address.port}`,
    count: () => count,
    loseNextAnswer: () => {
      losing = true;
    },
    delayAnswers: (ms) => {
      delayMs = ms;
    },
  };
}
