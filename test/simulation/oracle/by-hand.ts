/** What people did in the clusters by hand, which Daypass did not do. */
import { grantIn } from "../../../src/provisioner/found-grant.ts";
import type { Ref } from "../../fakes/kubernetes/stored-object.ts";

/** An object that somebody made by hand. */
export interface Foreign {
  readonly cluster: string;
  readonly ref: Ref;
  readonly uid: string;
}

/** What hands tell of what they do. */
export interface HandNotes {
  /** Something was done to the world that a quiet day does not hold. */
  disturbed(): void;
  /** Somebody deleted a namespace, which nobody makes again before all is mended. */
  namespaceDeleted(cluster: string, namespace: string): void;
  /** Somebody changed a grant's objects by hand. */
  touchedByHand(grant: string): void;
  /** Somebody made an object of their own, which nobody else may take away. */
  madeByHand(cluster: string, ref: Ref, uid: string): void;
  removedByHand(cluster: string, ref: Ref): void;
  roleChanged(cluster: string, role: string): void;
}

/** Where a pass is. */
export interface HeldPass {
  readonly grant: string;
  readonly cluster: string;
  readonly namespaces: readonly string[];
}

export interface ByHand {
  readonly notes: HandNotes;
  readonly foreign: readonly Foreign[];
  /** The uids of all that was ever made by hand. */
  readonly made: ReadonlySet<string>;
  /** When a grant's objects were changed by hand last, by grant. */
  readonly touched: ReadonlyMap<string, number>;
  /** When a role was changed, by `cluster role`. */
  readonly rolesChangedAt: ReadonlyMap<string, number>;
  wasDisturbed(): boolean;
  /** Whether somebody's hand has reached a pass: its objects, what is under their name, or a namespace in which it is. */
  hasReached(pass: HeldPass): boolean;
}

/** Takes the time; returns the notes of a world that nobody's hand has touched. */
export function openByHand(now: () => number): ByHand {
  const foreign: Foreign[] = [];
  const made = new Set<string>();
  const touched = new Map<string, number>();
  const rolesChangedAt = new Map<string, number>();
  /** The grants under whose name somebody made something. */
  const named = new Set<string>();
  const namespacesGone = new Set<string>();
  let wasDisturbed = false;
  return {
    ...{ foreign, made, touched, rolesChangedAt },
    wasDisturbed: () => wasDisturbed,
    hasReached: ({ grant, cluster, namespaces }) =>
      touched.has(grant) ||
      named.has(grant) ||
      namespaces.some((namespace) => namespacesGone.has(`${cluster} ${namespace}`)),
    notes: {
      disturbed: () => {
        wasDisturbed = true;
      },
      namespaceDeleted: (cluster, namespace) => void namespacesGone.add(`${cluster} ${namespace}`),
      touchedByHand: (grant) => void touched.set(grant, now()),
      madeByHand: (cluster, ref, uid) => {
        wasDisturbed = true;
        foreign.push({ cluster, ref, uid });
        made.add(uid);
        named.add(grantIn(ref.name) ?? "");
      },
      removedByHand: (cluster, { plural, namespace, name }) => {
        const at = foreign.findIndex(
          ({ cluster: other, ref }) =>
            other === cluster && ref.plural === plural && ref.namespace === namespace && ref.name === name,
        );
        if (at >= 0) foreign.splice(at, 1);
      },
      roleChanged: (cluster, role) => void rolesChangedAt.set(`${cluster} ${role}`, now()),
    },
  };
}
