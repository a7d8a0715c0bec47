import type { V1ObjectMeta } from "@kubernetes/client-node";
import type { Access } from "../workflows/ports.ts";
import { ClusterTrouble } from "../workflows/trouble.ts";
import { ACCESS_GRANTS, FoundAccessGrant } from "./access-grant.ts";
import { isOurs } from "./adopt.ts";
import { endToken } from "./anchored-token.ts";
import { asTrouble, statusCode } from "./cluster-trouble.ts";
import type { Connection } from "./connections.ts";
import { anchorName, GRANTS_NAMESPACE, objectName } from "./objects.ts";
import { askAbout, askAboutNobody, type Question, sayQuestions, untilSettled } from "./proof.ts";
import { type Cell, COMMON_CELLS, cellsOf } from "./role-rules.ts";

/**
 * Takes a cluster, a grant and the number of its last delivery (0 where none is known); ends all of it and proves that
 * the cluster refuses. Safe to repeat. Throws ClusterTrouble until the proof is complete, so that it is tried again
 * without limit.
 *
 * What ends access soonest comes first: the bindings (refused in milliseconds); the deliveries' Secrets and the
 * identity (every token dead within 10 s); the AccessGrant. What that owns goes with it: the timer, and with the timer
 * any Secret whose number was not known here.
 *
 * Every delete carries the uid of an object that was seen to be this grant's, so one of the same name that is somebody
 * else's survives; but for the Secrets, which the worker may not read. A stage that the cluster refuses does not keep
 * the next from being tried: where a namespace was closed to Daypass meanwhile, deleting the AccessGrant still takes
 * the binding with it.
 */
export async function endAccess(
  cluster: Connection,
  access: Access,
  lastDelivery: number,
): Promise<{ readonly refused: true }> {
  const bindings = access.namespaces.map((namespace) => bindingOf(cluster, access, namespace));
  const [account, grant] = [accountOf(cluster, access), grantOf(cluster, access)];
  // Nothing else is asked for before the access is gone: of many ends at one instant, each call is in others' way.
  const refusals = await takeBack(cluster, bindings, bindings.map(look));
  const found = { account: look(account), grant: look(grant) };
  const cells = found.grant.then((one) => cellsOfRole(cluster, one?.role)).catch(() => COMMON_CELLS);
  const [accountRefusals, unfinished] = await Promise.all([
    takeBack(cluster, [account], [found.account]),
    endDeliveries(cluster, access, lastDelivery),
  ]);
  refusals.push(...accountRefusals);
  unfinished.push(...(await takeBack(cluster, [grant], [found.grant])));
  const left = await whatIsLeft(cluster, { access, things: [...bindings, account], cells: await cells });

  if (left.length > 0) refusals.push(new ClusterTrouble(cluster.id, `${cluster.id} still has ${left.join(", ")}`));
  const [trouble] = left.length > 0 ? refusals : unfinished;
  if (trouble !== undefined) throw trouble;
  return { refused: true };
}

/** Replaced more often than that between looking and deleting, it is somebody's work; the proof and the next try see. */
const MOST_TRIES = 3;

/** An object of this grant as it was found. */
interface Found {
  readonly uid: string;
  readonly role?: string;
}

/** A kind of object that a grant has, by the name that this grant's has. */
interface Thing {
  readonly words: string;
  /** What is known of it without looking. */
  known?(): Found | null;
  /** Returns null where there is none, or where it is somebody else's. */
  find(): Promise<Found | null>;
  remove(preconditions: { preconditions: { uid: string }; propagationPolicy: string }): Promise<unknown>;
}

function bindingOf(cluster: Connection, access: Access, namespace: string): Thing {
  const name = objectName(access);
  return {
    words: `RoleBinding ${namespace}/${name}`,
    known() {
      const uid = cluster.bindingUids.find(name, namespace);
      cluster.bindingUids.forget(name, namespace);
      return uid === undefined ? null : { uid };
    },
    find: () => ours(access, cluster.rbac.readNamespacedRoleBinding({ namespace, name })),
    remove: (body) => cluster.rbac.deleteNamespacedRoleBinding({ namespace, name, body }),
  };
}

function accountOf(cluster: Connection, access: Access): Thing {
  const at = { namespace: GRANTS_NAMESPACE, name: objectName(access) };
  return {
    words: `ServiceAccount ${at.name}`,
    find: () => ours(access, cluster.core.readNamespacedServiceAccount(at)),
    remove: (body) => cluster.core.deleteNamespacedServiceAccount({ ...at, body }),
  };
}

