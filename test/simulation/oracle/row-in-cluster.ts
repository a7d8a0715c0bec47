/** What a row says, against what the clusters hold at the moment at which it is written. */
import { Violation } from "../core/run-state.ts";
import type { Book, Written } from "./book.ts";
import { AFTER_TROUBLE_MS, CUT_MS, type Excuses, LEDGER_AWAY, UNDER_WAY_MS } from "./excuses.ts";
import type { Eye } from "./eye.ts";
import type { Memory } from "./heard.ts";

/** A cluster whose clock is wrong by so much lends nothing: less is granted on (src/workflows/judge.ts). */
const WRONG_CLOCK_MS = 20_000;

export interface RowParts {
  readonly excuses: Excuses;
  readonly eyes: readonly Eye[];
  readonly memory: Memory;
  readonly book: Book;
  /** When Redis forgot something last. */
  readonly forgotAt: () => number;
  /** Whether no two workers can be at work on one grant. */
  readonly isLoneWork: () => boolean;
}

/** Takes the parts; returns what looks at each row, and throws the first violation. */
export function createRowCheck(parts: RowParts): (written: Written) => void {
  return ({ row, at }) => {
    const { grant } = row;
    if (grant === null) return;
    if (row.what === "active") {
      expectRightClock(parts, row.request, grant);
      expectNotEnding(parts, grant, at);
      if (parts.isLoneWork()) expectNoTrial(parts, grant, at);
    }
    if (row.what === "ended") expectUnbound(parts, grant);
    if (row.what === "endedWithoutRecord") expectNoEnd(parts, grant, at);
  };
}

/** Long after an end that the ledger has, nobody who can read it says that the same pass ended without a record. */
function expectNoEnd({ book, excuses }: RowParts, grant: string, at: number): void {
  const ended = book.current(grant, "ended");
  const knownFrom = Math.max(ended?.at ?? 0, excuses.until([LEDGER_AWAY]));
  if (ended === undefined || at - knownFrom <= AFTER_TROUBLE_MS) return;
  throw new Violation("P10", `grant ${grant} had ended, and is said to have ended without a record later on`);
}

/** Nothing begins once somebody was told that it is being ended. */
function expectNotEnding({ memory, forgotAt }: RowParts, grant: string, at: number): void {
  const answeredAt = memory.endedAt.get(grant);
  if (answeredAt === undefined || forgotAt() >= answeredAt) return;
  const seconds = ((at - answeredAt) / 1000).toFixed(1);
  throw new Violation("I8", `grant ${grant} became active ${seconds} s after somebody was told that it is being ended`);
}

/**
 * The worker's own delivery ends in the step that it is made in; of two makers the other may be at it still. What a worker
 * sent that died may say *active* while the next one tries, with a trial of its own: what was minted before is dead. A
 * cluster tells that to the second.
 */
function expectNoTrial({ excuses, eyes }: RowParts, grant: string, at: number): void {
  const [death = Number.POSITIVE_INFINITY, ...others] = excuses.deathsSince(at - UNDER_WAY_MS);
  if (others.length > 0) return;
  const trial = eyes
    .flatMap((eye) => eye.accepted())
    .find((one) => one.grant === grant && one.n === 0 && one.isLive && one.minted.mintedAt + CUT_MS <= death);
  if (trial !== undefined) throw new Violation("I4", `grant ${grant} was called active, and its trial's token lives`);
}

/** By a clock that is wrong, neither its timer nor its tokens end when they should. */
function expectRightClock({ memory, eyes }: RowParts, request: string, grant: string): void {
  const wish = memory.wishes.get(request);
  const eye = eyes.find(({ cluster }) => cluster.id === wish?.cluster);
  if (eye === undefined || Math.abs(eye.skewMs) < WRONG_CLOCK_MS) return;
  throw new Violation("I7", `grant ${grant} was made in ${eye.cluster.id}, whose clock is wrong by ${eye.skewMs} ms`);
}

/**
 * An end is proven by what the cluster refuses: while anything binds the grant's identity, whoever bound it, it has not
 * ended. What a slow maker binds after the proof is looked at elsewhere (I5).
 */
function expectUnbound({ excuses, eyes, isLoneWork }: RowParts, grant: string): void {
  for (const eye of eyes) {
    if (!eye.isBound(grant)) continue;
    if (isLoneWork() && excuses.until([eye.cluster.id, "workers", "redis"]) === 0)
      throw new Violation(
        "P3",
        `grant ${grant} was recorded as ended while its identity is bound in ${eye.cluster.id}`,
      );
  }
}
