import { createServer, type Server, type ServerResponse } from "node:http";
import type { Metrics } from "./metrics.ts";
import type { Pulse } from "./pulse.ts";
import type { Events } from "./workflows/ports.ts";

/** Who is slower with a request of one line is no scraper. */
const REQUEST_MS = 5_000;
const MOST_CONNECTIONS = 64;

export interface MetricsDoorParts {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly metrics: Pick<Metrics, "text" | "contentType">;
  readonly pulse: Pick<Pulse, "still">;
  readonly events: Events;
}

export interface MetricsDoor {
  /** Where it listens; null where it could not. */
  readonly port: number | null;
  /** Closes at once, also what is being answered. */
  close(): Promise<void>;
}

/**
 * Opens `GET /metrics` (Prometheus) and `GET /healthz` (200 while the worker comes round, else 503 and what hangs). A
 * port that cannot be had is logged and nothing more: endings do not wait for metrics.
 */
export async function openMetricsDoor({ host, port, metrics, pulse, events }: MetricsDoorParts): Promise<MetricsDoor> {
  const server = createServer({ requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS }, (request, response) => {
    const path = request.method === "GET" ? request.url?.split("?")[0] : null;
    if (path === "/metrics") {
      metrics.text().then(
        (text) => answer(response, 200, text, metrics.contentType),
        (cause: unknown) => {
          events.failed("metrics not read", {}, cause);
          answer(response, 500, "the metrics cannot be read; why is in the log\n");
        },
      );
    } else if (path === "/healthz") {
      const still = pulse.still();
      if (still.length === 0) answer(response, 200, "well\n");
      else answer(response, 503, `no round came to its end for too long: ${still.join(", ")}\n`);
    } else answer(response, 404, "here are /metrics and /healthz\n");
  });
  server.maxConnections = MOST_CONNECTIONS;
  const isOpen = await listen(server, host, port, events);
  const address = server.address();
  return {
    port: isOpen && typeof address === "object" && address !== null ? address.port : null,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Resolves with whether it listens. What goes wrong with it later is logged too. */
function listen(server: Server, host: string, port: number, events: Events): Promise<boolean> {
  return new Promise((resolve) => {
    server.on("error", (cause) => {
      events.failed("metrics are not served", { host, port }, cause);
      resolve(false);
    });
    server.listen({ host, port }, () => resolve(true));
  });
}

function answer(response: ServerResponse, status: number, text: string, type = "text/plain; charset=utf-8"): void {
  response.writeHead(status, {
    "content-type": type,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  response.end(text);
}
