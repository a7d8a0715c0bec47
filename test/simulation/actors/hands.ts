/** What people do in a cluster by hand, past Daypass (F14): they may, and it must be told and lend nothing more. */

import { isDeepStrictEqual } from "node:util";
import { grantIn } from "../../../src/provisioner/found-grant.ts";
import { GRANTS_NAMESPACE, objectName } from "../../../src/provisioner/objects.ts";
import type { ObjectStore } from "../../fakes/kubernetes/object-store.ts";
import type { Ref, Stored } from "../../fakes/kubernetes/stored-object.ts";
import type { Run } from "../core/run-state.ts";
import type { Oracle } from "../oracle/oracle.ts";
import type { World } from "../world/world.ts";

/** Where somebody's hand is at work: one grant's objects. */
export interface Place {
  readonly cluster: string;
  readonly namespace: string;
  readonly id: string;
  readonly end: number;
  readonly role: string;
}

export interface Hands {
  /** How many things may be done. */
  readonly kinds: number;
  /** Does one of them; nothing where what it is about is not there. */
  act(nth: number, place: Place): void;
  /** Before a grant is made, somebody binds its identity-to-be to a stronger role, under the very name. */
  bindBefore(place: Place): void;
}

const BACKGROUND = { propagationPolicy: "Background" };
const RBAC = "rbac.authorization.k8s.io";
const STRONGER = "daypass-profile-restart";

/** Whether anything can be made in a namespace: it is there, and not going. */
function isOpen(store: ObjectStore, namespace: string): boolean {
  const found = store.find({ plural: "namespaces", name: namespace });
  return found !== undefined && found.metadata.deletionTimestamp === undefined;
}

/** Takes a run, its world and its oracle, which must know what Daypass did not do. */
export function createHands(run: Run, world: World, oracle: Oracle): Hands {
  const storeOf = ({ cluster }: Place) => world.cluster(cluster).kubernetes.store;
  const remove = (plural: Ref["plural"], inNamespace: (place: Place) => string | undefined) => (place: Place) => {
    const ref = { plural, namespace: inNamespace(place), name: objectName(place) };
    if (storeOf(place).find(ref) === undefined) return;
    oracle.touchedByHand(place.id);
    oracle.removedByHand(place.cluster, ref);
    storeOf(place).remove(ref, BACKGROUND);
  };
  const bind = (place: Place, subject: object) => {
    if (!isOpen(storeOf(place), place.namespace)) return;
    const ref = { plural: "rolebindings", namespace: place.namespace, name: objectName(place) } as const;
    const roleRef = { apiGroup: RBAC, kind: "ClusterRole", name: STRONGER };
    const made: Stored = storeOf(place).create(ref, { roleRef, subjects: [subject] });
    oracle.madeByHand(place.cluster, ref, made.metadata.uid);
    // On call reads of it, since the end of that grant cannot be proven, and mends it.
    run.whenHealing(() => {
      oracle.removedByHand(place.cluster, ref);
      if (storeOf(place).find(ref) !== undefined) storeOf(place).remove(ref, BACKGROUND);
    });
  };
  const kinds: readonly { readonly words: string; readonly act: (place: Place) => void }[] = [
    { words: "removes the ServiceAccount", act: remove("serviceaccounts", () => GRANTS_NAMESPACE) },
    { words: "removes the RoleBinding", act: remove("rolebindings", ({ namespace }) => namespace) },
    { words: "removes the timer Job", act: remove("jobs", () => GRANTS_NAMESPACE) },
    { words: "removes the AccessGrant", act: remove("accessgrants", () => undefined) },
    {
      words: "adds somebody to the RoleBinding",
      act: (place) => {
        const ref = { plural: "rolebindings", namespace: place.namespace, name: objectName(place) } as const;
        if (storeOf(place).find(ref) === undefined) return;
        oracle.touchedByHand(place.id);
        storeOf(place).edit(ref, (found) => ({
          ...found,
          subjects: [...(found.subjects as object[]), { kind: "User", apiGroup: RBAC, name: "somebody-else" }],
        }));
      },
    },
    {
      words: "deletes the namespace",
      act: ({ cluster, namespace }) => {
        const { kubernetes } = world.cluster(cluster);
        if (!isOpen(kubernetes.store, namespace)) return;
        for (const { metadata } of kubernetes.store.list("rolebindings", namespace)) {
          oracle.removedByHand(cluster, { plural: "rolebindings", namespace, name: metadata.name });
          oracle.touchedByHand(grantIn(metadata.name) ?? "");
        }
        oracle.namespaceDeleted(cluster, namespace);
        kubernetes.store.remove({ plural: "namespaces", name: namespace }, BACKGROUND);
        run.whenHealing(() => {
          if (kubernetes.store.find({ plural: "namespaces", name: namespace }) === undefined)
            kubernetes.openNamespace(namespace);
        });
      },
    },
    {
      words: "lets the role do more",
      act: (place) => {
        const rules = [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get"] }];
        const ref = { plural: "clusterroles", name: place.role } as const;
        // Done twice it changes nothing, and a pass that was asked for in between is lent what was asked for.
        if (isDeepStrictEqual(storeOf(place).find(ref)?.rules, rules)) return;
        storeOf(place).edit(ref, (found) => ({ ...found, rules }));
        oracle.roleChanged(place.cluster, place.role);
      },
    },
    {
      words: "puts a RoleBinding of their own in the place of the grant's",
      act: (place) => {
        const ref = { plural: "rolebindings", namespace: place.namespace, name: objectName(place) } as const;
        if (storeOf(place).find(ref) === undefined) return;
        oracle.touchedByHand(place.id);
        oracle.removedByHand(place.cluster, ref);
        storeOf(place).remove(ref, BACKGROUND);
        bind(place, { kind: "User", apiGroup: RBAC, name: "somebody-else" });
      },
    },
    {
      words: "lets the timer Job count for a day",
      act: (place) => {
        const ref = { plural: "jobs", namespace: GRANTS_NAMESPACE, name: objectName(place) } as const;
        if (storeOf(place).find(ref) === undefined) return;
        oracle.touchedByHand(place.id);
        storeOf(place).edit(ref, (found) => ({
          ...found,
          spec: { ...(found.spec as object), ttlSecondsAfterFinished: 86_400 },
        }));
      },
    },
  ];
  return {
    kinds: kinds.length,
    act(nth, place) {
      const deed = kinds[nth];
      // While all is mended nobody breaks anything that nobody would mend.
      if (deed === undefined || run.isHealing()) return;
      oracle.disturbed();
      run.trace.say("by hand", `somebody ${deed.words} (grant ${place.id}, ${place.cluster}/${place.namespace})`);
      run.count.add(`by hand: ${deed.words}`);
      deed.act(place);
    },
    bindBefore(place) {
      const ref = { plural: "rolebindings", namespace: place.namespace, name: objectName(place) } as const;
      if (run.isHealing() || storeOf(place).find(ref) !== undefined) return;
      run.trace.say("by hand", `somebody binds ${STRONGER} under the name that grant ${place.id} will have`);
      run.count.add("by hand: binds a stronger role under the grant's name");
      bind(place, { kind: "ServiceAccount", namespace: GRANTS_NAMESPACE, name: objectName(place) });
    },
  };
}
