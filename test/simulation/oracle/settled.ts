/** The liveness mode: all is mended, and within a bounded time nothing may be owed to anybody. */
import { keys } from "../../../src/jobs/keys.ts";
import { type Run, Violation } from "../core/run-state.ts";
import type { World } from "../world/world.ts";
import { findLedgerFault, findToken } from "./history.ts";
import type { Oracle } from "./oracle.ts";
import { findBrokenLife } from "./whole-lives.ts";

/**
 * Mostly nothing is owed any more after a second or two. I12 says 30 s; a lane or a job that was told to wait longer is
 * looked at once more.
 */
const LOOKS_MS = [2_000, 8_000, 15_000, 30_000, 45_000, 60_000, 90_000];

/** src/workflows/open-request.ts. */
const LAPSE_MS = 3_600_000;
const OVER: ReadonlySet<string> = new Set(["ended", "denied", "withdrawn", "lapsed"]);
const LAPSE_GRACE_MS = 5_000;

export interface SettleParts {
  readonly run: Run;
  readonly world: World;
  readonly oracle: Oracle;
  /** Which process grants nothing, and why; null where each does. */
  readonly holding: () => string | null;
  readonly settled: () => void;
  readonly isSeen: () => boolean;
}

/** Takes a world that was just healed; returns what is still wrong when it had time to settle, or null. */
export async function settle(parts: SettleParts): Promise<Violation | null> {
  const { run, oracle, settled, isSeen } = parts;
  const healedAt = run.timeline.now();
  let owed: Violation | null = null;
  for (const ms of LOOKS_MS) {
    await run.timeline.run(healedAt + ms, settled, isSeen);
    const seen = oracle.violation();
    if (seen !== null) return seen;
    owed = findOwed(parts);
    if (owed === null) {
      if (oracle.quiet.isQuiet()) run.count.add("runs in which nothing went wrong");
      run.count.add(`nothing owed ${String(ms / 1000).padStart(2)} s after all was mended`);
      return null;
    }
  }
  return owed;
}

function findOwed(parts: SettleParts): Violation | null {
  const [telling] = parts.world.untold();
  if (telling !== undefined) return owed("I12", `${telling} was not told`);
  const held = parts.holding();
  if (held !== null) return owed("I12", held);
  return (
    findUnanswered(parts) ??
    findLeftover(parts) ??
    findStillDue(parts) ??
    findBrokenLife({ ...parts, now: parts.run.timeline.now() }) ??
    findLedgerFault(parts.world, parts.oracle.book) ??
    findToken(parts.world)
  );
}

function owed(invariant: string, words: string): Violation {
  return new Violation(invariant, `${words}, though all is well again`);
}

function findLeftover({ oracle, run }: SettleParts): Violation | null {
  for (const eye of oracle.eyes) {
    for (const [grant, parts] of eye.objects()) {
      if ((oracle.book.approved.get(grant)?.end ?? 0) >= run.timeline.now()) continue;
      const what = parts.map(({ object }) => object.kind).join(", ");
      return owed("I3", `${what} of grant ${grant} still lies in ${eye.cluster.id}`);
    }
  }
  return null;
}

/** Nobody looks again and again at what is over. What was approved may still owe a review. */
function findStillDue({ oracle, world }: SettleParts): Violation | null {
  for (const member of world.redis.look("zrange", keys.due, 0, -1) as string[]) {
    const [kind = "", id = ""] = member.split(":");
    const state = kind === "g" || kind === "r" ? oracle.losses.stateOf(kind === "g" ? "grant" : "request", id) : null;
    if (state !== null && OVER.has(state)) return owed("I12", `${member} is ${state}, and still due`);
  }
  return null;
}

/** Nobody waits for an answer for ever: what nobody decided lapses after an hour. */
function findUnanswered({ oracle, run }: SettleParts): Violation | null {
  for (const { row, at, isLost } of oracle.book.asked.values()) {
    if (
      isLost ||
      at + LAPSE_MS + LAPSE_GRACE_MS > run.timeline.now() ||
      oracle.losses.lostAt("request", row.request) >= at
    )
      continue;
    if (!oracle.book.isClosed(row.request)) return owed("I2", `request ${row.request} was never answered, nor lapsed`);
  }
  return null;
}
