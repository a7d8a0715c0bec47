import { randomBytes, randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { Ack, Envelope } from "./envelope.ts";
import type { Feed } from "./feed.ts";
import type { World } from "./world.ts";

/** Slack: at most ten connections an app. */
const mostConnections = 10;
const pingMs = 5000;
const ticketLifeMs = 30_000;
/** Slack: a connection lives for hours; 360 s with debug_reconnects. Warned 10 s before. */
const lifeMs = { usual: 18_060_000, debug: 360_000 };
const warningMs = 10_000;

type DisconnectReason = "warning" | "refresh_requested" | "link_disabled" | "too_many_websockets";

/** The server side of Socket Mode: tickets, hello, envelopes to one connection, acknowledgements. */
export class SocketMode {
  #server = new WebSocketServer({ noServer: true });
  #tickets = new Map<string, number>();
  #connections: WebSocket[] = [];
  #next = 0;
  #waiting = new Map<string, { socket: WebSocket; settle: (ack: Ack) => void }>();
  #timers = new Set<NodeJS.Timeout>();
  #world: World;
  #feed: Feed;

  constructor(world: World, feed: Feed) {
    this.#world = world;
    this.#feed = feed;
    this.#every(pingMs, () => {
      for (const socket of this.#connections) socket.ping("Ping from the double");
    });
  }

  get connections(): number {
    return this.#connections.length;
  }

  /** A one-use address for apps.connections.open. */
  ticketedUrl(base: string): string {
    const ticket = randomBytes(16).toString("hex");
    this.#tickets.set(ticket, Date.now() + ticketLifeMs);
    return `${base.replace(/^http/, "ws")}/link/?ticket=${ticket}&app_id=${this.#world.app.id}`;
  }

  /** Takes an HTTP upgrade on /link; refuses tickets that are unknown, used or old. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const url = new URL(request.url ?? "/", "http://double");
    const ticket = url.searchParams.get("ticket") ?? "";
    const goodUntil = this.#tickets.get(ticket) ?? 0;
    this.#tickets.delete(ticket);
    if (url.pathname !== "/link/" || goodUntil < Date.now()) {
      socket.end("HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n");
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (connection) => {
      this.#connect(connection, url.searchParams.get("debug_reconnects") === "true");
    });
  }

  /** Sends an envelope to any one connection and waits for its acknowledgement. */
  deliver(envelope: Envelope): Promise<Ack> {
    const open = this.#connections.filter((socket) => socket.readyState === socket.OPEN);
    this.#next += 1;
    const socket = open[this.#next % Math.max(1, open.length)];
    if (!socket) return Promise.resolve({ acked: false, reason: "unreachable" });
    const { promise, resolve } = Promise.withResolvers<Ack>();
    const id = randomUUID();
    const timer = setTimeout(() => settle({ acked: false, reason: "timeout" }), this.#world.limits.ackMs);
    const settle = (ack: Ack) => {
      clearTimeout(timer);
      this.#waiting.delete(id);
      resolve(ack);
    };
    this.#waiting.set(id, { socket, settle });
    socket.send(
      JSON.stringify({
        envelope_id: id,
        type: envelope.type,
        payload: envelope.payload,
        accepts_response_payload: envelope.takesAnswer,
        ...(envelope.type === "events_api"
          ? { retry_attempt: envelope.retry?.attempt ?? 0, retry_reason: envelope.retry?.reason ?? "" }
          : {}),
      }),
    );
    return promise;
  }

  /** Tells every connection to go (the app reconnects), as Slack does when it recycles a container. */
  disconnect(reason: DisconnectReason): void {
    for (const socket of this.#connections) this.#sendDisconnect(socket, reason);
  }

  /** Cuts every connection without a word. */
  drop(): void {
    for (const socket of this.#connections) socket.terminate();
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.drop();
    this.#server.close();
  }

  #connect(socket: WebSocket, debugReconnects: boolean): void {
    if (this.#connections.length >= mostConnections) {
      this.#sendDisconnect(socket, "too_many_websockets");
      socket.close();
      return;
    }
    this.#connections.push(socket);
    socket.on("message", (data) => this.#receive(String(data)));
    socket.on("error", () => socket.terminate());
    const life = debugReconnects ? lifeMs.debug : lifeMs.usual;
    const warn = this.#later(life - warningMs, () => this.#sendDisconnect(socket, "warning"));
    const refresh = this.#later(life, () => this.#sendDisconnect(socket, "refresh_requested"));
    socket.on("close", () => {
      for (const timer of [warn, refresh]) this.#forget(timer);
      this.#lose(socket);
    });
    socket.send(
      JSON.stringify({
        type: "hello",
        num_connections: this.#connections.length,
        debug_info: { host: "double", build_number: 1, approximate_connection_time: life / 1000 },
        connection_info: { app_id: this.#world.app.id },
      }),
    );
    this.#feed.tell({ kind: "connection", detail: "open" });
  }

  #receive(text: string): void {
    const message: unknown = JSON.parse(text);
    if (typeof message !== "object" || message === null || !("envelope_id" in message)) return;
    const payload = "payload" in message ? message.payload : undefined;
    const empty = typeof payload === "object" && payload !== null && Object.keys(payload).length === 0;
    this.#waiting.get(String(message.envelope_id))?.settle({ acked: true, answer: empty ? undefined : payload });
  }

  #lose(socket: WebSocket): void {
    this.#connections = this.#connections.filter((other) => other !== socket);
    for (const waiting of this.#waiting.values()) {
      if (waiting.socket === socket) waiting.settle({ acked: false, reason: "unreachable" });
    }
    this.#feed.tell({ kind: "connection", detail: "closed" });
  }

  #sendDisconnect(socket: WebSocket, reason: DisconnectReason): void {
    socket.send(JSON.stringify({ type: "disconnect", reason, debug_info: { host: "double" } }));
  }

  #every(ms: number, act: () => void): void {
    this.#timers.add(setInterval(act, ms).unref());
  }

  #later(ms: number, act: () => void): NodeJS.Timeout {
    const timer = setTimeout(act, ms).unref();
    this.#timers.add(timer);
    return timer;
  }

  #forget(timer: NodeJS.Timeout): void {
    clearTimeout(timer);
    this.#timers.delete(timer);
  }
}
