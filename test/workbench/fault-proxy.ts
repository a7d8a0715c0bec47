import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Agent, createServer, request as sendRequest } from "node:https";
import type { Socket } from "node:net";
import { join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { setTimeout as wait } from "node:timers/promises";
import { parse } from "yaml";
import { createFaultList, type Fault, type PlayedFault, type SeenCall } from "./fault-proxy-faults.ts";
import { createOwnView, type OwnView } from "./fault-proxy-view.ts";
import type { KubernetesCoordinates } from "./kubernetes/coordinates.ts";
import { writeKubeconfig } from "./kubernetes/kubeconfig.ts";
import type { Toll } from "./toll.ts";

/** A line of one's own to a cluster's API server, on which all can go wrong that goes wrong between computers. */
export interface FaultProxy {
  readonly server: string;
  /** Every call that came in, in order, those that were never answered too. */
  readonly calls: readonly SeenCall[];
  /** Takes a kubeconfig's path; writes the same by way of this line and returns its path. */
  writeKubeconfig(original: string): string;
  /** From now on each call that fits meets this fault, the newest first, until it is lifted. */
  play(fault: Fault): PlayedFault;
  /** Nobody listens any more and every connection is reset, until `heal`. */
  refuse(): Promise<void>;
  /** Everything is as it should be again. Calls that hang go on where their caller still waits. */
  heal(): Promise<void>;
  close(): Promise<void>;
}

export interface FaultProxyOptions {
  /** Shows in lists and watches only the grants that were made through this line, so that it looks like a cluster of its own. */
  readonly ownGrantsOnly?: boolean;
  /** The same for several lines that together look like one cluster: see `createOwnView`. */
  readonly view?: OwnView;
  /** Looks at each call that meets no fault. */
  readonly toll?: Toll<TolledCall>;
}

/** A call with what it says. */
export interface TolledCall extends SeenCall {
  readonly body: string;
}

/**
 * Starts such a line on loopback. It ends TLS with the API server's own certificate, which names 127.0.0.1 whatever the
 * port, so a kubeconfig needs no other authority. Watches are streamed.
 */
export async function startFaultProxy(
  cluster: Pick<KubernetesCoordinates, "server" | "caFile" | "folder">,
  { ownGrantsOnly = false, view: sharedView, toll = () => null }: FaultProxyOptions = {},
): Promise<FaultProxy> {
  const pair = (ending: "crt" | "key") => readFileSync(join(cluster.folder, "certificates", `apiserver.${ending}`));
  const agent = new Agent({ ca: readFileSync(cluster.caFile), keepAlive: true });
  const calls: SeenCall[] = [];
  const faults = createFaultList();
  const view = sharedView ?? (ownGrantsOnly ? createOwnView() : null);
  const line: Line = { upstream: cluster.server, agent, calls, faults, view, toll };
  const server = createServer({ cert: pair("crt"), key: pair("key") }, (request, response) => {
    passOn(line, request, response).catch(() => request.socket.destroy());
  });
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  const listen = async (port: number) => {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
  };
  const shut = async () => {
    const closed = server.listening ? once(server, "close") : Promise.resolve();
    server.close();
    for (const socket of sockets) socket.resetAndDestroy();
    await closed;
  };
  await listen(0);
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the fault proxy has no port");
  const { port } = address;
  return {
    server: `https://127.0.0.1:${port}`,
    calls,
    writeKubeconfig: (original) => copyKubeconfig(original, cluster, port),
    play: faults.play,
    refuse: shut,
    heal: async () => {
      faults.liftAll();
      if (!server.listening) await listen(port);
    },
    close: async () => {
      faults.liftAll();
      await shut();
      agent.destroy();
    },
  };
}

interface Line {
  readonly upstream: string;
  readonly agent: Agent;
  readonly calls: SeenCall[];
  readonly faults: ReturnType<typeof createFaultList>;
  readonly view: OwnView | null;
  readonly toll: Toll<TolledCall>;
}

async function passOn(line: Line, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = "", url: path = "", headers: asked } = request;
  const call: SeenCall = { at: Date.now(), method, path, authorization: asked.authorization ?? "", status: null };
  line.calls.push(call);
  const body = await text(request);
  const played = line.faults.meet(call);
  const fault = played?.fault.how;
  if (fault?.kind === "answer") return answer(call, response, fault);
  if (fault?.kind === "hang") await played?.lifted;
  if (fault?.kind === "slow") await wait(fault.ms);
  if (request.socket.destroyed) return;
  const stop = played === undefined ? line.toll({ ...call, body }) : null;
  if (stop?.when === "before" && (await stop.act()) === "drop") return void request.socket.destroy();
  line.view?.remember(call, body);
  const arrived = await forward(line, request, body);
  if (fault?.kind === "loseAnswer") {
    await text(arrived);
    request.socket.destroy();
    return;
  }
  if (stop?.when === "after" && (await stop.act()) === "drop") {
    arrived.destroy();
    request.socket.destroy();
    return;
  }
  call.status = arrived.statusCode ?? 0;
  response.on("close", () => arrived.destroy());
  const shown = line.view?.show(call, arrived) ?? arrived;
  const { "content-length": _, ...headers } = arrived.headers;
  response.writeHead(call.status, shown === arrived ? arrived.headers : headers);
  // A watch may have nothing to say for minutes.
  response.flushHeaders();
  const cut = fault?.kind === "reset" ? fault.afterBytes : Infinity;
  // A client that goes away ends a watch: that is no failure.
  await pipeline(Readable.from(gate(line, call, shown, cut)), response).catch(() => request.socket.destroy());
}

