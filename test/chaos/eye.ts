import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { type Happening, watch } from "../../bench/watch.ts";
import type { AttachedKubernetes } from "../workbench/kubernetes/attached-kubernetes.ts";

const GRANTS = "/api/v1/namespaces/daypass-grants";
const KINDS = {
  AccessGrant: "/apis/daypass.dev/v1alpha1/accessgrants",
  Job: "/apis/batch/v1/namespaces/daypass-grants/jobs",
  ServiceAccount: `${GRANTS}/serviceaccounts`,
  Secret: `${GRANTS}/secrets`,
  RoleBinding: "/apis/rbac.authorization.k8s.io/v1/rolebindings",
} as const;

export type Kind = keyof typeof KINDS;

/** An object of a grant, from when to when it was seen. */
export interface Seen {
  readonly kind: Kind;
  readonly grant: string;
  readonly name: string;
  readonly namespace: string;
  readonly from: number;
  /** An AccessGrant's own end; null for everything else. */
  readonly end: number | null;
  /** Null while it is there. */
  until: number | null;
}

/** Follows all objects of all grants as the admin, past every line with faults. */
export interface Eye {
  /** Everything ever seen of one grant. */
  of(grant: string): readonly Seen[];
  /** Of all grants whose AccessGrant names this namespace. */
  grantsIn(namespace: string): readonly string[];
  /** Called for each object that comes. */
  onCome(hear: (seen: Seen) => void): () => void;
  close(): void;
}

interface Labelled {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec?: { readonly namespaces?: readonly string[]; readonly expiresAt?: string };
}

/** Takes the control plane; begins to follow. */
export function openEye(kubernetes: AttachedKubernetes): Eye {
  const stop = new AbortController();
  const seen = new Map<string, Seen>();
  const places = new Map<string, readonly string[]>();
  const hearers = new Set<(seen: Seen) => void>();
  const learn = (kind: Kind, { type, object }: Happening<Labelled>) => {
    const { name, uid, namespace = "", labels } = object.metadata;
    const grant = labels?.["daypass.dev/grant"];
    if (grant === undefined) return;
    const before = seen.get(uid);
    if (type === "DELETED" && before !== undefined) before.until = Date.now();
    if (before !== undefined) return;
    const end = kind === "AccessGrant" ? Date.parse(object.spec?.expiresAt ?? "") : null;
    const one: Seen = { kind, grant, name, namespace, from: Date.now(), end, until: null };
    seen.set(uid, one);
    if (kind === "AccessGrant") places.set(grant, object.spec?.namespaces ?? []);
    for (const hear of hearers) hear(one);
  };
  const follow = async (kind: Kind) => {
    const ca = readFileSync(kubernetes.caFile, "utf8");
    const plan = { server: kubernetes.server, ca, token: kubernetes.coordinates.adminToken, path: KINDS[kind] };
    for await (const happening of watch<Labelled>(plan, stop.signal)) learn(kind, happening);
  };
  for (const kind of Object.keys(KINDS) as Kind[]) void keepFollowing(() => follow(kind), stop.signal);
  return {
    of: (grant) => [...seen.values()].filter((one) => one.grant === grant),
    grantsIn: (namespace) =>
      [...places].flatMap(([grant, namespaces]) => (namespaces.includes(namespace) ? [grant] : [])),
    onCome: (hear) => {
      hearers.add(hear);
      return () => hearers.delete(hear);
    },
    close: () => stop.abort(),
  };
}

/** The API server ends a watch now and then. */
async function keepFollowing(follow: () => Promise<void>, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    await follow().catch(() => undefined);
    await wait(100);
  }
}
