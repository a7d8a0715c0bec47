import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { text } from "node:stream/consumers";
import { type RawData, WebSocket, WebSocketServer } from "ws";
import type { Toll } from "./toll.ts";

/** A Web API call of the app's, or its acknowledgement of what Slack sent it by Socket Mode. */
export interface SlackCall {
  /** The method, such as `chat.postMessage`; `ack` for an acknowledgement. */
  readonly method: string;
  /** Its arguments, with JSON in them as it stands; of an acknowledgement the payload that is acknowledged. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** A line of one's own to Slack's double, for one app process: its calls and its socket go by way of it. */
export interface SlackLine {
  /** What SLACK_API_URL is set to. */
  readonly apiUrl: string;
  close(): Promise<void>;
}

/** Takes the double's address and what looks at each call; starts a line to it on loopback. */
export async function startSlackLine(double: string, toll: Toll<SlackCall>): Promise<SlackLine> {
  const sockets = new WebSocketServer({ noServer: true });
  const server = createServer((request, response) => {
    passOn(line, request, response).catch(() => request.socket.destroy());
  });
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    sockets.handleUpgrade(request, socket, head, (app) => connectApp(line, app, request.url ?? "/"));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the line has no port");
  const line: Line = { double, own: `http://127.0.0.1:${address.port}`, toll };
  return {
    apiUrl: `${line.own}/api/`,
    close: async () => {
      for (const app of sockets.clients) app.terminate();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

interface Line {
  readonly double: string;
  readonly own: string;
  readonly toll: Toll<SlackCall>;
}

async function passOn(line: Line, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(request);
  const method = /^\/api\/([^?]+)/.exec(request.url ?? "")?.[1] ?? "";
  const stop = line.toll({ method, body: readArguments(body, request.headers["content-type"] ?? "") });
  if (stop?.when === "before" && (await stop.act()) === "drop") return void request.socket.destroy();
  const headers = Object.fromEntries(
    ["authorization", "content-type"].flatMap((name) => {
      const value = request.headers[name];
      return typeof value === "string" ? [[name, value]] : [];
    }),
  );
  const arrived = await fetch(new URL(request.url ?? "", line.double), { method: "POST", headers, body });
  const answer = await arrived.text();
  if (stop?.when === "after" && (await stop.act()) === "drop") return void request.socket.destroy();
  const retryAfter = arrived.headers.get("retry-after");
  response.writeHead(arrived.status, {
    "content-type": arrived.headers.get("content-type") ?? "application/json",
    ...(retryAfter === null ? {} : { "retry-after": retryAfter }),
  });
  // The address of the app's socket leads back here.
  response.end(answer.replaceAll(line.double.replace("http", "ws"), line.own.replace("http", "ws")));
}

function readArguments(body: string, type: string): Record<string, unknown> {
  if (!type.includes("json")) return Object.fromEntries(new URLSearchParams(body));
  return JSON.parse(body) as Record<string, unknown>;
}

interface Envelope {
  readonly envelope_id?: string;
  readonly payload?: Readonly<Record<string, unknown>>;
}

/** One socket of the app's and its twin to the double, pings and endings included. */
function connectApp(line: Line, app: WebSocket, path: string): void {
  const slack = new WebSocket(new URL(path, line.double.replace("http", "ws")));
  const sent = new Map<string, Readonly<Record<string, unknown>>>();
  const early: string[] = [];
  const up = (message: string) => (slack.readyState === slack.OPEN ? slack.send(message) : early.push(message));
  slack.on("open", () => {
    for (const message of early) slack.send(message);
  });
  slack.on("message", (data: RawData) => {
    const { envelope_id: id, payload } = JSON.parse(String(data)) as Envelope;
    if (id !== undefined) sent.set(id, payload ?? {});
    app.send(String(data));
  });
  app.on("message", (data: RawData) => {
    const { envelope_id: id } = JSON.parse(String(data)) as Envelope;
    void acknowledge(line, { app, body: sent.get(id ?? "") ?? {}, pass: () => up(String(data)) });
  });
  for (const [one, other] of [
    [app, slack],
    [slack, app],
  ] as const) {
    one.on("error", () => other.terminate());
    one.on("close", () => other.terminate());
  }
  slack.on("ping", (data: Buffer) => app.ping(data));
}

interface Acknowledging {
  readonly app: WebSocket;
  readonly body: SlackCall["body"];
  pass(): unknown;
}

async function acknowledge({ toll }: Line, { app, body, pass }: Acknowledging): Promise<void> {
  const stop = toll({ method: "ack", body });
  if (stop?.when === "before" && (await stop.act()) === "drop") return app.terminate();
  pass();
  if (stop?.when === "after" && (await stop.act()) === "drop") app.terminate();
}
