import { randomInt } from "node:crypto";
import { createServer, type Server } from "node:net";

/** Below the ranges from which Linux (32768) and macOS (49152) take the ports of outgoing connections. */
const lowest = 20_000;
const highest = 32_000;

/** Finds ports on 127.0.0.1 that nobody listens on at the moment, each only once. */
export async function findFreePorts(count: number): Promise<number[]> {
  const held: Server[] = [];
  const ports: number[] = [];
  try {
    while (ports.length < count) {
      const port = randomInt(lowest, highest);
      const server = await listen(port);
      if (!server) continue;
      held.push(server);
      ports.push(port);
    }
    return ports;
  } finally {
    await Promise.all(held.map((server) => new Promise((resolve) => server.close(resolve))));
  }
}

/** Finds one port on 127.0.0.1 that nobody listens on at the moment. */
export async function findFreePort(): Promise<number> {
  const [port] = await findFreePorts(1);
  if (port === undefined) throw new Error("No free port was found");
  return port;
}

function listen(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => resolve(server));
  });
}