/** The answer's body, as far as it is let through: streams that began before a cluster hung are silent too. */
async function* gate(line: Line, call: SeenCall, body: AsyncIterable<Buffer>, cut: number): AsyncGenerator<Buffer> {
  let sent = 0;
  for await (const chunk of body) {
    await line.faults.hanging(call);
    const rest = cut - sent;
    if (chunk.length > rest) {
      yield chunk.subarray(0, rest);
      throw new Error("reset");
    }
    sent += chunk.length;
    yield chunk;
  }
  if (cut < Infinity) throw new Error("reset");
}

async function forward({ upstream, agent }: Line, request: IncomingMessage, body: string): Promise<IncomingMessage> {
  const { host: _host, "accept-encoding": _encoding, "transfer-encoding": _transfer, ...headers } = request.headers;
  const sent = sendRequest(new URL(request.url ?? "", upstream), {
    ...{ agent, method: request.method },
    headers: { ...headers, "content-length": Buffer.byteLength(body) },
  });
  sent.end(body);
  const [arrived] = (await once(sent, "response")) as [IncomingMessage];
  return arrived;
}

function answer(
  call: SeenCall,
  response: ServerResponse,
  { status, retryAfter }: { readonly status: number; readonly retryAfter?: number },
): void {
  call.status = status;
  const message = `the fault proxy says ${status}`;
  response.writeHead(status, {
    "content-type": "application/json",
    ...(retryAfter === undefined ? {} : { "retry-after": String(retryAfter) }),
  });
  response.end(JSON.stringify({ kind: "Status", apiVersion: "v1", status: "Failure", message, code: status }));
}

function copyKubeconfig(original: string, { caFile }: { readonly caFile: string }, port: number): string {
  const { users } = parse(readFileSync(original, "utf8")) as { users: { name: string; user: { token: string } }[] };
  const [user] = users;
  if (user === undefined) throw new Error(`${original} names no user`);
  const parts = { server: `https://127.0.0.1:${port}`, caFile, user: user.name, token: user.user.token };
  return writeKubeconfig(original.replace(/(\.kubeconfig)?$/, `-by-${port}.kubeconfig`), parts);
}
