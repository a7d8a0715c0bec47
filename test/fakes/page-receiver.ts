import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";

/** What PagerDuty's Events API v2 demands of an event, and refuses with 400 otherwise. */
const Event = z.discriminatedUnion("event_action", [
  z.strictObject({
    event_action: z.literal("trigger"),
    routing_key: z.string().length(32),
    dedup_key: z.string().min(1).max(255),
    client: z.string().optional(),
    payload: z.strictObject({
      summary: z.string().min(1).max(1024),
      source: z.string().min(1),
      severity: z.enum(["critical", "warning", "error", "info"]),
      timestamp: z.iso.datetime().optional(),
      component: z.string().optional(),
      group: z.string().optional(),
      class: z.string().optional(),
      custom_details: z.record(z.string(), z.unknown()).optional(),
    }),
  }),
  z.strictObject({
    event_action: z.literal("resolve"),
    routing_key: z.string().length(32),
    dedup_key: z.string().min(1).max(255),
  }),
]);
export type PageEvent = z.infer<typeof Event>;

/** How one post is answered: a status with headers, or `hang`: not at all; `halfway`: a head and an endless body. */
export type PageAnswer = { readonly status: number; readonly headers?: Record<string, string> } | "hang" | "halfway";

export interface PageReceiver extends AsyncDisposable {
  readonly url: string;
  /** Every event that came, in order, whatever it was answered. */
  readonly posts: readonly PageEvent[];
  /** What could not be read as an event. */
  readonly misshapen: readonly string[];
  /** Keys of the incidents that are open. */
  open(): readonly string[];
  /** How often an incident was opened under this key. */
  opened(dedupKey: string): number;
  /** Answers differently from now on; null: this one as PagerDuty would, 202. */
  answer(how: (event: PageEvent) => PageAnswer | null): void;
  /** Resolves as soon as so many events have come. */
  came(count: number): Promise<void>;
}

/** A receiver of pages with a memory, on a free loopback port. */
export async function createPageReceiver(): Promise<PageReceiver> {
  const [posts, misshapen]: [PageEvent[], string[]] = [[], []];
  const [opened, open] = [new Map<string, number>(), new Set<string>()];
  const arrivals = new EventTarget();
  let answerTo: (event: PageEvent) => PageAnswer | null = () => null;

  const take = (event: PageEvent) => {
    const { dedup_key: key } = event;
    if (event.event_action === "resolve") open.delete(key);
    else if (!open.has(key)) {
      open.add(key);
      opened.set(key, (opened.get(key) ?? 0) + 1);
    }
  };
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const text = (await request.toArray()).join("");
    const event = request.method === "POST" ? Event.safeParse(JSON.parse(text)) : null;
    if (event?.success !== true) {
      misshapen.push(text);
      response.writeHead(400).end();
      return;
    }
    posts.push(event.data);
    const answer = answerTo(event.data) ?? { status: 202 };
    if (answer === "halfway" || (answer !== "hang" && answer.status < 300)) take(event.data);
    if (answer === "halfway") response.writeHead(202).write("{");
    else if (answer !== "hang") response.writeHead(answer.status, answer.headers).end('{"status":"as said"}');
    arrivals.dispatchEvent(new globalThis.Event("post"));
  };
  const server = createServer((request, response) => void handle(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v2/enqueue`,
    ...{ posts, misshapen },
    open: () => [...open],
    opened: (key) => opened.get(key) ?? 0,
    answer: (how) => {
      answerTo = how;
    },
    came: async (count) => {
      while (posts.length < count) await once(arrivals, "post");
    },
    [Symbol.asyncDispose]: async () => {
      if (!server.listening) return;
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
