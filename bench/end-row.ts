/** end → refused: from a grant's end to the first time that somebody with its token is refused. */
import type { Access } from "../src/workflows/ports.ts";
import type { Random } from "../test/fakes/random.ts";
import type { Ground } from "./ground.ts";
import { endLimit, type Made, makeLimit } from "./limit.ts";
import { spread } from "./pace.ts";
import type { Refusal } from "./probe-process.ts";
import { probe } from "./refusals.ts";
import { lentGrant } from "./requests.ts";

/** A row is 300 grants over 30 s on each side; half of it runs at a time, so that the sides can take turns. */
const HALF = 150;
/** Ends are whole seconds by design, so these end at one instant. */
const ENDS_PER_SECOND = 10;
/** Of each ten: all of them would make the probes the load that is measured. */
const PROBED_OF_TEN = [1, 4, 7];
/** The stock Job controller completes ten timers a second (two calls each of its twenty); a late one ends its grant. */
const MADE_PER_SECOND = 9;
/** From the last grant made to the first end: tokens for the probes are minted, timers complete. */
const SLACK_SECONDS = 4;

type Side = "ours" | "limit";

/** The lags of each side in milliseconds. */
export type EndFigures = Readonly<Record<Side, readonly number[]>>;

/** Takes the ground and a seeded random; measures both sides on the same schedule, in halves, in a seeded order. */
export async function measureEndToRefused(ground: Ground, random: Random): Promise<EndFigures> {
  const order: readonly Side[] = random.pick([
    ["limit", "ours", "ours", "limit"],
    ["ours", "limit", "limit", "ours"],
  ]);
  const lags = { ours: [] as number[], limit: [] as number[] };
  for (const [half, side] of order.entries()) {
    const refusals = await (side === "ours" ? measureOurs : measureLimit)(ground, random, `end ${half}`);
    lags[side].push(...refusals.map(({ lagMs }) => lagMs));
  }
  return lags;
}

async function measureOurs(ground: Ground, random: Random, name: string): Promise<readonly Refusal[]> {
  const { desk, target } = ground;
  await desk.refreshPeople();
  const firstEnd = planFirstEnd();
  const approved = await spread(HALF, MADE_PER_SECOND, random, async (i) => {
    const seconds = Math.ceil((endOf(firstEnd, i) - Date.now()) / 1000);
    return desk.approve(await desk.record(`${random.seed} ${name} ${i}`, target, seconds));
  });
  await desk.until(approved, "armed");
  const refusals = await probeSome(
    ground,
    approved.map(({ grant }) => grant),
  );
  await desk.until(approved, "ended");
  return refusals;
}

async function measureLimit(ground: Ground, random: Random, name: string): Promise<readonly Refusal[]> {
  const firstEnd = planFirstEnd();
  const made = await spread(HALF, MADE_PER_SECOND, random, (i) =>
    makeLimit(ground.limit, lentGrant(`${random.seed} ${name} ${i}`, ground.target, endOf(firstEnd, i))),
  );
  const endings = made.map((one) => endInTime(ground, one));
  const [refusals] = await Promise.all([
    probeSome(
      ground,
      made.map(({ grant }) => grant),
    ),
    ...endings,
  ]);
  return refusals;
}

/** The bare timer. */
function endInTime({ limit }: Ground, made: Made): Promise<void> {
  return new Promise((resolve, reject) => {
    setTimeout(() => endLimit(limit, made).then(resolve, reject), made.grant.end - Date.now());
  });
}

function planFirstEnd(): number {
  return (Math.ceil(Date.now() / 1000) + Math.ceil(HALF / MADE_PER_SECOND) + SLACK_SECONDS) * 1000;
}

function endOf(firstEnd: number, i: number): number {
  return firstEnd + Math.floor(i / ENDS_PER_SECOND) * 1000;
}

/** Watches some of the grants until they are refused. */
async function probeSome(ground: Ground, grants: readonly Access[]): Promise<readonly Refusal[]> {
  return probe(
    ground,
    grants.filter((_, i) => PROBED_OF_TEN.includes(i % 10)),
  );
}
