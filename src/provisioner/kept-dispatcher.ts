import type { ConnectionOptions } from "node:tls";
import type { Cluster, KubeConfig } from "@kubernetes/client-node";
import { Agent, type Dispatcher, ProxyAgent } from "undici";
import { NoAnswer } from "./undici-http.ts";

/** client-node and undici wait five minutes by default; measured, an API server in health answers in milliseconds. */
const ANSWER_MS = 3_000;
const CONNECT_MS = 2_000;
/**
 * For all of a call. undici's own deadlines begin when a call is written; while no connection can be made, calls wait
 * for one another's tries to connect before that: ten of them took 25 s to fail (measured).
 */
const CALL_MS = ANSWER_MS + 500;
/** Shorter than the 60 s after which many load balancers forget an idle connection. */
const KEEP_ALIVE_MS = 30_000;
/** The API server itself closes a connection that was idle for 90 s. */
const IDLE_MS = 60_000;
type Tls = Parameters<KubeConfig["createDispatcherOptions"]>[1];

export interface KeptDispatcher {
  giveTo(config: KubeConfig): void;
  /** Makes a call; throws NoAnswer after its whole deadline, and then begins anew with connecting. */
  within<T>(call: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/**
 * Takes how many calls there may be at once; returns one dispatcher with deadlines for all the calls of the KubeConfigs
 * that it is given to. By itself a KubeConfig opens a connection per call, which takes several times as long. Renewed
 * when CA or client certificate change on disk.
 *
 * Over HTTP/2, which every API server speaks, a hundred calls share a connection, and each costs a ninth of the CPU
 * that it costs over HTTP/1.1 (measured). A load balancer that speaks only that gets a connection for each call.
 */
export function keepDispatcher(callsAtOnce: number): KeptDispatcher {
  let kept: { readonly tls: Tls; readonly dispatcher: Dispatcher; readonly openedAt: number } | null = null;

  /** What still waits in it fails, and is never sent. One that was opened since the call began is somebody else's try. */
  function beginAnew(because: Error): void {
    if (kept === null || performance.now() - kept.openedAt < CALL_MS) return;
    kept.dispatcher.destroy(because).catch(() => {});
    kept = null;
  }

  return {
    giveTo(config) {
      const createDispatcher = (cluster: Cluster | null, tls: Tls): Dispatcher => {
        if (kept !== null && isSame(kept.tls, tls)) return kept.dispatcher;
        kept?.dispatcher.close().catch(() => {});
        const dispatcher = openDispatcher(config, { cluster, tls, callsAtOnce });
        kept = { tls, dispatcher, openedAt: performance.now() };
        return kept.dispatcher;
      };
      // A private method in its types, and the only place where a dispatcher can be given.
      Object.assign(config, { createDispatcher });
    },
    async within(call) {
      const late = Promise.withResolvers<never>();
      const timer = setTimeout(() => {
        const because = Object.assign(new Error("no answer in time"), { code: "ETIMEDOUT" });
        beginAnew(because);
        late.reject(new NoAnswer(because));
      }, CALL_MS);
      try {
        return await Promise.race([call(), late.promise]);
      } finally {
        clearTimeout(timer);
      }
    },
    async close() {
      await kept?.dispatcher.destroy();
      kept = null;
    },
  };
}

function openDispatcher(
  config: KubeConfig,
  { cluster, tls, callsAtOnce }: { readonly cluster: Cluster | null; readonly tls: Tls; readonly callsAtOnce: number },
): Dispatcher {
  const options = {
    ...{ headersTimeout: ANSWER_MS, bodyTimeout: ANSWER_MS, keepAliveTimeout: IDLE_MS },
    connections: callsAtOnce,
  };
  const connect = { ...given(tls), timeout: CONNECT_MS, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS };
  // Also where client-node refuses plain http to a cluster.
  const route = config.createDispatcherOptions(cluster, tls);
  switch (route.type) {
    case "agent":
    case "none":
      return new Agent({ ...options, connect });
    case "proxy":
      return new ProxyAgent({ ...options, uri: route.uri, requestTls: connect });
    case "socks":
      throw new Error("a SOCKS proxy to a cluster is not supported; use an HTTP proxy");
  }
}

type TlsField = "ca" | "cert" | "key" | "servername" | "rejectUnauthorized";

function given({ ca, cert, key, servername, rejectUnauthorized }: Tls): Pick<ConnectionOptions, TlsField> {
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(servername === undefined ? {} : { servername }),
    ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
  };
}

function isSame(one: Tls, other: Tls): boolean {
  const fields: readonly TlsField[] = ["ca", "cert", "key", "servername", "rejectUnauthorized"];
  return fields.every((field) => String(one[field]) === String(other[field]));
}
