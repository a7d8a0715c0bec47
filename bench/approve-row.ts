/** approve → proven: from before the click to the last answer that the grant's own identity got about itself. */
import { setTimeout as wait } from "node:timers/promises";
import type { Lent } from "../src/workflows/grant.ts";
import type { Random } from "../test/fakes/random.ts";
import { type Calls, countCalls, mintedAt, provenAt } from "./audit-figures.ts";
import type { Approved } from "./desk.ts";
import type { Ground } from "./ground.ts";
import { endLimit, type Made, makeBareThree, makeLimit, removeBareThree } from "./limit.ts";
import { shuffleRounds, spread, wallNow } from "./pace.ts";
import { cpuSeconds } from "./process-figures.ts";
import { lentGrant } from "./requests.ts";

const PER_SECOND = 10;
const ROUNDS = 10;
const PER_BLOCK = 10;
const WARM_UP = 60;
/** Quick, but not for long: the stock Job controller completes ten timers a second, and a late one ends its grant. */
const WARM_UP_PER_SECOND = 15;
/** Nothing of it ends by itself while it is measured. */
const LASTS_SECONDS = 3600;
/** Until the cluster's own controllers have done their part of a block. */
const SETTLE_MS = 700;

type Side = "ours" | "limit" | "bare";

/** The samples of each side in milliseconds, and what else was seen. */
export interface ApproveFigures {
  readonly samples: Readonly<Record<Side, readonly number[]>>;
  /** For all grants of a side: made, proven and, later, ended. */
  readonly calls: Calls;
  readonly grants: number;
  /** Of the worker, for making and ending all of its grants; null where there is no /proc. */
  readonly workerSeconds: number | null;
}

interface Timed<T> {
  readonly startedAt: number;
  readonly what: T;
}

/** Takes the ground and a seeded random; measures N = 100 of each side in alternating blocks. */
export async function measureApproveToProven(ground: Ground, random: Random): Promise<ApproveFigures> {
  const from = wallNow();
  const ours: Approved[] = [];
  const limit: Timed<Made>[] = [];
  const bare: Timed<Lent>[] = [];
  const worker = stopwatch(ground.worker.pid);
  for (const [block, side] of shuffleRounds<Side>(ROUNDS, ["ours", "limit", "bare"], random).entries()) {
    const name = `approve ${block}`;
    if (side === "ours") ours.push(...(await worker.during(() => approveSome(ground, random, name))));
    if (side === "limit") limit.push(...(await makeSome(ground, random, name)));
    if (side === "bare") bare.push(...(await makeBareSome(ground, random, name)));
    await wait(SETTLE_MS);
  }
  await worker.during(() => endOurs(ground, random, ours));
  await endTheirs(ground, limit, bare);

  const events = await ground.workbench.kubernetes.readAudit();
  const [proven, minted] = [provenAt(events), mintedAt(events)];
  return {
    samples: {
      ours: ours.map(({ grant, clickedAt }) => proven(grant) - clickedAt),
      limit: limit.map(({ what, startedAt }) => proven(what.grant) - startedAt),
      bare: bare.map(({ what, startedAt }) => minted(what) - startedAt),
    },
    calls: countCalls(events, { from, to: wallNow() }),
    grants: ours.length,
    workerSeconds: worker.seconds(),
  };
}

/** The first calls of a process cost more than all later ones; they are nobody's figure. */
export async function warmUp(ground: Ground, random: Random): Promise<void> {
  const ours = await approveSome(ground, random, "warm-up", WARM_UP, WARM_UP_PER_SECOND);
  await endOurs(ground, random, ours);
  const limit = await makeSome(ground, random, "limit's warm-up", WARM_UP, WARM_UP_PER_SECOND);
  const bare = await makeBareSome(ground, random, "bare warm-up", WARM_UP, WARM_UP_PER_SECOND);
  await endTheirs(ground, limit, bare);
  await wait(SETTLE_MS);
}

async function approveSome(ground: Ground, random: Random, name: string, count = PER_BLOCK, perSecond = PER_SECOND) {
  const { desk, target } = ground;
  await desk.refreshPeople();
  const names = Array.from({ length: count }, (_, i) => `${random.seed} ${name} ${i}`);
  const requests = await Promise.all(names.map((one) => desk.record(one, target, LASTS_SECONDS)));
  const approved = await spread(count, perSecond, random, (i) => desk.approve(at(requests, i)));
  await desk.until(approved, "armed");
  return approved;
}

async function makeSome(ground: Ground, random: Random, name: string, count = PER_BLOCK, perSecond = PER_SECOND) {
  return spread(count, perSecond, random, async (i): Promise<Timed<Made>> => {
    const grant = lentGrant(`${random.seed} ${name} ${i}`, ground.target, inAWhile());
    const startedAt = wallNow();
    return { startedAt, what: await makeLimit(ground.limit, grant) };
  });
}

async function makeBareSome(ground: Ground, random: Random, name: string, count = PER_BLOCK, perSecond = PER_SECOND) {
  return spread(count, perSecond, random, async (i): Promise<Timed<Lent>> => {
    const grant = lentGrant(`${random.seed} ${name} ${i}`, ground.target, inAWhile());
    const startedAt = wallNow();
    await makeBareThree(ground.bare, grant);
    return { startedAt, what: grant };
  });
}

function inAWhile(): number {
  return (Math.floor(Date.now() / 1000) + LASTS_SECONDS) * 1000;
}

async function endOurs({ desk }: Ground, random: Random, ours: readonly Approved[]): Promise<void> {
  await spread(ours.length, WARM_UP_PER_SECOND, random, (i) => desk.revoke(at(ours, i)));
  await desk.until(ours, "ended");
}

async function endTheirs(ground: Ground, limit: readonly Timed<Made>[], bare: readonly Timed<Lent>[]): Promise<void> {
  for (const { what } of limit) await endLimit(ground.limit, what);
  for (const { what } of bare) await removeBareThree(ground.bare, what);
}

/** Adds up a process's CPU seconds over some stretches of time. */
function stopwatch(pid: number) {
  let sum: number | null = 0;
  return {
    during: async <T>(work: () => Promise<T>): Promise<T> => {
      const before = cpuSeconds(pid);
      const result = await work();
      const after = cpuSeconds(pid);
      sum = sum === null || before === null || after === null ? null : sum + after - before;
      return result;
    },
    seconds: () => sum,
  };
}

function at<T>(items: readonly T[], i: number): T {
  const item = items[i];
  if (item === undefined) throw new RangeError(`there is no item ${i}`);
  return item;
}
