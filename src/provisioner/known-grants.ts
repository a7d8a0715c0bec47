import { isOurs } from "./adopt.ts";
import { grantIn } from "./found-grant.ts";
import { GRANT_LABEL } from "./objects.ts";
import type { Cell } from "./role-rules.ts";

/**
 * What this process remembers of a grant's objects since it made them, or heard of them from their cluster. Every delete names the uid of what it deletes,
 * so nothing here can make one delete anything else; and the proof of an ending reads what is there, whatever is
 * remembered.
 */
export interface KnownGrant {
  /** Uids of bindings that were not deleted yet, by namespace. */
  readonly bindings: Map<string, string>;
  /** The namespaces in which this process deleted the binding already. */
  readonly cut: Set<string>;
  /** Settles when the cut that is under way is done. */
  cutting: Promise<unknown>;
  /** Of its identity and of its AccessGrant. */
  uids: { readonly account: string; readonly grant: string } | null;
  /** What the identity was seen to be allowed when the grant was proven. */
  cells: readonly Cell[];
}

/** By the name of a grant's objects. */
export interface KnownGrants {
  /** Returns what is known, to be added to; nothing at first. */
  of(name: string): KnownGrant;
  find(name: string): KnownGrant | undefined;
  forget(name: string): void;
}

/** Grants that another worker ends are never forgotten by hand; the oldest make room. */
const MOST_KEPT = 10_000;

/** Returns an empty memory. Losing it costs some reads per ending. */
export function createKnownGrants(): KnownGrants {
  const grants = new Map<string, KnownGrant>();
  return {
    of(name) {
      const known = grants.get(name);
      if (known !== undefined) return known;
      const [oldest] = grants.keys();
      if (grants.size >= MOST_KEPT && oldest !== undefined) grants.delete(oldest);
      const fresh: KnownGrant = {
        ...{ bindings: new Map(), cut: new Set(), cutting: Promise.resolve() },
        ...{ uids: null, cells: [] },
      };
      grants.set(name, fresh);
      return fresh;
    },
    find: (name) => grants.get(name),
    forget: (name) => void grants.delete(name),
  };
}

/**
 * Takes what is known and a binding's metadata; remembers its uid where its labels say that it is a grant's of ours, so
 * that a worker that did not make it ends it as fast as the one that did.
 */
export function rememberBinding(known: KnownGrants, { name, namespace, uid, labels }: BindingMetadata): void {
  const grant = labels?.[GRANT_LABEL];
  if (namespace === undefined || uid === undefined || grant === undefined) return;
  if (grantIn(name) !== grant || !isOurs({ labels }, { id: grant })) return;
  known.of(name).bindings.set(namespace, uid);
}

interface BindingMetadata {
  readonly name: string;
  readonly namespace?: string | undefined;
  readonly uid?: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
}
