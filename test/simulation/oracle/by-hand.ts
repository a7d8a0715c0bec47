/** What people did in the clusters by hand, which Daypass did not do. */
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
  /** Somebody's hand is at work in a cluster. */
  atWork(cluster: string): void;
  /** Somebody changed a grant's objects by hand. */
  touchedByHand(grant: string): void;
  /** Somebody made an object of their own, which nobody else may take away. */
  madeByHand(cluster: string, ref: Ref, uid: string): void;
  removedByHand(cluster: string, ref: Ref): void;
  roleChanged(cluster: string, role: string): void;
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
  /** Whether somebody's hand was ever at work in a cluster. */
  hadHands(cluster: string): boolean;
}

/** Takes the time; returns the notes of a world that nobody's hand has touched. */
export function openByHand(now: () => number): ByHand {
  const foreign: Foreign[] = [];
  const made = new Set<string>();
  const touched = new Map<string, number>();
  const rolesChangedAt = new Map<string, number>();
  const clusters = new Set<string>();
  let wasDisturbed = false;
  return {
    ...{ foreign, made, touched, rolesChangedAt },
    wasDisturbed: () => wasDisturbed,
    hadHands: (cluster) => clusters.has(cluster),
    notes: {
      disturbed: () => {
        wasDisturbed = true;
      },
      atWork: (cluster) => void clusters.add(cluster),
      touchedByHand: (grant) => void touched.set(grant, now()),
      madeByHand: (cluster, ref, uid) => {
        wasDisturbed = true;
        foreign.push({ cluster, ref, uid });
        made.add(uid);
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
