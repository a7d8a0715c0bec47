/**
 * Watches from outside until grants are refused. A thread of its own: in the bench's own loop the probes would stand in
 * the way of the limit's timers, and make the limit look worse than it is.
 */
import { setTimeout as wait } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { Pool } from "undici";
import { wallNow } from "./pace.ts";

/** What to ask, and as whom. */
export interface ProbePlan {
  readonly server: string;
  readonly ca: string;
  readonly path: string;
  readonly probes: readonly Probe[];
}

export interface Probe {
  readonly id: string;
  readonly token: string;
  readonly end: number;
}

/** From the end to the first 401 or 403, in milliseconds; below zero where it was refused before its end. */
export interface Refusal {
  readonly id: string;
  readonly lagMs: number;
  readonly status: number;
}

/** Before the end it is only looked whether the token works, seldom: asking costs the machine that is measured. */
const BEGIN_BEFORE_MS = 300;
const SELDOM_MS = 100;
/** Then one question after another, with so much time in between. */
const OFTEN_FROM_MS = 5;
const OFTEN_MS = 3;
const GIVE_UP_MS = 20_000;

const plan: ProbePlan = workerData;
const pool = new Pool(plan.server, { connect: { ca: plan.ca } });
const refusals = await Promise.all(plan.probes.map(watch));
parentPort?.postMessage(refusals);
await pool.close();

async function watch({ id, token, end }: Probe): Promise<Refusal> {
  await wait(Math.max(0, end - BEGIN_BEFORE_MS - wallNow()));
  for (let worked = false; ; worked = true) {
    const status = await ask(token);
    const lagMs = wallNow() - end;
    if (status === 401 || status === 403) {
      if (!worked) throw new Error(`${id} never worked: ${status}`);
      return { id, lagMs, status };
    }
    if (status !== 200) throw new Error(`${id} was answered with ${status}`);
    if (lagMs > GIVE_UP_MS) throw new Error(`${id} is still not refused ${GIVE_UP_MS / 1000} s after its end`);
    await wait(lagMs < -OFTEN_FROM_MS ? Math.min(SELDOM_MS, -lagMs - OFTEN_FROM_MS) : OFTEN_MS);
  }
}

async function ask(token: string): Promise<number> {
  const { statusCode, body } = await pool.request({
    method: "GET",
    path: plan.path,
    headers: { authorization: `Bearer ${token}` },
  });
  await body.dump();
  return statusCode;
}
