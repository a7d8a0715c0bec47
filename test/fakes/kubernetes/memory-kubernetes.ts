import type { Connection } from "../../../src/provisioner/connections.ts";
import type { Gate } from "../gate.ts";
import { isAllowed, type Question } from "./authorizer.ts";
import { CATALOGUE, targetRules } from "./catalogue.ts";
import { connectTo } from "./connection.ts";
import { type Controllers, createControllers } from "./controllers.ts";
import { createMemoryDispatcher, type MemoryDispatcher } from "./memory-dispatcher.ts";
import { createObjectStore, type ObjectStore } from "./object-store.ts";
import { createRequests } from "./requests.ts";
import { PLURALS, type Stored } from "./stored-object.ts";
import { createTokens, type Minted } from "./tokens.ts";

interface MemoryKubernetesParts {
  /** As in clusters.yaml. */
  readonly id: string;
  /** The API server's clock and its controllers', in epoch milliseconds. */
  now(): number;
  /** Hears of every write, right after it. */
  changed?(): void;
  /** Namespaces that are open to Daypass. */
  readonly open: readonly string[];
  readonly closed?: readonly string[];
  /** Rules by ClusterRole; unless given, those of a small catalogue. */
  readonly roles?: Readonly<Record<string, readonly object[]>>;
}

/** Faults that are none of a call. */
export interface ConnectOptions {
  /** How many writes the API server's cache is behind; asked for each list that may come from it. Unless given, none. */
  staleBy?(): number;
  /** The most that a page of a list holds, asked for each page; unless given, as much as is asked for. */
  pageSize?(): number;
  /** The cluster's in clusters.yaml; unless given, it has none. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** One API server in memory, with its controllers. */
export interface MemoryKubernetes {
  readonly id: string;
  /** What it holds; whoever uses it so has all rights and passes no gate. */
  readonly store: ObjectStore;
  readonly controllers: Controllers;
  /** Every token that was ever minted. */
  readonly tokens: readonly Minted[];
  /** Returns a connection as a worker has one, of which every call passes the gate. */
  connect(gate: Gate, options?: ConnectOptions): Connection;
  /** Breaks all watches, as a restart of the API server does. */
  breakWatches(): void;
  /** Asks for something with a token, as its owner would; which the authenticator remembers for ten seconds. */
  access(token: string, question: Question): 200 | 401 | 403;
  /** Lets go of all watches, at the end of a simulation. */
  forgetWatches(): void;
  /** Every object there is. */
  objects(): readonly Stored[];
  /** Makes a namespace that is open to Daypass. */
  openNamespace(name: string): void;
}

const TARGET = "daypass-worker-target";

/** Takes the parts; returns an API server with Daypass installed in it as deploy/cluster does. */
export function createMemoryKubernetes(parts: MemoryKubernetesParts): MemoryKubernetes {
  const { id, now, open, closed = [], roles = CATALOGUE } = parts;
  const store = createObjectStore(parts);
  const tokens = createTokens(store, parts);
  const requests = createRequests(store, tokens);
  const connected = new Set<MemoryDispatcher>();
  const server: MemoryKubernetes = {
    ...{ id, store, controllers: createControllers(store, now), tokens: tokens.all },
    connect(gate, { staleBy, pageSize = () => Number.POSITIVE_INFINITY, labels = {} } = {}) {
      const lists = createMemoryDispatcher({ id, store, gate, pageSize });
      connected.add(lists);
      const cacheVersion = () => (staleBy === undefined ? undefined : store.history.version - staleBy());
      return connectTo({ id, labels, gate, lists, requests, now, cacheVersion });
    },
    breakWatches() {
      for (const lists of connected) lists.breakAll();
    },
    forgetWatches() {
      for (const lists of connected) lists.forget();
    },
    access(token, question) {
      const user = tokens.authenticate(token);
      if (user === null) return 401;
      return isAllowed(store, user, question) ? 200 : 403;
    },
    objects: () => PLURALS.flatMap((plural) => store.list(plural)),
    openNamespace(name) {
      makeNamespace(store, name);
      store.create({ plural: "rolebindings", namespace: name, name: TARGET }, TARGET_BINDING);
    },
  };
  for (const name of ["kube-system", "daypass-system", "daypass-grants", ...closed]) {
    makeNamespace(store, name);
  }
  for (const [name, rules] of Object.entries({ ...roles, [TARGET]: targetRules(Object.keys(roles)) })) {
    store.create({ plural: "clusterroles", name }, { rules });
  }
  for (const name of open) server.openNamespace(name);
  return server;
}

/** As the API server labels each namespace by itself. */
function makeNamespace(store: ObjectStore, name: string): void {
  store.create({ plural: "namespaces", name }, { metadata: { labels: { "kubernetes.io/metadata.name": name } } });
}

const TARGET_BINDING = {
  roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: TARGET },
  subjects: [{ kind: "ServiceAccount", name: "worker", namespace: "daypass-system" }],
};
