/** What a cluster lends to whom, read from what it holds: never from what Daypass says of itself. */
import { grantIn } from "../../../src/provisioner/found-grant.ts";
import type { MemoryKubernetes } from "../../fakes/kubernetes/memory-kubernetes.ts";
import type { ObjectStore } from "../../fakes/kubernetes/object-store.ts";
import type { Plural, Stored } from "../../fakes/kubernetes/stored-object.ts";
import type { Minted } from "../../fakes/kubernetes/tokens.ts";
import { Violation } from "../core/run-state.ts";
import type { LivingCluster } from "../world/clusters.ts";

/** The API server honours a token that was used lately for so long after it is dead. */
export const REMEMBERED_MS = 10_000;
/** go-jose's leeway on `exp`. */
const LEEWAY_MS = 60_000;

/** One token that somebody may hold, and when it was last seen to be one that the API server honours. */
interface Held {
  readonly minted: Minted;
  readonly grant: string;
  /** The delivery's number, 0 for the trial. */
  readonly n: number;
  isLive: boolean;
  liveAt: number;
}

/** A token with which something can be done now. */
export interface Accepted {
  readonly grant: string;
  readonly n: number;
  readonly namespace: string;
  /** By which it may. */
  readonly role: string;
  readonly minted: Minted;
  /** The API server would honour it even if it had never seen it; else it only remembers it. */
  readonly isLive: boolean;
}

export interface Eye {
  readonly cluster: MemoryKubernetes;
  /** By how much its clock is ahead of the true time. */
  readonly skewMs: number;
  /** Whether anything binds a grant's identity. */
  isBound(grant: string): boolean;
  /** Whether a token was minted since it looked last, which no object shows. */
  hasNewTokens(): boolean;
  /**
   * The tokens with which something can be done at this moment, by whoever used them all the time: the authenticator
   * then remembers them for ten seconds after they are dead.
   */
  accepted(): readonly Accepted[];
  /** The objects that bear a grant's name, by grant. */
  objects(): ReadonlyMap<string, readonly { readonly plural: Plural; readonly object: Stored }[]>;
}

/** What grants are made of; namespaces and roles are none of theirs. */
const PARTS: readonly Plural[] = ["accessgrants", "jobs", "serviceaccounts", "secrets", "rolebindings"];

/** Takes a cluster, of which all times are by its own clock, and the true time; returns what sees into it. */
export function openEye({ kubernetes: cluster, skewMs }: LivingCluster, now: () => number): Eye {
  const { store, tokens } = cluster;
  const held: Held[] = [];
  let seen: { readonly version: number; readonly objects: ReturnType<Eye["objects"]> } | null = null;

  function isLive({ account, secret, exp }: Minted): boolean {
    if (now() > exp + LEEWAY_MS) return false;
    const { namespace, name, uid } = account;
    if (store.find({ plural: "serviceaccounts", namespace, name })?.metadata.uid !== uid) return false;
    return (
      secret === null || store.find({ plural: "secrets", namespace, name: secret.name })?.metadata.uid === secret.uid
    );
  }
  function lookAtTokens(): void {
    for (const minted of tokens.slice(held.length)) {
      const n = Number(/-d(\d+)$/.exec(minted.secret?.name ?? "")?.[1] ?? 0);
      const truly = { ...minted, mintedAt: minted.mintedAt - skewMs, exp: minted.exp - skewMs };
      held.push({ minted: truly, grant: grantIn(minted.account.name) ?? "", n, isLive: true, liveAt: truly.mintedAt });
    }
    const unbound = held.find(({ minted, grant }) => minted.secret === null && grant !== "");
    if (unbound !== undefined) throw new Violation("I4", `a token of grant ${unbound.grant} is bound to no Secret`);
    for (const one of held) {
      one.isLive = isLive(one.minted);
      if (one.isLive) one.liveAt = now();
    }
  }
  return {
    ...{ cluster, skewMs },
    isBound: (grant) =>
      store.list("rolebindings").some((binding) => accountsOf(binding).some((name) => grantIn(name) === grant)),
    hasNewTokens: () => tokens.length > held.length,
    accepted() {
      lookAtTokens();
      const usable = held.filter(({ liveAt }) => now() - liveAt <= REMEMBERED_MS);
      if (usable.length === 0) return [];
      const bindings = store.list("rolebindings");
      return usable.flatMap(({ minted, grant, n, isLive: lives }) =>
        bindings
          .filter((binding) => isBoundTo(binding, minted.account.name))
          .map(({ metadata, roleRef }) => ({
            ...{ grant, n, minted, namespace: metadata.namespace ?? "", isLive: lives },
            role: (roleRef as { readonly name: string }).name,
          })),
      );
    },
    objects() {
      const { version } = store.history;
      if (seen?.version !== version) seen = { version, objects: lookAtObjects(store) };
      return seen.objects;
    },
  };
}

function lookAtObjects(store: ObjectStore): ReturnType<Eye["objects"]> {
  const found = new Map<string, { plural: Plural; object: Stored }[]>();
  for (const plural of PARTS) {
    for (const object of store.list(plural)) {
      const grant = grantOf(object);
      if (grant === null) continue;
      const parts = found.get(grant);
      if (parts === undefined) found.set(grant, [{ plural, object }]);
      else parts.push({ plural, object });
    }
  }
  return found;
}

const grants = new WeakMap<Stored, string | null>();

/** Nobody can change an object, so its name is read once. */
function grantOf(object: Stored): string | null {
  const known = grants.get(object);
  if (known !== undefined) return known;
  const grant = grantIn(object.metadata.name.replace(/-d\d+$/, ""));
  grants.set(object, grant);
  return grant;
}

function isBoundTo(binding: Stored, account: string): boolean {
  return accountsOf(binding).includes(account);
}

function accountsOf(binding: Stored): string[] {
  const subjects = (binding.subjects ?? []) as readonly { readonly kind: string; readonly name: string }[];
  return subjects.flatMap(({ kind, name }) => (kind === "ServiceAccount" ? [name] : []));
}
