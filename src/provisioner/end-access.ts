import type { Access } from "../workflows/ports.ts";
import { ClusterTrouble } from "../workflows/trouble.ts";
import { endToken } from "./anchored-token.ts";
import { asTrouble, statusCode } from "./cluster-trouble.ts";
import type { Connection } from "./connections.ts";
import type { KnownGrant } from "./known-grants.ts";
import { anchorName, objectName } from "./objects.ts";
import { askAbout, askAboutNobody, type Question, sayQuestions, untilSettled } from "./proof.ts";
import { type Cell, COMMON_CELLS, cellsOf } from "./role-rules.ts";
import { accountOf, bindingOf, type Found, grantOf, type Lending, type Thing } from "./things.ts";

/**
 * Takes a cluster, a grant and the number of its last delivery (0 where none is known); ends all of it and proves that
 * the cluster refuses. Safe to repeat. Throws ClusterTrouble until the proof is complete, so that it is tried again
 * without limit.
 *
 * What ends access soonest comes first: the bindings (refused in milliseconds), unless they were cut already; the
 * deliveries' Secrets and the identity (every token dead within 10 s); the AccessGrant. What that owns goes with it:
 * the timer, and with the timer any Secret whose number was not known here.
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
  const known = cluster.known.find(objectName(access));
  await known?.cutting;
  const bindings = access.namespaces.map((namespace) => bindingOf(cluster, access, namespace, known));
  try {
    // Nothing else is asked for before the access is gone: of many ends at one instant, each call is in others' way.
    const uncut = bindings.filter(({ isCut }) => isCut !== true);
    const refusals = await cluster.turns.cut(() => takeBack(cluster, uncut, uncut.map(look)));
    await cluster.turns.end(() => endRest(cluster, { access, lastDelivery, known, bindings, refusals }));
  } catch (error) {
    // The next try looks for itself.
    known?.cut.clear();
    throw error;
  }
  cluster.known.forget(objectName(access));
  return { refused: true };
}

interface Rest {
  readonly access: Access;
  readonly lastDelivery: number;
  readonly known: KnownGrant | undefined;
  readonly bindings: readonly Lending[];
  /** What the cluster refused so far. */
  readonly refusals: readonly ClusterTrouble[];
}

async function endRest(cluster: Connection, { access, lastDelivery, known, bindings, refusals }: Rest): Promise<void> {
  const [account, grant] = [accountOf(cluster, access, known), grantOf(cluster, access, known)];
  const found = { account: look(account), grant: look(grant) };
  const cells = found.grant.then((one) => cellsOfGrant(cluster, known, one)).catch(() => COMMON_CELLS);
  const [accountRefusals, deliveryRefusals] = await Promise.all([
    takeBack(cluster, [account], [found.account]),
    endDeliveries(cluster, access, lastDelivery),
  ]);
  const unfinished = [...deliveryRefusals, ...(await takeBack(cluster, [grant], [found.grant]))];
  const left = await whatIsLeft(cluster, { access, things: [...bindings, account], cells: await cells });

  const remains = new ClusterTrouble(cluster.id, `${cluster.id} still has ${left.join(", ")}`);
  const [trouble] = left.length > 0 ? [...refusals, ...accountRefusals, remains] : unfinished;
  if (trouble !== undefined) throw trouble;
}

/** Looks, and lets whoever awaits the answer meet the failure: nobody may be left to by then. */
function look(thing: Thing): Promise<Found | null> {
  const looking = thing.known === null ? thing.find() : Promise.resolve(thing.known);
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

/** Replaced more often than that between looking and deleting, it is somebody's work; the proof and the next try see. */
const MOST_TRIES = 3;

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

/** What it was seen to be allowed once, else what its role allows now. */
async function cellsOfGrant(
  cluster: Connection,
  known: KnownGrant | undefined,
  found: Found | null,
): Promise<readonly Cell[]> {
  if (known !== undefined && known.cells.length > 0) return known.cells;
  if (found?.role === undefined) return COMMON_CELLS;
  const cells = cellsOf((await cluster.rbac.readClusterRole({ name: found.role })).rules ?? []);
  return cells.length > 0 ? cells : COMMON_CELLS;
}

/**
 * The proof: the bindings and the account gone, nothing of somebody else's that binds the account in their place, and the
 * account allowed nothing that everybody is not. The reviews alone ask for some rights, and a binding may lend others.
 */
async function whatIsLeft(
  cluster: Connection,
  { access, things, cells }: { access: Access; things: readonly Lending[]; cells: readonly Cell[] },
): Promise<readonly string[]> {
  const questions = access.namespaces.flatMap((namespace) => cells.map((cell) => ({ namespace, cell })));
  try {
    return await untilSettled(async () => {
      const allowed = await Promise.all(questions.map((question) => stillAllowed(cluster, access, question)));
      // Last: a review may be slow to answer, and what a slow maker makes meanwhile is seen by nobody else.
      const remaining = await Promise.all(things.map(async (thing) => ((await thing.isLeft()) ? [thing.words] : [])));
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
