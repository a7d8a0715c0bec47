/** approve → proven, a hundred approvals at once: the queue that they are in is part of what is measured. */
import { setTimeout as wait } from "node:timers/promises";
import type { Random } from "../test/fakes/random.ts";
import { provenAt } from "./audit-figures.ts";
import type { Approved } from "./desk.ts";
import type { Ground } from "./ground.ts";
import { endLimit, JOBS, type Made, makeLimit } from "./limit.ts";
import { wallNow } from "./pace.ts";
import { lentGrant } from "./requests.ts";

const AT_ONCE = 100;
const ROUNDS = 2;
const LASTS_SECONDS = 3_600;
const SETTLE_MS = 1_000;
/** So long nobody asks how far a burst has come: asking would be part of the load. */
const UNDISTURBED_MS = 4_000;
const LONGEST_WAIT_MS = 60_000;

/** The samples of each side in milliseconds, and how many grants ended before their time, by reason. */
export interface BurstFigures {
  readonly ours: readonly number[];
  readonly limit: readonly number[];
  readonly lost: readonly string[];
}

interface Burst {
  readonly approved: readonly Approved[];
  readonly made: readonly { readonly startedAt: number; readonly made: Made }[];
  readonly lost: readonly string[];
}

/** Takes the ground and a seeded random; measures bursts of each side in turns. */
export async function measureBurst(ground: Ground, random: Random): Promise<BurstFigures> {
  const bursts: Burst[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const name = `${random.seed} burst ${round}`;
    const sides = random.pick([
      [approveAll, makeAll],
      [makeAll, approveAll],
    ]);
    for (const side of sides) {
      await untilTimersRest(ground);
      bursts.push(await side(ground, name));
    }
  }
  const proven = provenAt(await ground.workbench.kubernetes.readAudit());
  return {
    ours: bursts.flatMap(({ approved }) => approved.map(({ grant, clickedAt }) => proven(grant) - clickedAt)),
    limit: bursts.flatMap(({ made }) => made.map((one) => proven(one.made.grant) - one.startedAt)),
    lost: bursts.flatMap(({ lost }) => lost),
  };
}

async function approveAll({ desk, target }: Ground, name: string): Promise<Burst> {
  await desk.refreshPeople();
  const numbers = Array.from({ length: AT_ONCE }, (_, i) => i);
  const requests = await Promise.all(numbers.map((i) => desk.record(`${name} ${i}`, target, LASTS_SECONDS)));
  await wait(SETTLE_MS);
  const approved = await Promise.all(requests.map((request) => desk.approve(request)));
  await wait(UNDISTURBED_MS);
  const outcomes = await desk.outcomes(approved);
  const living = approved.filter((_, i) => outcomes[i] === "armed");
  await Promise.all(living.map((one) => desk.revoke(one)));
  await desk.until(approved, "ended");
  return { approved, made: [], lost: outcomes.filter((outcome) => outcome !== "armed") };
}

async function makeAll({ limit, target }: Ground, name: string): Promise<Burst> {
  const end = (Math.floor(Date.now() / 1000) + LASTS_SECONDS) * 1000;
  const made = await Promise.all(
    Array.from({ length: AT_ONCE }, async (_, i) => {
      const startedAt = wallNow();
      return { startedAt, made: await makeLimit(limit, lentGrant(`${name} limit ${i}`, target, end)) };
    }),
  );
  await wait(SETTLE_MS);
  await Promise.all(made.map((one) => endLimit(limit, one.made)));
  return { approved: [], made, lost: [] };
}

/** The stock Job controller completes ten a second; what the burst before left it would make this one's timers late. */
async function untilTimersRest({ asAdmin }: Ground): Promise<void> {
  const giveUpAt = performance.now() + LONGEST_WAIT_MS;
  while (performance.now() < giveUpAt) {
    const { items } = await asAdmin<{ items: readonly unknown[] }>("GET", JOBS, null);
    if (items.length === 0) return wait(SETTLE_MS);
    await wait(SETTLE_MS / 2);
  }
  throw new Error("timers of an earlier burst are still there");
}
