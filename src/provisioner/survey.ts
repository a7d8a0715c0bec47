import type { V1ClusterRole, V1RoleBinding } from "@kubernetes/client-node";
import { z } from "zod";
import type { Damage, Held } from "../workflows/ports.ts";
import { type Likeness, likenessOfAccount, likenessOfBinding } from "./adopt.ts";
import { asTrouble } from "./cluster-trouble.ts";
import type { Connection } from "./connections.ts";
import { grantFrom } from "./found-grant.ts";
import { BEING_REMOVED, byHand, roleDamage } from "./inspect.ts";
import { rememberBinding } from "./known-grants.ts";
import { objectName, roleBinding, serviceAccount, timerJob } from "./objects.ts";
import { KINDS, Metadata } from "./watch-kinds.ts";
import { listKind } from "./watch-list.ts";

/** All that a cluster holds at one time, and the version of each kind from which to watch on. */
export interface Survey {
  readonly all: readonly { readonly held: Held; readonly damage: Damage | null }[];
  readonly versions: Readonly<Record<keyof typeof KINDS, string>>;
}

/** A grant, and which of its objects were seen as they should be. */
interface Draft {
  readonly held: Held;
  readonly uid: string;
  damage: Damage | null;
  readonly unbound: Set<string>;
  timer: string | null;
  hasAccount: boolean;
}

/**
 * Takes a cluster and a signal; lists its AccessGrants and then what belongs to them, page by page. Throws
 * ClusterTrouble.
 *
 * Damage is a suspicion, for the caller to verify by `inspectAccess`: a grant that was being made or ended while the
 * lists were read lacks objects as well, and whether a namespace is gone is not asked here.
 */
export async function surveyCluster(cluster: Connection, signal: AbortSignal): Promise<Survey> {
  const drafts = new Map<string, Draft>();
  const roles = new Map<string, V1ClusterRole>();
  async function list(kind: keyof typeof KINDS, take: (item: unknown) => void): Promise<string> {
    try {
      return await listKind(cluster, KINDS[kind], { signal, take });
    } catch (error) {
      throw asTrouble(cluster.id, `list ${KINDS[kind].words}`, error);
    }
  }
  // One after another: what belongs to a grant is made after it, and a silent cluster is asked one thing at a time.
  const versions = {
    grants: await list("grants", (item) => draft(cluster.id, drafts, item)),
    roles: await list("roles", (item) => keepRole(roles, item)),
    timers: await list("timers", (item) => seeTimer(drafts, item)),
    accounts: await list("accounts", (item) => seeAccount(drafts, item)),
    bindings: await list("bindings", (item) => seeBinding(cluster, drafts, item)),
  };
  return { all: [...drafts.values()].map((one) => ({ held: one.held, damage: judge(one, roles) })), versions };
}

function draft(cluster: string, drafts: Map<string, Draft>, item: unknown): void {
  const found = grantFrom(cluster, item);
  if (found === null) return;
  const { held, uid, deleting } = found;
  drafts.set(objectName(held), {
    ...{ held, uid, damage: deleting ? byHand(BEING_REMOVED) : null },
    ...{ unbound: new Set(held.namespaces), timer: null, hasAccount: false },
  });
}

const FoundRole = z.object({ metadata: z.object({ name: z.string() }) });

function keepRole(roles: Map<string, V1ClusterRole>, item: unknown): void {
  const name = FoundRole.safeParse(item).data?.metadata.name;
  if (name !== undefined) roles.set(name, item as V1ClusterRole);
}

const FoundTimer = z.object({ metadata: Metadata.extend({ uid: z.string() }) });

function seeTimer(drafts: ReadonlyMap<string, Draft>, item: unknown): void {
  const metadata = FoundTimer.safeParse(item).data?.metadata;
  const one = drafts.get(metadata?.name ?? "");
  if (metadata === undefined || one === undefined) return;
  one.timer = metadata.uid;
  const wanted = timerJob(one.held, ownerOf(one), one.held.end);
  // Its seconds are no metadata, but changing them counts the generation up.
  const isSame = likenessOfMetadata(metadata, wanted) === "same" && (metadata.generation ?? 1) === 1;
  if (!isSame) one.damage ??= byHand("the timer Job was changed by hand");
}

const FoundAccount = z.object({ metadata: Metadata });

function seeAccount(drafts: ReadonlyMap<string, Draft>, item: unknown): void {
  const metadata = FoundAccount.safeParse(item).data?.metadata;
  const one = drafts.get(metadata?.name ?? "");
  if (metadata === undefined || one === undefined) return;
  one.hasAccount = true;
  const wanted = serviceAccount(one.held, { name: objectName(one.held), uid: one.timer ?? "" });
  if (likenessOfMetadata(metadata, wanted) !== "same") {
    one.damage ??= byHand("the ServiceAccount was changed by hand");
  }
}

const FoundBinding = z.looseObject({
  metadata: Metadata.extend({ namespace: z.string() }),
  roleRef: z.object({ apiGroup: z.string(), kind: z.string(), name: z.string() }),
});

function seeBinding(cluster: Connection, drafts: ReadonlyMap<string, Draft>, item: unknown): void {
  const { data } = FoundBinding.safeParse(item);
  const one = drafts.get(data?.metadata.name ?? "");
  if (data === undefined || one === undefined) return;
  const { namespace } = data.metadata;
  one.unbound.delete(namespace);
  rememberBinding(cluster.known, data.metadata);
  if (likenessOfBinding(item as V1RoleBinding, roleBinding(one.held, namespace, ownerOf(one))) !== "same") {
    one.damage ??= byHand(`the RoleBinding in ${namespace} was changed by hand`);
  }
}

function judge(one: Draft, roles: ReadonlyMap<string, V1ClusterRole>): Damage | null {
  const damage = roleDamage(one.held, roles.get(one.held.role) ?? null) ?? one.damage;
  if (damage !== null) return damage;
  const [namespace] = one.unbound;
  if (namespace !== undefined) return byHand(`the RoleBinding in ${namespace} was removed by hand`);
  if (one.timer === null) return byHand("the timer Job was removed by hand");
  return one.hasAccount ? null : byHand("the ServiceAccount was removed by hand");
}

function ownerOf({ held, uid }: Draft) {
  return { name: objectName(held), uid };
}

/** Labels, end and owner; which is all that `adopt` looks at in a ServiceAccount that says no more. */
function likenessOfMetadata(found: Metadata, wanted: { readonly metadata?: object }): Likeness {
  return likenessOfAccount({ metadata: given(found) }, { metadata: { ...wanted.metadata } });
}

function given({ labels, annotations, ownerReferences }: Metadata) {
  return {
    ...(labels === undefined ? {} : { labels }),
    ...(annotations === undefined ? {} : { annotations }),
    ...(ownerReferences === undefined ? {} : { ownerReferences }),
  };
}
