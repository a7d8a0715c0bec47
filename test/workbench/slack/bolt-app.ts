import { createServer } from "node:http";
import { App, HTTPReceiver, LogLevel, SocketModeReceiver } from "@slack/bolt";
import { WebClient } from "@slack/web-api";
import { afterAll, beforeAll } from "vitest";
import { useGuardian } from "../for-tests.ts";
import { findFreePort } from "../ports.ts";
import { type SlackDouble, startSlackDouble } from "../slack-double.ts";
import { defaultWorld } from "./default-world.ts";
import type { World } from "./world.ts";

/** Starts a double of this test file's own before its first test, with limits changed where given. */
export function useSlackDouble(limits: Partial<World["limits"]> = {}): { readonly current: SlackDouble } {
  const guardian = useGuardian();
  let double: SlackDouble | undefined;
  beforeAll(async () => {
    double = await startSlackDouble({ spawn: guardian.spawn, world: { ...defaultWorld(), limits } });
  });
  return {
    get current() {
      if (!double) throw new Error("The double starts with the file's first test: do not use it before");
      return double;
    },
  };
}

/** A Web API client that never retries by itself, so that a test sees each answer. */
export function plainClient(double: SlackDouble, token = double.botToken): WebClient {
  return new WebClient(token, { ...clientOptions(double), logLevel: LogLevel.ERROR });
}

/** Starts a real Bolt app over Socket Mode; resolves when it is connected. */
export async function startSocketApp(double: SlackDouble, listen: (app: App) => void): Promise<App> {
  const receiver = new SocketModeReceiver({
    appToken: double.appToken,
    logLevel: LogLevel.ERROR,
    // The wait before a reconnect is this long as well (5 s by default).
    clientPingTimeout: 1000,
    installerOptions: { clientOptions: clientOptions(double) },
  });
  const app = new App({
    token: double.botToken,
    receiver,
    logLevel: LogLevel.ERROR,
    clientOptions: clientOptions(double),
  });
  listen(app);
  await app.start();
  await double.waitForConnection();
  return app;
}

/** Starts a real Bolt app over signed HTTP and points the double at it. */
export async function startHttpApp(double: SlackDouble, listen: (app: App) => void): Promise<App> {
  const port = await findFreePort();
  const receiver = new HTTPReceiver({ signingSecret: double.signingSecret, port, logLevel: LogLevel.ERROR });
  const app = new App({
    token: double.botToken,
    receiver,
    logLevel: LogLevel.ERROR,
    clientOptions: clientOptions(double),
  });
  listen(app);
  await app.start({ port, host: "127.0.0.1" });
  await double.useHttp(`http://127.0.0.1:${port}/slack/events`);
  return app;
}

/** An app that answers every request as told and keeps what it was sent; for what Bolt never does. */
export async function startBareApp(double: SlackDouble, status: number) {
  const seen: { headers: NodeJS.Dict<string | string[]>; body: string }[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    seen.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
    response.writeHead(status).end();
  });
  const port = await findFreePort();
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  await double.useHttp(`http://127.0.0.1:${port}/slack/events`);
  afterAll(() => server.close());
  return { seen, server };
}

function clientOptions(double: SlackDouble) {
  return { slackApiUrl: double.apiUrl, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true };
}
