/**
 * Many at once: from the end of a thousand grants, or from on-call's click on all of them, to the last refusal; beside
 * the bare deletes of as many bindings. Both sides work on whole grants, timers included.
 */
import { setTimeout as wait } from "node:timers/promises";
import { objectName } from "../src/provisioner/objects.ts";
import type { Grant } from "../src/workflows/grant.ts";
import type { Random } from "../test/fakes/random.ts";
import type { Ground } from "./ground.ts";
import { ACCESS_GRANTS, bindingsIn, GRANTS, JOBS, remove } from "./limit.ts";
import { wallNow } from "./pace.ts";
import { makeMany, plantUnknown, type Unknown } from "./planted.ts";
import { watchAll } from "./refusals.ts";

const MANY = 1_000;
/** From the first one made to their end, where it is not known yet how long making them takes here. */
const READY_SECONDS = 60;
/** Where it is known: for minting tokens to look with, and for a while in which nothing moves. */
const MORE_SECONDS = 10;
const LASTS_SECONDS = 3_600;
/** Nothing of the making is still under way. */
const SETTLE_MS = 2_000;
/** Timers may run a little early; whatever goes earlier than that was ended too soon, which is a fault. */
const EARLIEST_MS = -2;

export type ManyRow = "burst-end" | "revoke-all";
type Side = ManyRow | "limit";

/** How long each round of a side took, in milliseconds. */
export type ManyFigures = Readonly<Record<Side, readonly number[]>>;

/** Takes which rows to measure; measures each between two rounds of the limit, which they share. */
export async function measureMany(ground: Ground, random: Random, wanted: readonly ManyRow[]): Promise<ManyFigures> {
  const order: readonly Side[] = ["limit", ...wanted.flatMap((row): Side[] => [row, "limit"])];
  const figures: Record<Side, number[]> = { limit: [], "burst-end": [], "revoke-all": [] };
  let readySeconds = READY_SECONDS;
  for (const [i, side] of order.entries()) {
    const name = `${random.seed} many ${i}`;
    if (side === "limit") figures.limit.push(await removeMany(ground, name));
    if (side === "burst-end") figures["burst-end"].push(await endMany(ground, name, readySeconds));
    if (side === "revoke-all") {
      const { lag, madeInMs } = await revokeMany(ground, name);
      figures["revoke-all"].push(lag);
      readySeconds = Math.ceil((madeInMs / 1000) * 1.5) + MORE_SECONDS;
    }
    await clearUp(ground);
  }
  return figures;
}

async function removeMany(ground: Ground, name: string): Promise<number> {
  const grants = await plantUnknown(ground, { name, count: MANY, end: inSeconds(LASTS_SECONDS) });
  return untilLast(ground, grants, null, async () => {
    await Promise.all(grants.map((one) => removeBinding(ground, one)));
  });
}

async function endMany(ground: Ground, name: string, readySeconds: number): Promise<number> {
  const end = inSeconds(readySeconds);
  const grants = await makeMany(ground, { name, count: MANY, end });
  const lag = await untilLast(ground, grants, end, async () => {});
  await ground.desk.until(grants, "ended");
  return lag;
}

async function revokeMany(ground: Ground, name: string): Promise<{ lag: number; madeInMs: number }> {
  const from = performance.now();
  const grants = await makeMany(ground, { name, count: MANY, end: inSeconds(LASTS_SECONDS) });
  const madeInMs = performance.now() - from;
  const lag = await untilLast(ground, grants, null, () => ground.desk.revokeAll(grants));
  await ground.desk.until(grants, "ended");
  return { lag, madeInMs };
}

/** Returns the milliseconds from the moment (their end, or else when it is begun here) to the last refusal. */
async function untilLast(
  ground: Ground,
  many: readonly { readonly grant: Grant }[],
  end: number | null,
  begin: () => Promise<void>,
): Promise<number> {
  const last = await watchAll(
    ground,
    many.map(({ grant }) => grant),
  );
  if (end !== null && Date.now() > end - 1_000) throw new Error("they were not ready before their end");
  await wait(end === null ? SETTLE_MS : end - Date.now());
  const from = end ?? wallNow();
  const [{ firstGoneAt, lastRefusedAt }] = await Promise.all([last(), begin()]);
  if (firstGoneAt - from < EARLIEST_MS) throw new Error(`a binding was gone ${from - firstGoneAt} ms too early`);
  return lastRefusedAt - from;
}

async function removeBinding({ bare }: Ground, { grant, bindingUid }: Unknown): Promise<void> {
  const [namespace = ""] = grant.namespaces;
  await remove(bare, `${bindingsIn(namespace)}/${objectName(grant)}`, bindingUid);
}

/** All that is left, by one call a kind: the garbage collector would be at it while the next round is measured. */
async function clearUp({ asAdmin }: Ground): Promise<void> {
  const background = { propagationPolicy: "Background" };
  await asAdmin("DELETE", ACCESS_GRANTS, background);
  await asAdmin("DELETE", JOBS, background);
  const selector = encodeURIComponent("app.kubernetes.io/managed-by=daypass");
  await asAdmin("DELETE", `${GRANTS}/serviceaccounts?labelSelector=${selector}`, background);
  await wait(SETTLE_MS);
}

function inSeconds(seconds: number): number {
  return (Math.ceil(Date.now() / 1000) + seconds) * 1000;
}
