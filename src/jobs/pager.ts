import type { Debt, Pager } from "../workflows/ending-ports.ts";
import type { Events } from "../workflows/ports.ts";
import { REAL_WAITING, startPageQueue, type Waiting } from "./page-queue.ts";
import { LATE, within } from "./patience.ts";

/** Each is an incident of its own; of more than these the receiver hears only how many there are. */
const MOST_PAGES = 1_000;
/** What is remembered for the gauge. More are all the same to whoever reads it. */
const MOST_DEBTS = 10_000;
/** An ending that is tried is tried every 15 s; what was not for so long may have been ended by another worker. */
const UNHEARD_OF_MS = 60_000;
const REVIEW_PATIENCE_MS = 3_000;

export interface PagerParts {
  /** Where pages are posted and by which routing key; null: debts are only counted. */
  readonly page: { readonly url: string; readonly key: string } | null;
  readonly now: () => number;
  readonly events: Events;
  /** How time passes; real time by default. */
  readonly waiting?: Waiting;
}

interface Known {
  readonly debt: Debt;
  readonly heardAt: number;
  /** It has an incident of its own. */
  readonly isPaged: boolean;
}

/** The debts of this process. Another one that tries the same endings counts and pages them too, under the same keys. */
export interface DebtPager extends Pager {
  /** What is overdue now. */
  debts(): readonly Debt[];
  /**
   * Asks about each debt that nobody here has tried for a minute whether another worker has ended it, and settles it
   * then. Never throws; where the question fails, the debt stays.
   */
  review(isEnded: (grant: string) => Promise<boolean>): Promise<void>;
  /** Lets the try under way come to its end (3 s). What is not told by then, the next worker that tries will tell. */
  close(): Promise<void>;
}

/**
 * Calls for help from outside Slack: one incident per overdue ending at a receiver of PagerDuty's Events API v2, tried
 * until it is accepted, and closed when the ending is done.
 */
export function createPager({ page, now, events, waiting = REAL_WAITING }: PagerParts): DebtPager {
  const queue = page === null ? null : startPageQueue({ ...page, now, events, waiting });
  const known = new Map<string, Known>();
  let paged = 0;

  const settled = (grant: string) => {
    const before = known.get(grant);
    if (before === undefined) return;
    known.delete(grant);
    if (before.isPaged) {
      paged -= 1;
      queue?.settle(before.debt);
    }
    if (known.size <= MOST_PAGES) queue?.settle({ count: known.size });
  };
  return {
    settled,
    overdue: (debt) => {
      const before = known.get(debt.grant);
      if (before === undefined && known.size >= MOST_DEBTS) return;
      const isPaged = before?.isPaged === true || paged < MOST_PAGES;
      if (isPaged && before?.isPaged !== true) paged += 1;
      known.set(debt.grant, { debt, heardAt: waiting.clock(), isPaged });
      queue?.open(isPaged ? debt : { count: known.size });
    },
    debts: () => [...known.values()].map(({ debt }) => debt),
    review: async (isEnded) => {
      for (const [grant, { heardAt }] of known) {
        if (waiting.clock() - heardAt < UNHEARD_OF_MS) continue;
        const ended = await within(isEnded(grant), REVIEW_PATIENCE_MS).catch(() => LATE);
        // Who does not answer now is asked again with the next review.
        if (ended === LATE) return;
        if (ended) settled(grant);
      }
    },
    close: async () => queue?.close(),
  };
}