function grantOf(cluster: Connection, access: Access): Thing {
  const at = { ...ACCESS_GRANTS, name: objectName(access) };
  return {
    words: `AccessGrant ${at.name}`,
    async find() {
      const answer = await orNull(cluster.custom.getClusterCustomObject(at));
      const { data } = FoundAccessGrant.safeParse(answer);
      return isOurs(data?.metadata, access) && data !== undefined
        ? { uid: data.metadata.uid, role: data.spec.role }
        : null;
    },
    remove: (body) => cluster.custom.deleteClusterCustomObject({ ...at, body }),
  };
}

async function ours(access: Access, reading: Promise<{ metadata?: V1ObjectMeta }>): Promise<Found | null> {
  const metadata = (await orNull(reading))?.metadata;
  return metadata?.uid !== undefined && isOurs(metadata, access) ? { uid: metadata.uid } : null;
}

async function orNull<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (statusCode(error) === 404) return null;
    throw error;
  }
}

/** Looks, and lets whoever awaits the answer meet the failure: nobody may be left to by then. */
function look(thing: Thing): Promise<Found | null> {
  const known = thing.known?.() ?? null;
  const looking = known === null ? thing.find() : Promise.resolve(known);
  looking.catch(() => {});
  return looking;
}

/** Removes things side by side. Returns what the cluster refused; throws where it does not answer at all. */
async function takeBack(
  cluster: Connection,
  things: readonly Thing[],
  found: readonly Promise<Found | null>[],
): Promise<ClusterTrouble[]> {
  return settle(
    cluster,
    things.map((thing, i) => ({ words: thing.words, removal: remove(thing, found[i] ?? thing.find()) })),
  );
}

/** Deletes the Secrets of deliveries 1 to `last`. Returns and throws as `takeBack`. */
async function endDeliveries(cluster: Connection, access: Access, last: number): Promise<ClusterTrouble[]> {
  const numbers = Array.from({ length: last }, (_, i) => i + 1);
  return settle(
    cluster,
    numbers.map((n) => ({ words: `Secret ${anchorName(access, n)}`, removal: endToken(cluster, access, n) })),
  );
}

async function settle(
  cluster: Connection,
  removals: readonly { readonly words: string; readonly removal: Promise<void> }[],
): Promise<ClusterTrouble[]> {
  const results = await Promise.allSettled(removals.map(({ removal }) => removal));
  const troubles = results.flatMap((result, i) =>
    result.status === "rejected" ? [asTrouble(cluster.id, `delete ${removals[i]?.words}`, result.reason)] : [],
  );
  const silent = troubles.find((trouble) => trouble.silent);
  if (silent !== undefined) throw silent;
  return troubles;
}

async function remove(thing: Thing, looking: Promise<Found | null>): Promise<void> {
  let found = await looking;
  for (let tries = 0; found !== null && tries < MOST_TRIES; tries++) {
    try {
      await thing.remove({ preconditions: { uid: found.uid }, propagationPolicy: "Background" });
      return;
    } catch (error) {
      if (statusCode(error) === 404) return;
      if (statusCode(error) !== 409) throw error;
      // Another object has the name now.
      found = await thing.find();
    }
  }
}

async function cellsOfRole(cluster: Connection, name: string | undefined): Promise<readonly Cell[]> {
  if (name === undefined) return COMMON_CELLS;
  const cells = cellsOf((await cluster.rbac.readClusterRole({ name })).rules ?? []);
  return cells.length > 0 ? cells : COMMON_CELLS;
}

/** The proof: the bindings and the account gone, and the account allowed nothing that everybody is not. */
async function whatIsLeft(
  cluster: Connection,
  { access, things, cells }: { access: Access; things: readonly Thing[]; cells: readonly Cell[] },
): Promise<readonly string[]> {
  const questions = access.namespaces.flatMap((namespace) => cells.map((cell) => ({ namespace, cell })));
  try {
    return await untilSettled(async () => {
      const [remaining, allowed] = await Promise.all([
        Promise.all(things.map(async (thing) => ((await thing.find()) === null ? [] : [thing.words]))),
        Promise.all(questions.map((question) => stillAllowed(cluster, access, question))),
      ]);
      return [...remaining.flat(), ...allowed.flat()];
    });
  } catch (error) {
    throw asTrouble(cluster.id, "prove the end", error);
  }
}

async function stillAllowed(cluster: Connection, access: Access, question: Question): Promise<readonly string[]> {
  const api = cluster.authorization;
  if (!(await askAbout(api, objectName(access), question)) || (await askAboutNobody(api, question))) return [];
  return [`a right to ${sayQuestions([question])} for this grant's identity`];
}
