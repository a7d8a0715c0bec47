/**
 * Asks the API server as a pass's holder would, ten times a second, until it is told to stop: a process of its own, so
 * that what the harness does in the meantime cannot make anything look later than it is.
 */
import { setTimeout as wait } from "node:timers/promises";
import { Pool } from "undici";

/** What to ask, and as whom. */
export interface Probing {
  readonly id: string;
  readonly server: string;
  readonly ca: string;
  readonly path: string;
  readonly token: string;
}

/** Said at each change of the answer. Wall clock in milliseconds. */
export interface Answered {
  readonly id: string;
  readonly verdict: "allowed" | "refused" | "neither";
  readonly status: number;
  /** When this answer came. */
  readonly at: number;
  /**
   * By how much the latest of all answers in the last seconds came after its question was due: what this machine, with
   * nothing of Daypass in the way, takes for a timer and a call.
   */
  readonly stallMs: number;
}

const EVERY_MS = 100;
/** How far back a stall counts: an ending is a handful of steps, each of which may have met it. */
const STALL_OVER_MS = 3_000;

const pools = new Map<string, Pool>();
const stopped = new Set<string>();
let late: { readonly at: number; readonly ms: number }[] = [];

process.once("disconnect", () => process.exit(1));
process.on("message", (message: Probing | { readonly stop: string }) => {
  if ("stop" in message) stopped.add(message.stop);
  else void keepAsking(message);
});

async function keepAsking(probing: Probing): Promise<void> {
  let before: Answered["verdict"] | null = null;
  for (let due = Date.now(); !stopped.has(probing.id); due = Math.max(due + EVERY_MS, Date.now())) {
    await wait(Math.max(0, due - Date.now()));
    const status = await question(probing);
    const at = Date.now();
    late = [...late.filter((one) => at - one.at < STALL_OVER_MS), { at, ms: at - due }];
    const verdict = verdictOf(status);
    if (verdict === before || stopped.has(probing.id)) continue;
    before = verdict;
    const stallMs = Math.max(...late.map(({ ms }) => ms));
    process.send?.({ id: probing.id, verdict, status, at, stallMs } satisfies Answered);
  }
}

/** Whoever may look learns that there is no pod of that name. */
function verdictOf(status: number): Answered["verdict"] {
  if (status === 200 || status === 404) return "allowed";
  return status === 401 || status === 403 ? "refused" : "neither";
}

async function question({ server, ca, path, token }: Probing): Promise<number> {
  // Over HTTP/2 each 401 is followed by GOAWAY, which fails the questions of others on that connection.
  const pool = pools.get(server) ?? new Pool(server, { connect: { ca }, allowH2: false, headersTimeout: 5_000 });
  pools.set(server, pool);
  try {
    const { statusCode, body } = await pool.request({
      method: "GET",
      path,
      headers: { authorization: `Bearer ${token}` },
    });
    await body.dump();
    return statusCode;
  } catch {
    return 0;
  }
}
