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

function judge({ oracle }: LivesParts, { grant, at }: Approved, told: ReadonlySet<string>): Wrong | null {
  const { book, lostTellings } = oracle;
  // Its record was lost with Redis, so nobody could write that down; its access is gone all the same.
  if (oracle.forgotAt() >= at) return null;
  const ended = book.current(grant, "ended");
  if (ended === undefined) return ["I2", "was approved, and nothing says that it ended"];
  const ending = book.current(grant, "ending");
  if (ending === undefined) return ["I2", "ended, and nothing says by whom and why"];

  const wasTold = (name: string) => told.has(name) || lostTellings.has(name);
  const lived = book.current(grant, "active") !== undefined;
  const isSummedUp = oracle.words.summaries(grant) > 0 || lostTellings.has(`summary-${grant}`);
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
