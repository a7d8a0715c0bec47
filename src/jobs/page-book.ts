import type { Answer } from "./page-call.ts";
import { dedupKey, type Subject } from "./page-words.ts";

/** What the receiver refuses only a mended setting changes. */
const REFUSED_AGAIN_MS = 60_000;
/** Beyond that the oldest that only waits to be closed is forgotten: it stays open at the receiver, for a person to close. */
const MOST_PAGES = 2_000;

/** One incident at the receiver, from before it is opened until it is closed. */
export interface Page {
  readonly subject: Subject;
  /** Epoch milliseconds. */
  readonly noticedAt: number;
  /** The receiver took what opens it. */
  readonly accepted: boolean;
  /** It was accepted, or may have been: a try without an answer may have arrived. */
  readonly mayBeOpen: boolean;
  /** It is over, and must be closed. */
  readonly settled: boolean;
  readonly underWay: boolean;
  readonly tries: number;
  /** Not before then, by the clock that the book is given; 0 where it was not tried yet. */
  readonly notBefore: number;
}

/** The incidents of this process, by what they are about. Time is the caller's: milliseconds of a clock of its own. */
export interface PageBook {
  /** Writes down that this is to be paged; again, it only renews what will be said. */
  open(subject: Subject, noticedAt: number): void;
  /** Writes down that it is over; forgets it where nobody can have been paged. */
  settle(subject: Subject): void;
  /** Returns what is to be sent first, and not before when; null where all is said. */
  next(at: number): Page | null;
  /** Writes down that it is being sent; returns what is sent. */
  begin(page: Page): Page;
  /** Writes down what became of it. */
  finish(page: Page, answer: Answer, at: number): void;
}

/** Returns a book without pages. */
export function createPageBook(): PageBook {
  const pages = new Map<string, Page>();
  const keep = (page: Page) => {
    const isDone = page.settled && !page.mayBeOpen && !page.underWay;
    if (isDone) pages.delete(dedupKey(page.subject));
    else pages.set(dedupKey(page.subject), page);
    return page;
  };
  const forgetSettled = () => {
    const oldest = [...pages.values()].find((page) => page.settled);
    if (oldest !== undefined) pages.delete(dedupKey(oldest.subject));
  };
  return {
    open: (subject, noticedAt) => {
      if (pages.size >= MOST_PAGES && !pages.has(dedupKey(subject))) forgetSettled();
      const before = pages.get(dedupKey(subject)) ?? {
        ...{ accepted: false, mayBeOpen: false, underWay: false, tries: 0, notBefore: 0, noticedAt },
      };
      keep({ ...before, subject, settled: false });
    },
    settle: (subject) => {
      const page = pages.get(dedupKey(subject));
      if (page !== undefined && !page.settled) keep({ ...page, settled: true, tries: 0, notBefore: 0 });
    },
    next: (at) => {
      const unsaid = [...pages.values()].filter((page) => page.settled || !page.accepted);
      return unsaid.reduce<Page | null>(
        (first, page) => (first === null || isBefore(page, first, at) ? page : first),
        null,
      );
    },
    begin: (page) => keep({ ...page, underWay: true, tries: page.tries + 1 }),
    finish: (sent, answer, at) => {
      const page = pages.get(dedupKey(sent.subject));
      if (page !== undefined) keep({ ...page, underWay: false, ...afterwards(sent, page, answer, at) });
    },
  };
}

/** What may be sent now comes first, then what was tried least lately, then what opens an incident. */
function isBefore(page: Page, other: Page, at: number): boolean {
  const [ready, otherReady] = [page.notBefore <= at, other.notBefore <= at];
  if (ready !== otherReady) return ready;
  if (page.notBefore !== other.notBefore) return page.notBefore < other.notBefore;
  return !page.settled && other.settled;
}

/** Takes a page as it was sent and as it is now, since it may have been settled or overdue again meanwhile. */
function afterwards(sent: Page, page: Page, answer: Answer, at: number): Partial<Page> {
  switch (answer.is) {
    case "accepted":
      return { accepted: !sent.settled, mayBeOpen: !sent.settled, tries: 0, notBefore: 0 };
    case "refused":
      return { notBefore: at + Math.max(REFUSED_AGAIN_MS, answer.retryAfterMs) };
    case "trouble":
      return { mayBeOpen: page.mayBeOpen || (answer.heard && !sent.settled), notBefore: at };
  }
}
