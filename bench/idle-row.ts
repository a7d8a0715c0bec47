/** What ten thousand active grants cost while nothing happens. */
import { setTimeout as wait } from "node:timers/promises";
import type { Random } from "../test/fakes/random.ts";
import { type Footprint, footprint, forgetCommits } from "./footprint.ts";
import type { Ground } from "./ground.ts";
import { plantActive } from "./planted.ts";
import { cpuSeconds } from "./process-figures.ts";
import { copyKeys, tellOfOne } from "./told-keys.ts";

const COUNT = 10_000;
/** Longer than the bench, and than what grants are warned before: nothing becomes due. */
const LASTS_SECONDS = 4 * 3_600;
/** The worker's part in the planting is over, and Redis has tidied up. */
const SETTLE_MS = 5_000;
/** Two sweeps and one reading of the cluster. */
const QUIET_MS = 30_000;
/** All that a cluster holds is listed this often (follow.ts), and then within this time. */
const RELIST_SECONDS = 300;
const RELISTED_MS = 15_000;

/** Per grant, and what of it stands under which kind of key; the worker's share of one core, and of that the lists'. */
export interface IdleFigures {
  readonly bytesPerGrant: number;
  readonly cpuPercent: number;
  readonly listPercent: number;
  readonly bytesByKind: Readonly<Record<string, number>>;
}

/**
 * Takes the ground, which is of no further use then: nothing of it is ended. The stock controllers are stopped, since
 * they would complete ten thousand Jobs for a quarter of an hour. What the bot leaves in Redis is that of one grant
 * of which a bot told all there was to tell, copied.
 */
export async function measureIdle(ground: Ground, random: Random): Promise<IdleFigures> {
  const { redis } = ground.desk;
  const told = await tellOfOne(ground, `${random.seed} idle pattern`);
  await ground.workbench.kubernetes.stopControllerManager();
  await wait(SETTLE_MS);
  const before = await footprint(redis);
  const end = (Math.floor(Date.now() / 1000) + LASTS_SECONDS) * 1000;
  const planted = await plantActive(ground, { name: `${random.seed} idle`, count: COUNT, end });
  await copyKeys(
    redis,
    told,
    planted.map(({ request }) => request.id),
  );
  await forgetCommits(redis);
  await wait(SETTLE_MS);
  const cpu = await cpuShares(ground);
  return { ...perGrant(before, await footprint(redis)), ...cpu };
}

/**
 * Five minutes are not waited for. Two lists are provoked, by touching a role in a way that changes nothing; then comes a
 * while without any, since the next is due five minutes later. The second one's cost counts as often as a list comes:
 * in the life of a worker each follows another that has seen the same objects, but for the very first.
 */
async function cpuShares({
  asAdmin,
  target,
  worker,
}: Ground): Promise<Pick<IdleFigures, "cpuPercent" | "listPercent">> {
  const role = `/apis/rbac.authorization.k8s.io/v1/clusterroles/${target.role}`;
  const provokeList = async () => {
    const annotations = { "bench.daypass.dev/touched": new Date().toISOString() };
    await asAdmin("PATCH", role, { metadata: { annotations } });
    await wait(RELISTED_MS);
  };
  await provokeList();
  const listing = await secondsUsed(worker.pid, provokeList);
  const quiet = await secondsUsed(worker.pid, () => wait(QUIET_MS));
  const quietPercent = (quiet / QUIET_MS) * 100_000;
  const list = Math.max(0, listing - (quietPercent * RELISTED_MS) / 100_000);
  const listPercent = (list / RELIST_SECONDS) * 100;
  return { cpuPercent: quietPercent + listPercent, listPercent };
}

async function secondsUsed(pid: number, during: () => Promise<void>): Promise<number> {
  const before = cpuSeconds(pid);
  await during();
  const after = cpuSeconds(pid);
  if (before === null || after === null) throw new Error("a process's CPU is read from /proc, which is not here");
  return after - before;
}

function perGrant(before: Footprint, after: Footprint): Pick<IdleFigures, "bytesPerGrant" | "bytesByKind"> {
  const grown = Object.entries(after.byKind).map(
    ([kind, bytes]) => [kind, Math.round((bytes - (before.byKind[kind] ?? 0)) / COUNT)] as const,
  );
  return {
    bytesPerGrant: Math.round((after.used - before.used) / COUNT),
    bytesByKind: Object.fromEntries(grown.filter(([, bytes]) => bytes !== 0).toSorted(([, a], [, b]) => b - a)),
  };
}
