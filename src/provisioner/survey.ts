import type { V1ClusterRole, V1RoleBinding } from "@kubernetes/client-node";
import { z } from "zod";
import type { Damage, Held } from "../workflows/ports.ts";
import { isUnchanged, type Likeness, likenessOfAccount, likenessOfBinding } from "./adopt.ts";
import { asTrouble } from "./cluster-trouble.ts";
import type { Connection } from "./connections.ts";
import { grantFrom } from "./found-grant.ts";
import { BEING_REMOVED, byHand, type Hashed, roleDamage } from "./inspect.ts";
import { rememberBinding } from "./known-grants.ts";
import { objectName, roleBinding, serviceAccount, timerJob } from "./objects.ts";
import { hashRole } from "./role-rules.ts";
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
  readonly version: string | null;
  readonly deleting: boolean;
  damage: Damage | null;
  readonly unbound: Set<string>;
  timer: string | null;
  hasAccount: boolean;
  /** Versions at which its objects were judged and nothing was wrong, by uid. */
  readonly fine: Map<string, string>;
}

/** By the name of a grant's objects. */
type Drafts = ReadonlyMap<string, Draft>;

/**
 * Takes a cluster; returns what takes a signal and lists its AccessGrants and then what belongs to them, page by page.
 * That throws ClusterTrouble.
 *
 * Every list reads all there is, but what has the uid and version at which it was judged fine before is not judged
 * again: a third of a list's cost (measured with ten thousand grants).
 *
 * Damage is a suspicion, for the caller to verify by `inspectAccess`: a grant that was being made or ended while the
 * lists were read lacks objects as well, and whether a namespace is gone is not asked here.
 */
export function createSurveyor(cluster: Connection): (signal: AbortSignal) => Promise<Survey> {
  let before: Drafts = new Map();
  return async (signal) => {
    const drafts = new Map<string, Draft>();
    const roles = new Map<string, Hashed>();
    async function list(kind: keyof typeof KINDS, take: (item: unknown) => void): Promise<string> {
      try {
        return await listKind(cluster, KINDS[kind], { signal, take });
      } catch (error) {
        throw asTrouble(cluster.id, `list ${KINDS[kind].words}`, error);
      }
    }
    const bindings = bindingsOf(cluster);
    // One after another: what belongs to a grant is made after it, and a silent cluster is asked one thing at a time.
    const versions = {
      grants: await list("grants", (item) => draft(cluster.id, { before, drafts }, item)),
      roles: await list("roles", (item) => keepRole(roles, item)),
      timers: await list("timers", (item) => see(TIMERS, drafts, item)),
      accounts: await list("accounts", (item) => see(ACCOUNTS, drafts, item)),
      bindings: await list("bindings", (item) => see(bindings, drafts, item)),
    };
    before = drafts;
    return { all: [...drafts.values()].map((one) => ({ held: one.held, damage: judge(one, roles) })), versions };
  };
}

/** What tells one state of one object from any other; read without a schema, since each list brings some 40,000. */
function stampOf(item: unknown): { readonly name: string; readonly uid: string; readonly version: string | null } {
  const {
    name = "",
    uid = "",
    resourceVersion = null,
  } = (item as { metadata?: Partial<Metadata> } | null)?.metadata ?? {};
  return { name, uid, version: resourceVersion };
}

function draft(
  cluster: string,
  { before, drafts }: { before: Drafts; drafts: Map<string, Draft> },
  item: unknown,
): void {
  const { name, uid, version } = stampOf(item);
  const known = before.get(name);
  const isSame = version !== null && known?.uid === uid && known.version === version;
  const found = isSame ? known : grantFrom(cluster, item);
  if (found === null) return;
  const { held, deleting } = found;
  drafts.set(name, {
    ...{ held, uid, version, deleting, damage: deleting ? byHand(BEING_REMOVED) : null },
    ...{ unbound: new Set(held.namespaces), timer: null, hasAccount: false, fine: isSame ? known.fine : new Map() },
  });
}

const FoundRole = z.object({ metadata: z.object({ name: z.string() }) });

function keepRole(roles: Map<string, Hashed>, item: unknown): void {
  const name = FoundRole.safeParse(item).data?.metadata.name;
  if (name !== undefined) roles.set(name, { hash: hashRole(item as V1ClusterRole) });
}

/** What is looked at in one kind of a grant's objects. */
interface Part<Found> {
  readonly schema: z.ZodType<Found>;
  /** Keeps what is asked of the grant as a whole. */
  note(one: Draft, found: Found): void;
  /** Returns what is wrong with it, as a sentence without its full stop, or null. */
  flaw(one: Draft, found: Found): string | null;
}

function see<Found>(part: Part<Found>, drafts: Drafts, item: unknown): void {
  const { name, uid, version } = stampOf(item);
  const one = drafts.get(name);
  if (one === undefined) return;
  const isFine = one.fine.get(uid) === version;
  const found = isFine ? (item as Found) : part.schema.safeParse(item).data;
  if (found === undefined) return;
  part.note(one, found);
  if (isFine) return;
  const flaw = part.flaw(one, found);
  if (flaw !== null) one.damage ??= byHand(flaw);
  else if (version !== null) one.fine.set(uid, version);
}

const TIMERS: Part<{ metadata: Metadata & { uid: string } }> = {
  schema: z.object({ metadata: Metadata.extend({ uid: z.string() }) }),
  note(one, { metadata }) {
    // The identity is judged by who owns it: not by an owner of before.
    if (!one.fine.has(metadata.uid)) one.fine.clear();
    one.timer = metadata.uid;
  },
  flaw(one, { metadata }) {
    const wanted = timerJob(one.held, ownerOf(one), one.held.end);
    // Its seconds are no metadata, but changing them counts the generation up.
    const isSame = likenessOfMetadata(metadata, wanted) === "same" && isUnchanged(metadata);
    return isSame ? null : "the timer Job was changed by hand";
  },
};

const ACCOUNTS: Part<{ metadata: Metadata }> = {
  schema: z.object({ metadata: Metadata }),
  note(one) {
    one.hasAccount = true;
  },
  flaw(one, { metadata }) {
    const wanted = serviceAccount(one.held, { name: objectName(one.held), uid: one.timer ?? "" });
    return likenessOfMetadata(metadata, wanted) === "same" ? null : "the ServiceAccount was changed by hand";
  },
};

const FoundBinding = z.looseObject({
  metadata: Metadata.extend({ namespace: z.string() }),
  roleRef: z.object({ apiGroup: z.string(), kind: z.string(), name: z.string() }),
});

function bindingsOf(cluster: Connection): Part<z.infer<typeof FoundBinding>> {
  return {
    schema: FoundBinding,
    note(one, { metadata }) {
      one.unbound.delete(metadata.namespace);
      rememberBinding(cluster.known, metadata);
    },
    flaw(one, found) {
      const { namespace } = found.metadata;
      const wanted = roleBinding(one.held, namespace, ownerOf(one));
      const isSame = likenessOfBinding(found as object as V1RoleBinding, wanted) === "same";
      return isSame ? null : `the RoleBinding in ${namespace} was changed by hand`;
    },
  };
}

function judge(one: Draft, roles: ReadonlyMap<string, Hashed>): Damage | null {
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
  const { labels = {}, annotations = {}, ownerReferences = [] } = found;
  return likenessOfAccount(
    { metadata: { labels, annotations, ownerReferences } },
    { metadata: { ...wanted.metadata } },
  );
}
