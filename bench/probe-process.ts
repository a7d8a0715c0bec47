/**
 * Watches from outside until grants are refused: a process of its own, with a share of the machine of its own. In the
 * bench's process the probes would stand in the way of the limit's timers, and make the limit look worse than it is.
 */
import { setTimeout as wait } from "node:timers/promises";
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

/** From the end to the first 401 or 403, in milliseconds. */
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
/** Node's timers may run a little early; what is refused earlier than that was ended too soon, which is a fault. */
const EARLIEST_MS = -2;

// The bench is gone: nobody wants to know.
process.once("disconnect", () => process.exit(1));
process.once("message", (plan: ProbePlan) => {
  void probe(plan).then((refusals) => process.send?.(refusals));
});

async function probe({ server, ca, path, probes }: ProbePlan): Promise<readonly Refusal[]> {
  const pool = new Pool(server, { connect: { ca } });
  return Promise.all(probes.map((one) => watch(one, () => ask(pool, path, one.token))));
}

async function watch({ id, end }: Probe, look: () => Promise<number>): Promise<Refusal> {
  await wait(Math.max(0, end - BEGIN_BEFORE_MS - wallNow()));
  for (let worked = false; ; worked = true) {
    const status = await look();
    const lagMs = wallNow() - end;
    if (status === 401 || status === 403) {
      if (!worked || lagMs < EARLIEST_MS) throw new Error(`${id} was refused before its end: ${status}`);
      return { id, lagMs, status };
    }
    if (status !== 200) throw new Error(`${id} was answered with ${status}`);
    if (lagMs > GIVE_UP_MS) throw new Error(`${id} is still not refused ${GIVE_UP_MS / 1000} s after its end`);
    await wait(lagMs < -OFTEN_FROM_MS ? Math.min(SELDOM_MS, -lagMs - OFTEN_FROM_MS) : OFTEN_MS);
  }
}

async function ask(pool: Pool, path: string, token: string): Promise<number> {
  const { statusCode, body } = await pool.request({
    method: "GET",
    path,
    headers: { authorization: `Bearer ${token}` },
  });
  await body.dump();
  return statusCode;
}
