import { once } from "node:events";
import { createServer, request } from "node:http";
import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createRecordedEvents, type RecordedEvents } from "../test/fakes/recorded-events.ts";
import { createMetrics } from "./metrics.ts";
import { type MetricsDoor, openMetricsDoor } from "./metrics-door.ts";

let events: RecordedEvents;
let door: MetricsDoor;
let still: string[];
let at: string;
const metrics = createMetrics({ clusters: ["prod"], debts: () => [], now: () => 0 });

function open(more: Partial<Parameters<typeof openMetricsDoor>[0]> = {}): Promise<MetricsDoor> {
  return openMetricsDoor({ host: "127.0.0.1", port: 0, metrics, pulse: { still: () => still }, events, ...more });
}

beforeEach(async () => {
  [events, still] = [createRecordedEvents(), []];
  door = await open();
  at = `http://127.0.0.1:${door.port}`;
});
afterEach(() => door.close());

describe("the door for metrics", () => {
  test("gives them in Prometheus' format", async () => {
    const answer = await fetch(`${at}/metrics?from=prometheus`);

    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(await answer.text()).toContain('daypass_endings_overdue{cluster="prod"} 0\n');
  });

  test("says that the worker is well while it comes round, and what hangs when it does not", async () => {
    const well = await fetch(`${at}/healthz`);
    expect([well.status, await well.text()]).toEqual([200, "well\n"]);

    still = ["sweep", "facts"];
    const hangs = await fetch(`${at}/healthz`);
    expect([hangs.status, await hangs.text()]).toEqual([503, "no round came to its end for too long: sweep, facts\n"]);
  });

  test.each([
    ["GET", "/"],
    ["GET", "/metrics/x"],
    ["GET", "//metrics"],
    ["POST", "/metrics"],
    ["DELETE", "/healthz"],
  ])("has nothing else: %s %s", async (method, path) => {
    const call = request(at, { method, path }).end();
    const [answer] = await once(call, "response");
    answer.resume();

    expect(answer.statusCode).toBe(404);
  });

  test("says so where they cannot be read, and why in the log alone", async () => {
    await door.close();
    door = await open({
      metrics: { contentType: "text/plain", text: () => Promise.reject(new Error("some inner thing")) },
    });
    const answer = await fetch(`http://127.0.0.1:${door.port}/metrics`);

    expect([answer.status, await answer.text()]).toEqual([500, "the metrics cannot be read; why is in the log\n"]);
    expect(events.failures).toMatchObject([{ what: "metrics not read", cause: { message: "some inner thing" } }]);
  });

  test("P7 · that cannot be opened is logged, and nothing waits for it", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const address = taken.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const second = await open({ port });
    await second.close();
    taken.close();

    expect(second.port).toBeNull();
    expect(events.failures).toMatchObject([{ what: "metrics are not served", cause: { code: "EADDRINUSE" } }]);
  });

  test("closes at once, also on who is slow or stays", async () => {
    let answered = false;
    await door.close();
    door = await open({
      metrics: {
        contentType: "text/plain",
        text: () => {
          answered = true;
          return new Promise(() => undefined);
        },
      },
    });
    const port = door.port ?? 0;
    const slow = connect(port, "127.0.0.1");
    slow.write("GET /metr");
    const waits = connect(port, "127.0.0.1");
    waits.write("GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n");
    await expect.poll(() => answered).toBe(true);
    const gone = [slow, waits].map((socket) =>
      once(
        socket.resume().on("error", () => undefined),
        "close",
      ),
    );
    const startedAt = performance.now();
    await door.close();
    await Promise.all(gone);

    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});
