import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Connection, connect } from "../../src/provisioner/connections.ts";

/** One GET as the API server saw it. */
export interface Asked {
  /** Such as `rolebindings`. */
  readonly plural: string;
  readonly isWatch: boolean;
  readonly query: URLSearchParams;
  readonly accept: string;
}

/** An API server that lists and watches what a test puts into it, and fails as a test wants it to. */
export interface ScriptedApi {
  readonly connection: Connection;
  readonly asked: readonly Asked[];
  /** What it holds, by plural. */
  readonly items: Map<string, readonly object[]>;
  /** The version that lists carry. */
  version: string;
  /** Answers instead of the script where it returns true. */
  fail: (asked: Asked, response: ServerResponse, which: number) => boolean;
  /** Writes a line to all that watch. */
  say(plural: string, event: object): void;
  /** Breaks the connections of all that watch. */
  cut(plural: string): void;
  /** Resolves when that many lists or watches of a kind were asked for. */
  untilAsked(plural: string, what: "list" | "watch", count: number): Promise<void>;
  watching(plural: string): number;
  close(): Promise<void>;
}

/** Returns an API server that holds nothing, and a connection to it as the worker has one. */
export async function createScriptedApi(): Promise<ScriptedApi> {
  const asked: Asked[] = [];
  const watches = new Map<string, Set<ServerResponse>>();
  const waiting = new Set<() => void>();
  const server = createServer((request, response) => {
    const one = read(request);
    const which = asked.filter(({ plural, isWatch }) => plural === one.plural && isWatch === one.isWatch).length;
    asked.push(one);
    for (const look of waiting) look();
    if (api.fail(one, response, which)) return;
    if (one.isWatch) watch(one, response);
    else list(one, response);
  });
  function watch({ plural }: Asked, response: ServerResponse): void {
    const others = watches.get(plural) ?? new Set();
    watches.set(plural, others.add(response));
    response.on("close", () => others.delete(response));
    response.writeHead(200, { "content-type": "application/json" });
    response.flushHeaders();
  }
  function list({ plural, query }: Asked, response: ServerResponse): void {
    const [all, from, limit] = [api.items.get(plural) ?? [], Number(query.get("continue")), Number(query.get("limit"))];
    const [items, next] = [all.slice(from, from + limit), from + limit];
    const metadata = { resourceVersion: api.version, ...(next < all.length ? { continue: String(next) } : {}) };
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ metadata, items }));
  }
  const count = (plural: string, isWatch: boolean) =>
    asked.filter((one) => one.plural === plural && one.isWatch === isWatch).length;

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const folder = await mkdtemp(join(tmpdir(), "daypass-scripted-"));
  const connection = await connectTo((server.address() as AddressInfo).port, folder);
  const api: ScriptedApi = {
    ...{ connection, asked, items: new Map(), version: "10", fail: () => false },
    say(plural, event) {
      for (const response of watches.get(plural) ?? []) response.write(`${JSON.stringify(event)}\n`);
    },
    cut(plural) {
      for (const response of watches.get(plural) ?? []) response.destroy();
    },
    untilAsked: (plural, what, times) =>
      new Promise((resolve) => {
        const look = () => {
          if (count(plural, what === "watch") < times) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    watching: (plural) => watches.get(plural)?.size ?? 0,
    async close() {
      await connection.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true });
    },
  };
  return api;
}

function read(request: IncomingMessage): Asked {
  const { pathname, searchParams: query } = new URL(request.url ?? "", "http://api");
  const plural = pathname.split("/").at(-1) ?? "";
  return { plural, isWatch: query.get("watch") === "true", query, accept: request.headers.accept ?? "" };
}

async function connectTo(port: number, folder: string): Promise<Connection> {
  const cluster = { server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true };
  const [clusters, users] = [[{ name: "c", cluster }], [{ name: "u", user: { token: "the-workers" } }]];
  const contexts = [{ name: "x", context: { cluster: "c", user: "u" } }];
  const kubeconfig = join(folder, "kubeconfig");
  await writeFile(kubeconfig, JSON.stringify({ clusters, users, contexts, "current-context": "x" }));
  return connect({ id: "prod", kubeconfig });
}
