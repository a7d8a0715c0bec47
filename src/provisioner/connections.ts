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
  type RequestContext,
  ServerConfiguration,
} from "@kubernetes/client-node";
import pLimit from "p-limit";
import { ClusterTrouble } from "../workflows/trouble.ts";
import { type CallGate, createCallGate } from "./call-gate.ts";
import { createJobController, type JobController } from "./job-controller.ts";
import { type KeptDispatcher, keepDispatcher } from "./kept-dispatcher.ts";
import { createKnownGrants, type KnownGrants } from "./known-grants.ts";
import { createTurns, type Turns } from "./turns.ts";
import { type Pass, undiciHttp } from "./undici-http.ts";

/** Where a cluster is: a kubeconfig (and one of its contexts), or the cluster that the worker itself runs in. */
export interface ClusterSettings {
  readonly id: string;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly inCluster?: true;
  /** Words about it that the policy's risk and conditions may ask for. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** One cluster's API, as the worker. */
export interface Connection {
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly core: CoreV1Api;
  readonly batch: BatchV1Api;
  readonly rbac: RbacAuthorizationV1Api;
  readonly authorization: AuthorizationV1Api;
  readonly custom: CustomObjectsApi;
  /** The same, over connections that nothing but cuts uses: a cut waits behind no other call of this process. */
  readonly cutting: RbacAuthorizationV1Api;
  /** What every call goes through, also those that are made without the APIs above. */
  readonly gate: CallGate;
  readonly turns: Turns;
  readonly known: KnownGrants;
  readonly jobController: JobController;
  /** Where people find this cluster, as the worker's own kubeconfig says it. */
  readonly endpoint: Cluster;
  /** Puts the worker's credential and its dispatcher on a call that is made without the APIs above. */
  sign(call: RequestContext): Promise<void>;
  /** The same cluster as somebody else, over connections that are not the worker's own. */
  asBearer(token: string): AuthorizationV1Api;
  close(): Promise<void>;
}

/**
 * So many calls may be under way at a time; the rest wait their turn here. The API server gives one caller (by
 * default) some 245 places and 300 to wait in, and answers 429 beyond that: of 1,000 deletes at once without a limit
 * it refused 145 to 628, with 200 at a time none, and no fewer at a time was any faster (measured).
 */
const CALLS_AT_ONCE = { ours: 100, cuts: 200, trials: 100 };

/** Takes a cluster's settings; returns its API. Throws where the kubeconfig cannot be read. */
export function connect(settings: ClusterSettings): Connection {
  const config = load(settings);
  const endpoint = config.getCurrentCluster();
  if (endpoint === null) throw new ClusterTrouble(settings.id, `the kubeconfig of ${settings.id} names no cluster`);
  const gate = createCallGate(settings.id);
  const ours = keepDispatcher(CALLS_AT_ONCE.ours);
  const cuts = keepDispatcher(CALLS_AT_ONCE.cuts);
  const trials = keepDispatcher(CALLS_AT_ONCE.trials);
  const pass = passage(gate, ours, CALLS_AT_ONCE.ours);
  ours.giveTo(config);
  const cuttingConfig = load(settings);
  cuts.giveTo(cuttingConfig);
  const trying = { dispatcher: trials, pass: passage(gate, trials, CALLS_AT_ONCE.trials) };
  return {
    id: settings.id,
    labels: settings.labels ?? {},
    core: makeApi(config, CoreV1Api, pass),
    batch: makeApi(config, BatchV1Api, pass),
    rbac: makeApi(config, RbacAuthorizationV1Api, pass),
    authorization: makeApi(config, AuthorizationV1Api, pass),
    custom: makeApi(config, CustomObjectsApi, pass),
    cutting: makeApi(cuttingConfig, RbacAuthorizationV1Api, passage(gate, cuts, CALLS_AT_ONCE.cuts)),
    gate,
    turns: createTurns(),
    known: createKnownGrants(),
    jobController: createJobController(),
    endpoint,
    sign: (call) => config.applySecurityAuthentication(call),
    asBearer: (token) => asBearer(endpoint, token, trying),
    close: async () => {
      await Promise.all([ours.close(), cuts.close(), trials.close()]);
    },
  };
}

/** Those that wait meet the gate when it is their turn, so a cluster that went silent fails them at once. */
function passage(gate: CallGate, dispatcher: KeptDispatcher, atOnce: number): Pass {
  const limit = pLimit(atOnce);
  return (call) => limit(() => gate.pass(() => dispatcher.within(call)));
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
function asBearer(
  endpoint: Cluster,
  token: string,
  { dispatcher, pass }: { readonly dispatcher: KeptDispatcher; readonly pass: Pass },
) {
  const config = new KubeConfig();
  config.loadFromClusterAndUser(endpoint, { name: "trial", token });
  dispatcher.giveTo(config);
  return makeApi(config, AuthorizationV1Api, pass);
}

/** As KubeConfig's `makeApiClient`, but by way of `undiciHttp`. */
function makeApi<Api>(config: KubeConfig, api: new (configuration: Configuration) => Api, pass: Pass): Api {
  const baseServer = new ServerConfiguration(config.getCurrentCluster()?.server ?? "", {});
  return new api(createConfiguration({ baseServer, authMethods: { default: config }, httpApi: undiciHttp(pass) }));
}
