import type { ConnectionOptions } from "node:tls";
import {
  AuthorizationV1Api,
  BatchV1Api,
  type Cluster,
  type Configuration,
  CoreV1Api,
  CustomObjectsApi,
  createConfiguration,
  KubeConfig,
  RbacAuthorizationV1Api,
  ServerConfiguration,
} from "@kubernetes/client-node";
import { Agent, type Dispatcher, ProxyAgent } from "undici";
import { ClusterTrouble } from "../workflows/trouble.ts";
import { type BindingUids, createBindingUids } from "./binding-uids.ts";
import { undiciHttp } from "./undici-http.ts";

/** Where a cluster is: a kubeconfig (and one of its contexts), or the cluster that the worker itself runs in. */
export interface ClusterSettings {
  readonly id: string;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly inCluster?: true;
}

/** One cluster's API, as the worker. */
export interface Connection {
  readonly id: string;
  readonly core: CoreV1Api;
  readonly batch: BatchV1Api;
  readonly rbac: RbacAuthorizationV1Api;
  readonly authorization: AuthorizationV1Api;
  readonly custom: CustomObjectsApi;
  readonly bindingUids: BindingUids;
  /** Where people find this cluster, as the worker's own kubeconfig says it. */
  readonly endpoint: Cluster;
  /** The same cluster as somebody else, over connections that are not the worker's own. */
  asBearer(token: string): AuthorizationV1Api;
  close(): Promise<void>;
}

/** client-node and undici wait five minutes by default; measured, an API server in health answers in milliseconds. */
const ANSWER_MS = 3_000;
const CONNECT_MS = 2_000;
/** Shorter than the 60 s after which many load balancers forget an idle connection. */
const KEEP_ALIVE_MS = 30_000;

/** Takes a cluster's settings; returns its API. Throws where the kubeconfig cannot be read. */
export function connect(settings: ClusterSettings): Connection {
  const config = load(settings);
  const endpoint = config.getCurrentCluster();
  if (endpoint === null) throw new ClusterTrouble(settings.id, `the kubeconfig of ${settings.id} names no cluster`);
  const kept = keepDispatcher();
  kept.giveTo(config);
  const others = keepDispatcher();
  return {
    id: settings.id,
    core: makeApi(config, CoreV1Api),
    batch: makeApi(config, BatchV1Api),
    rbac: makeApi(config, RbacAuthorizationV1Api),
    authorization: makeApi(config, AuthorizationV1Api),
    custom: makeApi(config, CustomObjectsApi),
    bindingUids: createBindingUids(),
    endpoint,
    asBearer: (token) => asBearer(endpoint, token, others),
    close: async () => {
      await Promise.all([kept.close(), others.close()]);
    },
  };
}

function load({ id, kubeconfig, context, inCluster }: ClusterSettings): KubeConfig {
  const config = new KubeConfig();
  try {
    if (inCluster === true) config.loadFromCluster();
    else config.loadFromFile(kubeconfig ?? "");
  } catch (cause) {
    throw new ClusterTrouble(id, `the kubeconfig of ${id} cannot be read: see clusters.yaml`, { cause });
  }
  if (context === undefined) return config;
  if (config.getContextObject(context) === null) {
    throw new ClusterTrouble(id, `the kubeconfig of ${id} has no context "${context}"`);
  }
  config.setCurrentContext(context);
  return config;
}

/** Never over the worker's own dispatcher: a connection that answered 401 once took the worker's calls down with it. */
function asBearer(endpoint: Cluster, token: string, dispatcher: KeptDispatcher) {
  const config = new KubeConfig();
  config.loadFromClusterAndUser(endpoint, { name: "trial", token });
  dispatcher.giveTo(config);
  return makeApi(config, AuthorizationV1Api);
}

/** As KubeConfig's `makeApiClient`, but by way of `undiciHttp`. */
function makeApi<Api>(config: KubeConfig, api: new (configuration: Configuration) => Api): Api {
  const baseServer = new ServerConfiguration(config.getCurrentCluster()?.server ?? "", {});
  return new api(createConfiguration({ baseServer, authMethods: { default: config }, httpApi: undiciHttp }));
}

type Tls = Parameters<KubeConfig["createDispatcherOptions"]>[1];

interface KeptDispatcher {
  giveTo(config: KubeConfig): void;
  close(): Promise<void>;
}

/**
 * One dispatcher with deadlines for all the calls of the KubeConfigs that it is given to. By itself a KubeConfig opens
 * a connection per call, which takes several times as long. Renewed when CA or client certificate change on disk.
 */
function keepDispatcher(): KeptDispatcher {
  let kept: { readonly tls: Tls; readonly dispatcher: Dispatcher } | null = null;
  return {
    giveTo(config) {
      const createDispatcher = (cluster: Cluster | null, tls: Tls): Dispatcher => {
        if (kept !== null && isSame(kept.tls, tls)) return kept.dispatcher;
        kept?.dispatcher.close().catch(() => {});
        kept = { tls, dispatcher: openDispatcher(config, cluster, tls) };
        return kept.dispatcher;
      };
      // A private method in its types, and the only place where a dispatcher can be given.
      Object.assign(config, { createDispatcher });
    },
    async close() {
      await kept?.dispatcher.destroy();
      kept = null;
    },
  };
}

function openDispatcher(config: KubeConfig, cluster: Cluster | null, tls: Tls): Dispatcher {
  const options = { headersTimeout: ANSWER_MS, bodyTimeout: ANSWER_MS };
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
