import { WebSocket } from "ws";
import { z } from "zod";
import type { SlackDouble } from "../slack-double.ts";
import { plainClient } from "./bolt-app.ts";

const message = z.looseObject({
  type: z.string(),
  envelope_id: z.string().optional(),
  reason: z.string().optional(),
  retry_attempt: z.number().optional(),
  retry_reason: z.string().optional(),
  accepts_response_payload: z.boolean().optional(),
  payload: z.looseObject({}).optional(),
});
export type SocketMessage = z.infer<typeof message>;

/** A socket of a hand-written app, for what Bolt never does: it keeps all it gets and acknowledges only when told. */
export class BareSocket {
  readonly received: SocketMessage[] = [];
  readonly closed: Promise<void>;
  #socket: WebSocket;
  #waiting = new Set<() => void>();

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => socket.once("close", () => resolve()));
    socket.on("message", (data) => {
      this.received.push(message.parse(JSON.parse(String(data))));
      for (const look of this.#waiting) look();
    });
  }

  /** Takes a ticket and connects; resolves with the first message, which is hello or a refusal. */
  static async connect(double: SlackDouble): Promise<BareSocket> {
    const { url } = await plainClient(double, double.appToken).apps.connections.open({});
    const socket = new BareSocket(new WebSocket(String(url)));
    await socket.next(0);
    return socket;
  }

  /** The message at this place, as soon as it is there. */
  async next(place: number): Promise<SocketMessage> {
    const { promise, resolve } = Promise.withResolvers<SocketMessage>();
    const look = () => {
      const found = this.received[place];
      if (found) resolve(found);
    };
    this.#waiting.add(look);
    look();
    const found = await promise;
    this.#waiting.delete(look);
    return found;
  }

  acknowledge(envelope: SocketMessage, payload?: unknown): void {
    this.#socket.send(JSON.stringify({ envelope_id: envelope.envelope_id, ...(payload ? { payload } : {}) }));
  }

  close(): void {
    this.#socket.close();
  }
}
