/** I2 and I9: what has become of everything that was approved, when all is mended and over. */
import { Violation } from "../core/run-state.ts";
import type { World } from "../world/world.ts";
import type { Approved } from "./book.ts";
import type { Oracle } from "./oracle.ts";

/** src/workflows/next-step.ts: what takes longer than that to end is on-call's to know; looked at with each try of 15 s. */
const OVERDUE_MS = 60_000 + 20_000;

export interface LivesParts {
  readonly oracle: Oracle;
  readonly world: World;
  readonly now: number;
}

/** What is wrong with a life: the invariant, and the rest of a sentence about its grant. */
type Wrong = readonly [invariant: string, words: string];

/** Takes what was seen of a run; returns the first life that is not as it should be, or null. */
export function findBrokenLife(parts: LivesParts): Violation | null {
  const told = new Set([...parts.world.slack.posted.values()].map(({ said }) => said.name));
  for (const approved of parts.oracle.book.approved.values()) {
    if (approved.written.isLost || approved.end > parts.now) continue;
    const wrong = judge(parts, approved, told);
    if (wrong !== null) return new Violation(wrong[0], `grant ${approved.grant} ${wrong[1]}, though all is well again`);
  }
  return null;
}

/**
 * Its record was lost with Redis. What its cluster still held is written down anew (oracle/losses.ts) and ends like any
 * other, or its end came before that, and who took it says so; its request is gone, so nobody can be told in the words of
 * it. Of all else nobody could write down anything: its access is gone all the same.
 */
function judgeLost({ oracle }: LivesParts, grant: string, lostAt: number): Wrong | null {
  const rows = oracle.book.of(grant);
  const rebuilt = rows.find(({ row, at }) => row.what === "rebuilt" && at >= lostAt);
  if (rebuilt === undefined) {
    const isSaid = rows.some(({ row, at }) => ENDS.has(row.what) && at >= lostAt);
    const takenAt = oracle.losses.taken.get(grant);
    // Who took it may have died before it could say so.
    return isSaid || takenAt === undefined || oracle.excuses.deathsSince(takenAt).length > 0
      ? null
      : ["P10", "was lost with Redis, and nothing says that it ended"];
  }
  const hasEnded = rows.some(({ row, at, isLost }) => row.what === "ended" && at >= rebuilt.at && !isLost);
  return hasEnded ? null : ["I2", "was rebuilt from its cluster, and nothing says that it ended"];
}

const ENDS: ReadonlySet<string> = new Set(["ended", "endedWithoutRecord"]);

function judge(parts: LivesParts, { grant, at }: Approved, told: ReadonlySet<string>): Wrong | null {
  const { oracle } = parts;
  const { book, losses } = oracle;
  const lostAt = losses.lostAt("grant", grant);
  if (lostAt >= at) return judgeLost(parts, grant, lostAt);
  const ended = book.current(grant, "ended");
  if (ended === undefined) return ["I2", "was approved, and nothing says that it ended"];
  const ending = book.current(grant, "ending");
  if (ending === undefined) return ["I2", "ended, and nothing says by whom and why"];

  const wasTold = (name: string) => told.has(name) || losses.tellings.has(name);
  // Where a replica knew nothing of its proof, that counts as never done; it may be too late to do it again.
  const wasUndone = losses.forgotAt() >= at && wasTold(`failed-${grant}`);
  const lived = book.current(grant, "active") !== undefined && !wasUndone;
  const isSummedUp = oracle.words.summaries(grant) > 0 || losses.tellings.has(`summary-${grant}`);
  if (lived && !isSummedUp) return ["I9", "was never summed up"];
  const last = `${lived ? "ended" : "failed"}-${grant}`;
  if (!wasTold(last))
    return ["I9", lived ? "ended, and nobody told its asker" : "came to nothing, and nobody was told"];
  const owed = oracle.quiet.owes(grant, told);
  if (owed !== null) return ["I0", owed];

  const areOursWell = oracle.excuses.until(["workers", "redis", "slack"]) < ending.at;
  if (areOursWell && ended.at - ending.at > OVERDUE_MS && !wasTold(`overdue-${grant}`))
    return ["I9", "took longer than a minute to end, and on-call was not told"];
  return null;
}
